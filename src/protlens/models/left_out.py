"""Heads that are left out while a model runs.

A head that is left out still forms its weights, and they are shown; what it adds to the residues is made from others.
The weights that stand in their place give as much to tokens as the head's own, which is less than one beside a sink.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from jaxtyping import Bool, Float
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


def weights_instead(
    weights: Float[Tensor, "batch head query key"],
    visible: Bool[Tensor, "batch 1 _ key"],
    residues: Bool[Tensor, "batch query"],
    *,
    replace: Literal["mean", "uniform"],
) -> Float[Tensor, "batch head query key"]:
    """Return the weights that stand in place of those of some heads.

    Each query gives what its own weights give in all, ``sum_k w(q,k)``, to the tokens that it sees: the same to each,
    or to token k in proportion to ``mean_r w(r,k)`` over the residues r of its protein that see k.

    Parameters
    ----------
    weights
        What the heads have formed.
    visible
        Which tokens each token may attend to, padding left out.
    residues
        Which tokens are residues.
    replace
        What the weights are replaced with.
    """
    seen = visible.to(weights.dtype)
    kept = seen
    if replace == "mean":
        counted = seen * residues[:, None, :, None]
        kept = seen * ((weights * counted).sum(-2, keepdim=True) / counted.sum(-2, keepdim=True).clamp(min=1))
    shares = kept / kept.sum(-1, keepdim=True).clamp(min=_LEAST)
    return torch.mul(shares, weights.sum(-1, keepdim=True))
