"""Heads that are left out while a model runs.

A head that is left out still forms its weights, and they are shown; what it adds to the residues is made from others.
The weights that stand in their place give as much to tokens as the head's own, which is less than one beside a sink.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

Replace: TypeAlias = Literal["zero", "mean", "uniform"]
"""What stands in place of a head's weights: nothing, their mean over the residues, or the same weight on each token."""

REPLACEMENTS: tuple[Replace, ...] = ("zero", "mean", "uniform")

_LEAST = 1e-30


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Heads that are left out, and what stands in place of their weights.

    Parameters
    ----------
    heads
        Zero-based layers and heads.
    replace
        See :data:`Replace`.
    """

    heads: frozenset[tuple[int, int]]
    replace: Replace

    def of_layer(self, layer: int) -> list[int]:
        """Return the heads of a layer that are left out, ascending."""
        return sorted(head for where, head in self.heads if where == layer)


_CURRENT: ContextVar[LeftOut | None] = ContextVar("protlens_left_out", default=None)


@contextmanager
def leaving_out(heads: Iterable[tuple[int, int]], *, replace: Replace) -> Iterator[None]:
    """Let the models that protlens has loaded run without some heads while inside; others take no notice.

    Parameters
    ----------
    heads
        Zero-based layers and heads; for ALBERT the layers are iterations.
    replace
        What stands in place of their weights.
    """
    token = _CURRENT.set(LeftOut(frozenset(heads), replace))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def left_out() -> LeftOut | None:
    """Return what is left out at present."""
    return _CURRENT.get()


class WeightsInstead:
    """Forms the weights that stand in place of those of some heads of a layer.

    Each query gives what its own weights give in all, ``sum_k w(q,k)``, to the tokens that it sees: the same to each,
    or to token k in proportion to ``mean_r w(r,k)`` over the residues r of its protein that see k.

    Parameters
    ----------
    heads
        Which heads of the layer.
    replace
        What their weights are replaced with.
    visible
        From some queries and the number of keys to ``bool [batch, 1, query or 1, key]``: which tokens each of them may
        attend to, padding left out.
    residues
        From some tokens to ``bool [batch, token]``: which of them are residues.
    """

    def __init__(
        self,
        heads: list[int],
        replace: Replace,
        *,
        visible: Callable[[slice, int], Tensor],
        residues: Callable[[slice], Tensor],
    ) -> None:
        self.heads = heads
        self._replace = replace
        self._visible = visible
        self._residues = residues
        self._given: list[Tensor] = []
        self._received = self._counted = torch.zeros(())
        self._keys = 0

    def note(self, weights: Float[Tensor, "batch head query key"], rows: slice) -> None:
        """Note what the heads have formed of some queries; each is noted once, in their order."""
        self._keys = weights.shape[-1]
        self._given.append(weights.sum(-1, keepdim=True))
        if self._replace == "mean":
            residues = self._residues(rows)[:, None, :, None].to(weights.device)
            counted = self._visible(rows, self._keys).to(weights.device) * residues.to(weights.dtype)
            self._received = self._received + (weights * counted).sum(-2, keepdim=True)
            self._counted = self._counted + counted.sum(-2, keepdim=True)

    def weights(self, rows: slice) -> Float[Tensor, "batch head query key"]:
        """Return what stands in place of the weights of some queries, once all have been noted."""
        given = torch.cat(self._given, 2)[:, :, rows]
        seen = self._visible(rows, self._keys).to(given.device, given.dtype)
        if self._replace == "zero":
            kept = torch.zeros_like(seen)
        else:
            kept = seen * (self._received / self._counted.clamp(min=1)) if self._replace == "mean" else seen
        shares = kept / kept.sum(-1, keepdim=True).clamp(min=_LEAST)
        return torch.mul(shares, given)
