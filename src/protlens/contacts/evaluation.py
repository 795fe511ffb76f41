"""All ways of scoring contacts, on one test protein."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64

from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.jacobian import categorical_jacobian, coupling_map
from protlens.contacts.labelled_chains import LabelledChain
from protlens.contacts.training import head_precision
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.pairs.pair_statistics import PairStatistics

RANDOM, SEPARATION, JACOBIAN = "random", "separation", "jacobian"
STATISTICS, BEST, TOP, REGRESSION = "separation and amino acids", "best head", "top heads", "regression"
"""Names of the methods in tables. ``random`` gives all pairs one score, ``separation`` prefers pairs close in
sequence; the last four are learned, the first of them without the model (see :mod:`protlens.pairs.pair_statistics`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorers:
    """The learned scores, as weights of the attention maps.

    Parameters
    ----------
    names
        The method and the draw of its training proteins.
    weights
        In the same order.
    statistics
        What separation and amino acids alone say, for each draw; empty where nothing was learned.
    """

    names: tuple[tuple[str, int], ...]
    weights: Float64[np.ndarray, "score layer head"]
    statistics: tuple[PairStatistics, ...] = ()

    @property
    def predictor(self) -> int:
        """The row of the regression of the first draw, whose probabilities are written and drawn."""
        return self.names.index((REGRESSION, 0))


@dataclass(frozen=True, slots=True, eq=False)
class ChainScores:
    """One test protein.

    Parameters
    ----------
    precision
        ``protein, method, draw, range, k, pairs, contacts, taken, precision``.
    heads
        ``protein, layer, head, range, k, pairs, contacts, taken, precision`` of every single head.
    scores
        Scores of all pairs of the chain, in the order of the scorers.
    """

    precision: pl.DataFrame
    heads: pl.DataFrame
    scores: Float64[np.ndarray, "score pair"]


def evaluate_chain(
    model: AttentionModel, chain: LabelledChain, scorers: Scorers, *, masked_lm: MaskedLanguageModel | None = None
) -> ChainScores:
    """Score a chain by every single head, the learned scores and the baselines.

    Parameters
    ----------
    model, chain, scorers
        What to run on what, and how to score.
    masked_lm
        The same model with its head, for the categorical Jacobian; None leaves that out.
    """
    heads: list[pl.DataFrame] = []

    def rate(layer: int, single: Float32[np.ndarray, "head pair"]) -> None:
        heads.append(head_precision(layer, single, chain))

    learned = weighted_scores(model, chain.protein, chain.pairs, weights=scorers.weights, on_layer=rate)
    separations = chain.pairs.separations.astype(np.float64)
    rows = [*learned, np.zeros(len(separations)), -separations]
    names = [*scorers.names, (RANDOM, 0), (SEPARATION, 0)]
    for draw, statistics in enumerate(scorers.statistics):
        rows.append(statistics.scores(chain.protein.sequence, chain.pairs))
        names.append((STATISTICS, draw))
    if masked_lm is not None:
        rows.append(jacobian_scores(masked_lm, chain))
        names.append((JACOBIAN, 0))
    return ChainScores(
        _named(chain, names, chain.precision(np.stack(rows))), _of_protein(chain, pl.concat(heads)), learned
    )


def jacobian_scores(model: MaskedLanguageModel, chain: LabelledChain) -> Float64[np.ndarray, " pair"]:
    """Return the categorical Jacobian's scores of all pairs of a chain."""
    scores = coupling_map(categorical_jacobian(model, chain.protein.sequence)).numpy()
    return np.asarray(scores[chain.pairs.first, chain.pairs.second], np.float64)


def _named(chain: LabelledChain, names: Sequence[tuple[str, int]], table: pl.DataFrame) -> pl.DataFrame:
    methods = pl.DataFrame(
        {"score": range(len(names)), "method": [name for name, _ in names], "draw": [draw for _, draw in names]}
    )
    named = table.join(methods, on="score", maintain_order="left").drop("score")
    return _of_protein(chain, named.select("method", "draw", pl.exclude("method", "draw")))


def _of_protein(chain: LabelledChain, table: pl.DataFrame) -> pl.DataFrame:
    return table.select(pl.lit(chain.protein.id).alias("protein"), pl.all())
