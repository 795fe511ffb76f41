"""Proteins in which one thing lies in another order: the sequence, the labels, or the coordinates."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.nulls.keyed import keyed_generator
from protlens.nulls.null_kinds import KINDS, NullKind
from protlens.nulls.orders import Order, any_order, neighbour_order, run_order, shifted_order
from protlens.properties.pair import DISULFIDE_TRACK, contact_points
from protlens.typing import Coordinates

Change: TypeAlias = Callable[[Protein, int, str | None], Protein]
"""From a protein, a seed, and the track that the model reads beside the sequence, to the protein as it is changed."""


def null_dataset(proteins: Iterable[Protein], kind: NullKind, *, name: str, seed: int, reads: str | None) -> Dataset:
    """Return a dataset of changed proteins.

    What becomes of a protein depends on the seed, its id and itself, not on the others.

    Parameters
    ----------
    proteins
        As far as they are analysed: what is beyond a cut would come before it.
    kind
        One that changes datasets.
    name
        Of the dataset that they are from.
    seed
        0 or more.
    reads
        The track that the model reads beside the sequence: it goes with the sequence. None if there is none.
    """
    change = CHANGES[kind]
    changed = (change(protein, seed, reads) for protein in proteins)
    return Dataset(KINDS[kind].name(name, seed), changed)


def _shuffled(protein: Protein, seed: int, reads: str | None) -> Protein:
    return _with_sequence(protein, any_order(len(protein), keyed_generator(seed, "sequences", protein.id)), reads)


def _neighbours_kept(protein: Protein, seed: int, reads: str | None) -> Protein:
    beside = protein.tracks.get(reads or "", "")
    symbols = protein.sequence if not beside else list(map("".join, zip(protein.sequence, beside, strict=True)))
    order = neighbour_order(list(symbols), keyed_generator(seed, "neighbours", protein.id))
    return _with_sequence(protein, order, reads)


def _permuted(protein: Protein, seed: int, reads: str | None) -> Protein:
    """Permute each track by itself; what is said of pairs is shifted, so that pairs stay pairs of like separation."""
    shift = shifted_order(len(protein), keyed_generator(seed, "labels", protein.id))
    orders = {
        name: shift
        if name == DISULFIDE_TRACK
        else run_order(track, keyed_generator(seed, "labels", protein.id, "track", name))
        for name, track in protein.tracks.items()
        if name != reads
    }
    return _with_labels(protein, orders, points=shift)


def _shifted(protein: Protein, seed: int, reads: str | None) -> Protein:
    order = shifted_order(len(protein), keyed_generator(seed, "positions", protein.id))
    return _with_labels(protein, {name: order for name in protein.tracks if name != reads}, points=order)


CHANGES: Mapping[NullKind, Change] = {
    "sequences": _shuffled,
    "neighbours": _neighbours_kept,
    "labels": _permuted,
    "positions": _shifted,
}


def _with_sequence(protein: Protein, order: Order, reads: str | None) -> Protein:
    """Return a protein with its sequence, and the track that is read beside it, in another order."""
    moved = {name: _text(track, order) if name == reads else track for name, track in protein.tracks.items()}
    return replace(protein, sequence=_text(protein.sequence, order), tracks=moved, cb=_cb(protein))


def _with_labels(protein: Protein, orders: Mapping[str, Order], *, points: Order) -> Protein:
    """Return a protein with tracks, the annotations of each with it, and coordinates in other orders."""
    cb = _cb(protein)
    return replace(
        protein,
        tracks={
            name: _text(track, orders[name]) if name in orders else track for name, track in protein.tracks.items()
        },
        ca=None if protein.ca is None else protein.ca[points],
        cb=None if cb is None else cb[points],
        annotations=tuple(
            replace(note, residues=tuple(sorted(np.argsort(orders[note.track])[list(note.residues)].tolist())))
            if note.track in orders
            else note
            for note in protein.annotations
        ),
    )


def _cb(protein: Protein) -> Coordinates | None:
    """Return positions of CB, None where those of glycines alone are known, which then would stand at other letters."""
    return protein.cb if contact_points(protein, "CB") is not None else None


def _text(text: str, order: Order) -> str:
    return "".join(text[place] for place in order)
