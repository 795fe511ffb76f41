"""Training, validation and test proteins without relatives between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from protlens.data.protein import Protein
from protlens.errors import DatasetError, OptionError, explain

PARTS = ("train", "validation", "test")
FRACTIONS = (0.6, 0.2, 0.2)
"""Shares of the clusters that the parts get."""


@dataclass(frozen=True, slots=True)
class Split:
    """Which proteins probes are fitted on, chosen on and measured on.

    Parameters
    ----------
    train, validation, test
        Positions in the list of proteins, ascending.
    clusters
        The cluster of each protein of the list; see :func:`cluster_of`.
    ids
        The id of each protein of the list.
    seed
        Random seed of the draw.

    Raises
    ------
    DatasetError
        If a cluster, and with it a relative, stands in two parts.
    """

    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]
    clusters: tuple[str, ...]
    ids: tuple[str, ...]
    seed: int

    def __post_init__(self) -> None:
        names = [{self.clusters[i] for i in getattr(self, part)} for part in PARTS]
        for one, other in ((0, 1), (0, 2), (1, 2)):
            if shared := names[one] & names[other]:
                found = f"cluster {min(shared)!r} stands in {PARTS[one]} and in {PARTS[other]}"
                raise DatasetError(explain("split of the proteins", found=found))

    def record(self) -> dict[str, Any]:
        """Return what ``split.json`` holds: seed, sizes, the overlap that was checked, and ids and clusters."""
        parts = {part: getattr(self, part) for part in PARTS}
        return {
            "seed": self.seed,
            "proteins": {part: len(members) for part, members in parts.items()},
            "clusters": {part: len({self.clusters[i] for i in members}) for part, members in parts.items()},
            "clusters_in_two_parts": 0,
            "without_cluster": sum(name.startswith(_ALONE) for name in self.clusters),
            "members": {
                part: [{"id": self.ids[i], "cluster": self.clusters[i]} for i in members]
                for part, members in parts.items()
            },
        }


_ALONE = "sequence:"


def cluster_of(protein: Protein) -> str:
    """Return the protein's cluster; one without is a cluster of all proteins of the same sequence."""
    return protein.cluster or f"{_ALONE}{protein.sequence}"


def split_by_cluster(
    proteins: Sequence[Protein], *, seed: int, fractions: tuple[float, float, float] = FRACTIONS
) -> Split:
    """Draw a split in which the proteins of a cluster stay together.

    Clusters are put in random order; the first go to training until their share is reached, the next to validation,
    the rest to the test. The order in which the proteins are given does not matter.

    Parameters
    ----------
    proteins
        What to split; three clusters or more.
    seed
        Random seed of the draw.
    fractions
        Shares of the clusters for training, validation and test; each above 0, and 1 together.

    Raises
    ------
    OptionError
        If the fractions are not shares.
    DatasetError
        If there are too few clusters for three parts.
    """
    if min(fractions) <= 0 or abs(sum(fractions) - 1) > 1e-9:
        raise OptionError(explain("fractions of the split", found=str(fractions), allowed="three above 0, 1 together"))
    clusters = tuple(cluster_of(protein) for protein in proteins)
    names = sorted(set(clusters))
    if len(names) < len(PARTS):
        found = f"{len(proteins)} proteins in {len(names)} clusters"
        raise DatasetError(explain("split of the proteins", found=found, allowed="three clusters or more"))
    order = [names[i] for i in np.random.default_rng(seed).permutation(len(names))]
    first = min(max(1, round(fractions[0] * len(names))), len(names) - 2)
    second = min(max(first + 1, round((fractions[0] + fractions[1]) * len(names))), len(names) - 1)
    part_of = {name: 0 if place < first else 1 if place < second else 2 for place, name in enumerate(order)}
    members = [tuple(i for i, name in enumerate(clusters) if part_of[name] == part) for part in range(len(PARTS))]
    return Split(members[0], members[1], members[2], clusters, tuple(p.id for p in proteins), seed)
