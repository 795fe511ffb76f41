"""Relatives in a dataset: proteins of similar sequence, which tell less than as many unrelated ones.

What the dataset says about its proteins, their ``cluster``, counts. For proteins without one, relatives are searched
for: with MMseqs2 if it is installed, else by shared words, which finds close relatives only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from protlens.data import mmseqs
from protlens.data.dataset import Dataset
from protlens.data.mmseqs import families_by_mmseqs
from protlens.data.shared_words import families_by_words

COVERAGE = 0.8
"""Relatives are aligned over at least this share of both."""

GIVEN = "clusters of the dataset"
"""How relatives are known where the dataset names its clusters."""


@dataclass(frozen=True, slots=True)
class RelativeSearch:
    """A way to find families of similar sequences.

    Parameters
    ----------
    method
        Its name and the least identity, as shown to the user.
    families
        From sequences to the number of each one's family.
    """

    method: str
    families: Callable[[Sequence[str]], list[int]]


def relative_search() -> RelativeSearch:
    """Return the way that is used here: 30 % identity with MMseqs2 if it is installed, else 50 % by shared words."""
    if mmseqs.is_installed():
        return RelativeSearch(
            "30 % identity, MMseqs2", lambda given: families_by_mmseqs(given, identity=0.3, coverage=COVERAGE)
        )
    return RelativeSearch(
        "50 % identity, shared words", lambda given: families_by_words(given, identity=0.5, coverage=COVERAGE)
    )


@dataclass(frozen=True, slots=True)
class Relatives:
    """The families of a dataset.

    Parameters
    ----------
    clusters
        A name for each protein, in order, that its relatives share: the dataset's own; else that of a relative; else
        the id of the family's first protein.
    methods
        How each of them is known: ``GIVEN``, or the name of the search.
    """

    clusters: tuple[str, ...]
    methods: tuple[str, ...]

    @property
    def families(self) -> int:
        """How many there are."""
        return len(set(self.clusters))

    def follow(self, dataset: Dataset) -> bool:
        """Whether they keep to the clusters that a dataset of the same proteins names."""
        named = [name if method == GIVEN else "" for name, method in zip(self.clusters, self.methods, strict=True)]
        return named == dataset.clusters


def find_relatives(dataset: Dataset, *, search: RelativeSearch | None = None) -> Relatives:
    """Find the families of a dataset.

    Parameters
    ----------
    dataset
        Its proteins; nothing is searched for if all of them name a cluster.
    search
        The way to search; None takes :func:`relative_search`.

    Raises
    ------
    DatasetError
        If MMseqs2 is installed and fails.
    """
    given = dataset.clusters
    if all(given):
        return Relatives(tuple(given), (GIVEN,) * len(given))
    chosen = search or relative_search()
    numbers = chosen.families(dataset.sequences)
    names: dict[int, str] = {}
    for number, name in zip(numbers, given, strict=True):
        if name:
            names.setdefault(number, name)
    taken = set(given)
    for number, identifier in zip(numbers, dataset.ids, strict=True):
        names.setdefault(number, f"family of {identifier}" if identifier in taken else identifier)
    clusters = [name or names[number] for number, name in zip(numbers, given, strict=True)]
    return Relatives(tuple(clusters), tuple(GIVEN if name else chosen.method for name in given))


def name_relatives(dataset: Dataset) -> Dataset:
    """Return the dataset with a cluster named for every protein, or as it is if no relatives are known or found.

    Raises
    ------
    DatasetError
        If MMseqs2 is installed and fails.
    """
    relatives = find_relatives(dataset)
    return dataset.with_clusters(relatives.clusters) if relatives.families < len(dataset) else dataset
