"""Which residue pairs contact probes are fitted on: all that are labelled, equally likely, up to a number.

The sample keeps the frequency of contacts, so that the probabilities of a probe can be taken as such.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64

from protlens.data.protein import Protein
from protlens.pairs.residue_pairs import ResiduePairs, labelled_pairs
from protlens.probing.sampling import plain_sample
from protlens.properties.mask import Property

Labelled = Callable[[int], tuple[ResiduePairs, Bool[np.ndarray, " pair"]]]
"""From a protein's place in the list to its labelled pairs and which of them touch."""


@dataclass(frozen=True, slots=True, eq=False)
class PairSample:
    """Residue pairs of several proteins, in the order of the proteins.

    Parameters
    ----------
    proteins
        The protein of each pair, as a place in the list of proteins; ascending.
    pairs
        The positions of its residues.
    labels
        Which pairs touch.
    """

    proteins: Int64[np.ndarray, " pair"]
    pairs: ResiduePairs
    labels: Bool[np.ndarray, " pair"]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.proteins)

    def both_directions(self) -> "PairSample":
        """Return a sample in which each pair (i, j) is followed by (j, i)."""
        first, second = (
            np.stack(ends, axis=1).ravel()
            for ends in ((self.pairs.first, self.pairs.second), (self.pairs.second, self.pairs.first))
        )
        return PairSample(np.repeat(self.proteins, 2), ResiduePairs(first, second), np.repeat(self.labels, 2))

    def of(self, protein: int) -> slice:
        """Return where the pairs of one protein stand."""
        first, last = np.searchsorted(self.proteins, [protein, protein + 1])
        return slice(int(first), int(last))


def labelled_by(contact: Property, proteins: Sequence[Protein]) -> Labelled:
    """Return a function that finds the labelled pairs of a protein, none for one without structure."""

    def labelled(number: int) -> tuple[ResiduePairs, Bool[np.ndarray, " pair"]]:
        mask = contact.mask(proteins[number])
        if mask is None:
            nothing = np.zeros(0, np.int64)
            return ResiduePairs(nothing, nothing), np.zeros(0, np.bool_)
        return labelled_pairs(mask)

    return labelled


def sample_pairs(chosen: Sequence[int], labelled: Labelled, *, size: int, seeds: Sequence[int]) -> list[PairSample]:
    """Draw a sample of the labelled pairs of some proteins for each seed.

    Parameters
    ----------
    chosen
        Places in the list of proteins.
    labelled
        Finds the pairs of one.
    size
        The most pairs of a sample; all are taken if there are no more.
    seeds
        Random seeds, one for each draw.
    """
    order = sorted(chosen)
    counts = [len(labelled(number)[0]) for number in order]
    borders = np.concatenate([[0], np.cumsum(counts)])
    drawn = [plain_sample(int(borders[-1]), size=size, generator=np.random.default_rng(seed)) for seed in seeds]
    parts: list[list[tuple[np.ndarray, ...]]] = [[] for _ in seeds]
    for place, number in enumerate(order):
        pairs, touching = labelled(number)
        for part, places in zip(parts, drawn, strict=True):
            low, high = np.searchsorted(places, borders[place : place + 2])
            here = places[low:high] - borders[place]
            part.append((np.full(len(here), number), pairs.first[here], pairs.second[here], touching[here]))
    return [_joined(part) for part in parts]


def _joined(parts: list[tuple[np.ndarray, ...]]) -> PairSample:
    empty = np.zeros(0, np.int64)
    proteins, first, second, labels = (
        np.concatenate(column) for column in zip((empty, empty, empty, np.zeros(0, np.bool_)), *parts, strict=True)
    )
    return PairSample(proteins, ResiduePairs(first, second), labels)
