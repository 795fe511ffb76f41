"""How precision grows with the number of labelled proteins, and with the number of heads that are averaged."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from protlens.contacts.choices import HEAD_COUNTS
from protlens.contacts.evaluation import STATISTICS
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.labelled_chains import LabelledChain
from protlens.contacts.precision_summary import over_draws
from protlens.contacts.training import TrainedScores
from protlens.models.protocol import AttentionModel

MEAN_OF = "mean of heads"
"""The mean over a fixed number of the best heads, as :data:`~protlens.contacts.evaluation.TOP` is over a chosen one."""


def few_label_table(
    model: AttentionModel, chains: Iterable[LabelledChain], trained: Sequence[tuple[int, TrainedScores]]
) -> pl.DataFrame:
    """Return the precision of what was learned on few proteins, over the draws of these.

    Parameters
    ----------
    model, chains
        What to test on what.
    trained
        The number of training proteins, and what was learned on a draw of so many.

    Returns
    -------
    polars.DataFrame
        ``method, heads, train, range, k, draws, precision, lowest, highest``: the mean over draws of the mean over test
        proteins, and the lowest and highest draw; ``heads`` is null where their number is chosen or all are used.
    """
    learned = [(train, _weights(scores)) for train, scores in trained]
    rows = [(name, train) for train, own in learned for name in own]
    weights = np.stack([row for _, own in learned for row in own.values()])
    parts = []
    for chain in chains:
        attention = weighted_scores(model, chain.protein, chain.pairs, weights=weights)
        statistics = [scores.statistics.scores(chain.protein.sequence, chain.pairs) for _, scores in trained]
        parts.append(chain.precision(np.concatenate([attention, statistics])))
    rows += [((STATISTICS, None), train) for train, _ in trained]
    named = pl.DataFrame(
        {
            "score": range(len(rows)),
            "method": [method for (method, _), _ in rows],
            "heads": pl.Series([heads for (_, heads), _ in rows], dtype=pl.Int64),
            "train": [train for _, train in rows],
        }
    )
    means = pl.concat(parts).group_by("score", "range", "k", maintain_order=True).agg(pl.col("precision").mean())
    keys = ("method", "heads", "train", "range", "k")
    joined = means.join(named, on="score", maintain_order="right_left")
    return joined.group_by(keys, maintain_order=True).agg(*over_draws())


def _weights(scores: TrainedScores) -> dict[tuple[str, int | None], np.ndarray]:
    counts = [count for count in HEAD_COUNTS if count <= len(scores.ranked)]
    means = {(MEAN_OF, count): scores.mean_of_heads(count) for count in counts}
    return means | {(method, None): row for method, row in scores.weights().items()}
