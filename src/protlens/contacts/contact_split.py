"""Which proteins contact scores are learned on, and which they are tested on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from protlens.data.protein import Protein
from protlens.data.splits import split_by_cluster
from protlens.errors import DatasetError, explain


@dataclass(frozen=True, slots=True)
class ContactSplit:
    """Positions in a dataset; no test protein shares a cluster with one that may be drawn for training.

    Parameters
    ----------
    test
        What is scored, in random order.
    draws
        The training proteins of each repetition, drawn without replacement from those not kept for testing.
    """

    test: tuple[int, ...]
    draws: tuple[tuple[int, ...], ...]

    @property
    def drawn(self) -> tuple[int, ...]:
        """The positions of all draws, each once, in order."""
        return tuple(sorted({position for draw in self.draws for position in draw}))


def split_contacts(
    proteins: Sequence[Protein],
    positions: Sequence[int],
    *,
    train: int,
    draws: int,
    most_tests: int,
    seed: int,
    trainable: Collection[int] | None = None,
) -> ContactSplit:
    """Split by cluster, draw training proteins from the training part, and test on all others.

    Nothing is chosen on the validation part of :func:`split_by_cluster`, so it is tested on too.

    Parameters
    ----------
    proteins, positions
        The proteins whose contacts are known, and their positions in the dataset.
    train, draws
        Proteins in a draw, and how many draws; the same protein may be in several. They are in random order, so that
        the first of a draw are a smaller one.
    most_tests
        The most proteins to test on.
    seed
        Random seed of the split and the draws.
    trainable
        Positions that may be trained on; all if None.

    Raises
    ------
    DatasetError
        If fewer proteins are left for training than a draw holds, or there are too few clusters to split.
    """
    if not positions:
        hint = "give proteins of known structure; others can be predicted (predict_contacts, protlens contacts TARGET)"
        raise DatasetError(explain("contact prediction", found="no protein has known contacts", hint=hint))
    split = split_by_cluster(proteins, seed=seed)
    rng = np.random.default_rng(seed)
    pool = [positions[i] for i in split.train if trainable is None or positions[i] in trainable]
    if len(pool) < train:
        found = f"{len(pool)} of {len(positions)} proteins of known structure are left for training"
        hint = "ask for fewer training proteins, or give more proteins"
        raise DatasetError(explain("contact prediction", found=found, allowed=f"{train} or more", hint=hint))
    test = rng.permutation([positions[i] for i in (*split.validation, *split.test)])
    drawn = tuple(tuple(rng.permutation(pool)[:train].tolist()) for _ in range(draws))
    return ContactSplit(tuple(test[:most_tests].tolist()), drawn)


def unseen_split(
    ids: Mapping[int, str], clusters: Mapping[int, str], *, seen: Collection[str], most_tests: int, seed: int
) -> ContactSplit:
    """Keep for testing what shares neither its id nor its cluster with proteins that were trained on elsewhere.

    Parameters
    ----------
    ids, clusters
        The id and the cluster of each position whose contacts are known.
    seen
        Ids and clusters that were trained on.
    most_tests, seed
        See :func:`split_contacts`.

    Raises
    ------
    DatasetError
        If no protein is left.
    """
    fresh = [position for position, name in clusters.items() if name not in seen and ids[position] not in seen]
    if not fresh:
        found = f"none of {len(clusters)} proteins of known structure is new to the regression"
        raise DatasetError(explain("testing a saved regression", found=found, hint="test it on another dataset"))
    return ContactSplit(tuple(np.random.default_rng(seed).permutation(fresh)[:most_tests].tolist()), ())
