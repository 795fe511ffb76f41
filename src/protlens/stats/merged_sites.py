"""Sites that a fit cannot tell apart, those of one protein and one class of each factor, taken as one.

A chain of 300 residues has 18 places and 20 amino acids: what depends on one of them alone is summed over twenty rows,
not over all residues. The same terms are added in another order than site by site.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from protlens.runs.sites import Sites

_MOST_ROOM = 4
"""Room for all combinations of protein and classes, in sites, up to which sites are merged: beyond it few are alike."""

ByClasses = Float64[np.ndarray, "class class"]


@dataclass(frozen=True, slots=True)
class MergedRows:
    """Rows of merged sites, by protein, and sums over them.

    Parameters
    ----------
    protein
        Number of the protein, ascending.
    classes
        Number of the class for each factor.
    trials
        Sums over the sites, each by its weight.
    size, proteins
        How many classes and proteins there are.
    places
        Where each row counts in sums by protein and class, and in those by two classes.
    """

    protein: Int64[np.ndarray, " row"]
    classes: Int64[np.ndarray, "factor row"]
    trials: Float64[np.ndarray, " row"]
    size: int
    proteins: int
    places: tuple[Int64[np.ndarray, "factor row"], Int64[np.ndarray, "pair row"]]

    def chosen(self, proteins: Bool[np.ndarray, " protein"]) -> "MergedRows":
        """Return the rows of some proteins, which are counted anew."""
        if proteins.all():
            return self
        kept = proteins[self.protein]
        protein, classes = (np.cumsum(proteins) - 1)[self.protein[kept]], self.classes[:, kept]
        places = protein * self.size + classes, self.places[1][:, kept]
        return MergedRows(protein, classes, self.trials[kept], self.size, int(proteins.sum()), places)

    def by_class(self, values: Float64[np.ndarray, " row"]) -> Float64[np.ndarray, " class"]:
        """Return sums by class; a row counts for its class of each factor."""
        return summed_at(self.classes, values, self.size)

    def by_protein(self, values: Float64[np.ndarray, " row"]) -> Float64[np.ndarray, "protein 1"]:
        """Return sums by protein."""
        return summed_at(self.protein[None], values, self.proteins)[:, None]

    def by_protein_and_class(self, values: Float64[np.ndarray, " row"]) -> Float64[np.ndarray, "protein class"]:
        """Return sums by protein and class."""
        return summed_at(self.places[0], values, self.proteins * self.size).reshape(self.proteins, self.size)

    def by_two_classes(self, values: Float64[np.ndarray, " row"], alone: Float64[np.ndarray, " class"]) -> ByClasses:
        """Return sums by the classes of two factors; on the diagonal, where both are the same, those by class."""
        upper = summed_at(self.places[1], values, self.size**2).reshape(self.size, self.size)
        both = upper + upper.T
        both.flat[:: self.size + 1] = alone
        return np.asarray(both)


@dataclass(frozen=True, slots=True)
class MergedSites(MergedRows):
    """Sites of one protein and one class of each factor as one row, whatever their labels.

    Parameters
    ----------
    trials_squared
        Trials by the square of the weight.
    of, first
        The row of each site, and a site of each row.
    """

    trials_squared: Float64[np.ndarray, " row"]
    of: Int64[np.ndarray, " site"]
    first: Int64[np.ndarray, " row"]

    @classmethod
    def merge(cls, sites: Sites, classes: Int64[np.ndarray, "factor site"], size: int) -> "MergedSites":
        """Return the sites merged by their classes, of which there are so many over all factors."""
        of, first = _alike(sites.protein, classes)
        trials = _total(of, sites.trials * sites.weights, first)
        squared = trials if sites.offered is None else _total(of, sites.trials * sites.weights**2, first)
        protein, own = sites.protein[first], classes[:, first]
        proteins = int(sites.protein.max(initial=-1)) + 1
        upper = np.triu_indices(len(own), 1)
        places = protein * size + own, own[upper[0]] * size + own[upper[1]]
        return cls(protein, own, trials, size, proteins, places, squared, of, first)

    def positive(self, sites: Sites) -> Float64[np.ndarray, " row"]:
        """Return the positives of each row, by their weight; the sites may be others at the same places."""
        return _total(self.of, sites.positive * sites.weights, self.first)


def summed_at(
    places: Int64[np.ndarray, "row value"], values: Float64[np.ndarray, " value"], size: int
) -> Float64[np.ndarray, " place"]:
    """Return sums of values by place; each row of places adds all values."""
    totals = np.zeros(size)
    for row in places:
        totals += np.bincount(row, values, minlength=size)
    return totals


def _total(
    of: Int64[np.ndarray, " site"], values: Float64[np.ndarray, " site"], first: Int64[np.ndarray, " row"]
) -> Float64[np.ndarray, " row"]:
    return np.bincount(of, values) if len(first) < len(of) else np.asarray(values, np.float64)


def _alike(
    protein: Int64[np.ndarray, " site"], classes: Int64[np.ndarray, "factor site"]
) -> tuple[Int64[np.ndarray, " site"], Int64[np.ndarray, " row"]]:
    """Return the row of each site, and a site of each row."""
    each = np.arange(len(protein))
    if not len(each):
        return each, each
    key, room = protein, int(protein[-1]) + 1
    for numbers in classes:
        lowest, highest = int(numbers.min()), int(numbers.max())
        key, room = key * (highest - lowest + 1) + numbers - lowest, room * (highest - lowest + 1)
    if room > _MOST_ROOM * len(each):
        return each, each
    there = np.bincount(key, minlength=room) > 0
    of = (np.cumsum(there) - 1)[key]
    first = np.zeros(int(there.sum()), np.int64)
    first[of] = each
    return of, first
