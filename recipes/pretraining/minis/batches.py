"""Random crops in batches without padding; every batch is a function of the seed and its number.

A sequence is cropped to the longest of a few lengths that it fills: all rows of a batch are equally long, so that
nothing is padded and attention needs no mask. As no batch depends on those before it, training can be resumed at any.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float64, Int64
from torch import Tensor

from minis.sequences import Sequences

SPECIAL_TOKENS = 2
"""Beside the residues of a row, in all architectures."""


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One batch.

    Parameters
    ----------
    residues
        Places in ``LETTERS``, ``int64 [row, residue]``.
    begins
        Where each row begins in its sequence, ``int64 [row]``.
    generator
        For what is still to be drawn: which residues are hidden.
    """

    residues: Tensor
    begins: Tensor
    generator: torch.Generator


@dataclass(frozen=True, slots=True, eq=False)
class _Bucket:
    """Sequences that are cropped to the same length; the tensors are ``[sequence]``."""

    crop: int
    rows: int
    starts: Tensor
    room: Tensor
    cumulated: Tensor


class Batches:
    """Batches of crops of the chosen sequences.

    Parameters
    ----------
    sequences, chosen
        All sequences, and which of them are drawn from.
    weights
        How often each is drawn.
    rows
        The lengths of rows in tokens; sequences that do not fill the shortest are left out.
    tokens
        How many tokens a batch has, about.
    seed
        Of all that is drawn.
    positions
        The longest input in tokens; what lies beyond in a sequence is never drawn.
    device
        Where the residues are kept and batches are made.
    """

    def __init__(
        self,
        sequences: Sequences,
        chosen: Bool[np.ndarray, " sequence"],
        weights: Float64[np.ndarray, " sequence"],
        *,
        rows: Sequence[int],
        tokens: int,
        seed: int,
        positions: int,
        device: torch.device,
    ) -> None:
        lengths = np.array(sorted(rows))
        read = np.minimum(sequences.lengths, positions - SPECIAL_TOKENS)
        fitting = np.searchsorted(lengths, read + SPECIAL_TOKENS, side="right") - 1
        self._residues = torch.from_numpy(sequences.residues).to(device)
        self._seed = seed
        self._buckets, shares = [], []
        for number, row in enumerate(lengths.tolist()):
            places = np.flatnonzero(chosen & (fitting == number))
            if len(places):
                starts, weighted = sequences.starts[places], weights[places]
                self._buckets.append(_bucket(starts, read[places], weighted, row=row, tokens=tokens, device=device))
                shares.append(weights[places].sum() / self._buckets[-1].rows)
        if not shares:
            raise ValueError(f"none of the sequences has {lengths[0] - SPECIAL_TOKENS} residues or more")
        self._shares = np.array(shares) / sum(shares)

    def draw(self, number: int) -> Draw:
        """Return a batch by its number."""
        host = np.random.default_rng([self._seed, number])
        bucket = self._buckets[host.choice(len(self._shares), p=self._shares)]
        device = self._residues.device
        generator = torch.Generator(device).manual_seed(int(host.integers(2**62)))
        chance = torch.rand((2, bucket.rows), dtype=torch.float64, device=device, generator=generator)
        places = torch.searchsorted(bucket.cumulated, chance[0]).clamp_(max=len(bucket.starts) - 1)
        begins = (chance[1] * bucket.room[places]).long()
        drawn = (bucket.starts[places] + begins)[:, None] + torch.arange(bucket.crop, device=device)
        return Draw(self._residues[drawn].long(), begins, generator)


def _bucket(
    starts: Int64[np.ndarray, " place"],
    lengths: Int64[np.ndarray, " place"],
    weights: Float64[np.ndarray, " place"],
    *,
    row: int,
    tokens: int,
    device: torch.device,
) -> _Bucket:
    crop = row - SPECIAL_TOKENS
    return _Bucket(
        crop=crop,
        rows=max(1, tokens // row),
        starts=torch.from_numpy(starts).to(device),
        room=torch.from_numpy(lengths - crop + 1).to(device),
        cumulated=torch.from_numpy((weights / weights.sum()).cumsum()).to(device),
    )
