"""Chains whose contacts are known, as the model reads them."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.splits import cluster_of
from protlens.pairs.precision import pair_precision
from protlens.pairs.residue_pairs import ResiduePairs, all_pairs
from protlens.properties.pair import Contact


@dataclass(frozen=True, slots=True, eq=False)
class LabelledChain:
    """A chain and its residue pairs.

    Parameters
    ----------
    protein
        Cut to what the model reads.
    pairs
        All pairs of residues far enough apart, and those of two chains.
    contacts, known
        Which pairs touch, and of which that is known, ``bool [pair]``.
    """

    protein: Protein
    pairs: ResiduePairs
    contacts: Bool[np.ndarray, " pair"]
    known: Bool[np.ndarray, " pair"]

    def precision(self, scores: Float[np.ndarray, "score pair"]) -> pl.DataFrame:
        """Return :func:`pair_precision` of scores of all pairs, over those that are known."""
        return pair_precision(
            scores[:, self.known],
            self.contacts[self.known],
            self.pairs.separations[self.known],
            length=len(self.protein),
            chain_starts=self.protein.chain_starts,
        )


def label_chain(protein: Protein, contact: Contact) -> LabelledChain | None:
    """Return a chain with its contacts, or None if of no pair it is known whether it touches."""
    mask = contact.mask(protein)
    if mask is None or not mask.known.any():
        return None
    pairs = all_pairs(len(protein), min_separation=contact.min_separation, chain_starts=protein.chain_starts)
    ends = (pairs.first, pairs.second)
    return LabelledChain(protein, pairs, contacts=mask.holds[ends], known=mask.known[ends])


class LabelledChains:
    """The chains of a dataset whose contacts are known, made when they are asked for.

    Parameters
    ----------
    dataset
        The proteins; a position is a place in it.
    contact
        What counts as a contact.
    max_length
        Chains are cut after this many residues.
    """

    def __init__(self, dataset: Dataset, contact: Contact, *, max_length: int) -> None:
        self.dataset = dataset
        self._contact = contact
        self.max_length = max_length
        self.ids: dict[int, str] = {}
        self.clusters: dict[int, str] = {}
        self.without_cluster = 0
        for position, protein in enumerate(dataset):
            mask = contact.mask(protein.cut(max_length))
            if mask is not None and mask.known.any():
                self.ids[position] = protein.id
                self.clusters[position] = cluster_of(protein)
                self.without_cluster += not protein.cluster

    def __getitem__(self, position: int) -> LabelledChain:
        """Return a chain, cut; KeyError if its contacts are not known."""
        chain = label_chain(self.dataset[position].cut(self.max_length), self._contact)
        if chain is None:
            raise KeyError(position)
        return chain

    def length(self, position: int) -> int:
        """Return how many residues of a chain are read."""
        return min(len(self.dataset[position]), self.max_length)

    def is_cut(self, position: int) -> bool:
        """Whether a chain is longer than what is read of it."""
        return len(self.dataset[position]) > self.max_length
