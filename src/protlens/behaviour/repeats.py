"""Proteins with a segment repeated, and whether attention finds the first copy from the second.

A copy of a segment of a real protein is put in further on; the control has the same residues in its place, shuffled.
Length, places and composition are thus the same, and only the repeat differs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import torch
from torch import Tensor

from protlens.behaviour.behaviour_shares import BehaviourShares
from protlens.behaviour.measure import LEAST_GIVEN, attend_to_each
from protlens.data.protein import Protein
from protlens.models.protocol import AttentionModel, reach_by_layer
from protlens.reach import distinct
from protlens.typing import Progress

SEGMENT = 24
"""Residues that are repeated; the outermost two of the second copy are not asked."""

LEAST_GAP = 10
"""Least number of residues between the two copies; how many is drawn, so that no fixed offset leads to the first."""

SHORTEST = 2 * SEGMENT + LEAST_GAP
"""Shorter proteins are not asked."""

AFTER = {"repeat": 0, "induction": 1}
"""Which residue of the first copy is looked at, from the one that the asking residue is a copy of."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A protein with a segment repeated.

    Parameters
    ----------
    protein, control
        With the copy, and with the same residues in shuffled order.
    first, second
        Where the two copies begin.
    """

    protein: Protein
    control: Protein
    first: int
    second: int


def with_repeat(
    protein: Protein, *, seed: int, longest: int | None = None, track: str | None = None
) -> Repeated | None:
    """Repeat a segment of a protein further on, at places drawn for this sequence; None if it is too short.

    Parameters
    ----------
    protein
        Any protein.
    seed
        Of the draw, with the sequence; the other proteins do not change it.
    longest
        The most residues of the result, copy included; the protein's end is cut off for it.
    track
        A track that goes along with the residues, for a model that reads one.
    """
    length = min(len(protein), (longest or len(protein) + SEGMENT) - SEGMENT)
    if length < SHORTEST:
        return None
    rng = np.random.default_rng([seed, crc32(protein.sequence.encode())])
    second = int(rng.integers(SEGMENT + LEAST_GAP, length + 1))
    first = int(rng.integers(0, second - SEGMENT - LEAST_GAP + 1))
    segment = np.arange(first, first + SEGMENT)
    before, behind = np.arange(second), np.arange(second, length)
    copies = (segment, rng.permutation(segment))
    places = [np.concatenate([before, copy, behind]) for copy in copies]
    repeated, control = (_taken(protein, one, track) for one in places)
    return Repeated(repeated, control, first=first, second=second)


def measure_repeats(
    model: AttentionModel,
    proteins: Sequence[Protein],
    *,
    seed: int,
    on_progress: Progress = lambda done, total: None,
) -> dict[str, BehaviourShares]:
    """Return which share of the second copy's attention goes to the same residue of the first, and to the one after.

    The baseline is the largest of three: what goes there where the copy is shuffled, what a residue of the same amino
    acid gets on average elsewhere in the sequence, and an even spread over all residues.

    Parameters
    ----------
    model, proteins
        Proteins of the run; those that are too short have no vote.
    seed
        Of where segments are repeated.
    on_progress
        Called with the sequences done and the sequences in all.
    """
    longest, track = model.info.max_residues, getattr(model, "reads", None)
    made = [with_repeat(protein, seed=seed, longest=longest, track=track) for protein in proteins]
    there = [(place, one) for place, one in enumerate(made) if one is not None]
    shape = (len(proteins), model.info.layers, model.info.heads, 1)
    found = {name: np.full((2, *shape), np.nan) for name in AFTER}
    reach = reach_by_layer(model)

    def visit(number: int, protein: Protein, special: int) -> Callable[[int, Tensor], None]:
        place, repeated = there[number // 2]
        shuffled = bool(number % 2)
        same = _same_letters(protein, repeated).to(model.device)
        asked = _inner(repeated).numpy()
        seen = {
            one: torch.from_numpy(one.pairs(len(protein))[asked].sum(1)).to(model.device) for one in distinct(reach)
        }

        def reduce(layer: int, weights: Tensor) -> None:
            for name, after in AFTER.items():
                pair = _to_first(weights, repeated, same, after=after, seen=seen[reach[layer]])
                share, chance = pair.double().cpu().numpy()
                into = found[name][:, place, layer, :, 0]
                into[0] = into[0] if shuffled else share
                into[1] = np.fmax(into[1], share if shuffled else chance)

        return reduce

    sequences = [one for _, repeated in there for one in (repeated.protein, repeated.control)]
    attend_to_each(model, sequences, visit, on_progress=on_progress)
    return {name: BehaviourShares(share, baseline, (None,)) for name, (share, baseline) in found.items()}


def _taken(protein: Protein, places: np.ndarray, track: str | None) -> Protein:
    """Return the residues at these places as a protein of its own."""
    sequence = _at(protein.sequence, places)
    tracks = {name: _at(values, places) for name, values in protein.tracks.items() if name == track}
    return Protein(id=protein.id, sequence=sequence, tracks=tracks)


def _at(text: str, places: np.ndarray) -> str:
    return "".join(text[place] for place in places)


def _inner(repeated: Repeated) -> Tensor:
    """Return the residues of the second copy that are asked."""
    return torch.arange(repeated.second + 1, repeated.second + SEGMENT - 1)


def _same_letters(protein: Protein, repeated: Repeated) -> Tensor:
    """Return one where another residue is the same amino acid as one that is asked, ``float32 [asked, key]``."""
    letters, asked = torch.tensor(list(protein.sequence.encode())), _inner(repeated)
    same = (letters[asked][:, None] == letters).float()
    same[torch.arange(len(asked)), asked] = 0
    return same


def _to_first(weights: Tensor, repeated: Repeated, same: Tensor, *, after: int, seen: Tensor) -> Tensor:
    """Return which share of the asked residues' attention goes to the first copy, and by chance, ``[2, head]``.

    Parameters
    ----------
    weights
        Attention of one layer within one sequence.
    repeated, same
        Where the copies are, and which residues are the same amino acid as the asked ones.
    after
        Which residue of the first copy, from the one that the asking residue is a copy of.
    seen
        How many residues each of the asked ones can attend to.
    """
    asked = _inner(repeated)
    rows = weights[:, asked]
    target = asked - repeated.second + repeated.first + after
    there = rows[:, torch.arange(len(asked)), target].sum(1)
    evenly = (rows.sum(2) / seen).sum(1)
    alike = ((rows * same).sum(2) / same.sum(1).clamp_min(1)).sum(1)
    given = rows.sum((1, 2))
    shares = torch.stack([there, torch.maximum(evenly, alike)]) / given.clamp_min(LEAST_GIVEN)
    return shares.masked_fill(given <= LEAST_GIVEN, torch.nan)
