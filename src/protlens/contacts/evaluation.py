"""All ways of scoring contacts, on one test protein."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64

from protlens.contacts.couplings import JACOBIAN, STATE_JACOBIAN, Coupling
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.labelled_chains import LabelledChain
from protlens.models.protocol import AttentionModel
from protlens.pairs.pair_statistics import PairStatistics

RANDOM, SEPARATION = "random", "separation"
STATISTICS, BEST, TOP, REGRESSION = "separation and amino acids", "best head", "top heads", "regression"
PUBLISHED, FUSION = "published regression", "fusion"
"""Names of the methods in tables. ``random`` gives all pairs one score, ``separation`` prefers pairs close in
sequence; from the second line on they are learned, the first of them without the model
(see :mod:`protlens.pairs.pair_statistics`), the last from attention and the Jacobian."""

LEARNED = (STATISTICS, BEST, TOP, REGRESSION, PUBLISHED, FUSION)
"""Methods that depend on the training proteins."""

WITH_JACOBIAN = (JACOBIAN, STATE_JACOBIAN, FUSION)
"""Methods that need a Jacobian of the chain."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorers:
    """The learned scores, as weights of the maps.

    Parameters
    ----------
    names
        The method and the draw of its training proteins.
    weights
        Of the heads' maps, in the same order.
    statistics
        What separation and amino acids alone say, for each draw; empty where nothing was learned.
    fusions
        For each draw, the weights of the heads' maps and that of the Jacobian; empty where none was fitted.
    """

    names: tuple[tuple[str, int], ...]
    weights: Float64[np.ndarray, "score layer head"]
    statistics: tuple[PairStatistics, ...] = ()
    fusions: tuple[tuple[Float64[np.ndarray, "layer head"], float], ...] = ()

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
    seconds
        How long it took to run the model and to weigh its maps.
    """

    precision: pl.DataFrame
    heads: pl.DataFrame
    scores: Float64[np.ndarray, "score pair"]
    seconds: float


def evaluate_chain(
    model: AttentionModel, chain: LabelledChain, scorers: Scorers, *, coupling: Coupling | None = None
) -> ChainScores:
    """Score a chain by every single head, the learned scores and the baselines.

    Parameters
    ----------
    model, chain, scorers
        What to run on what, and how to score.
    coupling
        The chain's Jacobian, with which the fusions are scored too; None leaves both out.
    """
    heads: list[pl.DataFrame] = []
    rating = 0.0

    def rate(layer: int, single: Float32[np.ndarray, "head pair"]) -> None:
        nonlocal rating
        start = perf_counter()
        table = chain.precision(single).rename({"score": "head"})
        heads.append(table.insert_column(0, pl.lit(layer, pl.Int64).alias("layer")))
        rating += perf_counter() - start

    fusions = scorers.fusions if coupling is not None else ()
    weights = np.concatenate([scorers.weights, *(of_heads[None] for of_heads, _ in fusions)])
    start = perf_counter()
    learned = weighted_scores(model, chain.protein, chain.pairs, weights=weights, on_layer=rate)
    seconds = perf_counter() - start - rating
    separations = chain.pairs.separations.astype(np.float64)
    own, fused = np.split(learned, [len(scorers.names)])
    if coupling is not None:
        fused = fused + np.array([weight for _, weight in fusions])[:, None] * coupling.scores
    rows = [*own, *fused, np.zeros(len(separations)), -separations]
    names = [*scorers.names, *((FUSION, draw) for draw in range(len(fusions))), (RANDOM, 0), (SEPARATION, 0)]
    for draw, statistics in enumerate(scorers.statistics):
        rows.append(statistics.scores(chain.protein.sequence, chain.pairs))
        names.append((STATISTICS, draw))
    if coupling is not None:
        rows.append(coupling.scores)
        names.append((coupling.method, 0))
    precision = _named(chain, names, chain.precision(np.stack(rows)))
    return ChainScores(precision, _of_protein(chain, pl.concat(heads)), own, seconds)


def _named(chain: LabelledChain, names: Sequence[tuple[str, int]], table: pl.DataFrame) -> pl.DataFrame:
    methods = pl.DataFrame(
        {"score": range(len(names)), "method": [name for name, _ in names], "draw": [draw for _, draw in names]}
    )
    named = table.join(methods, on="score", maintain_order="left").drop("score")
    return _of_protein(chain, named.select("method", "draw", pl.exclude("method", "draw")))


def _of_protein(chain: LabelledChain, table: pl.DataFrame) -> pl.DataFrame:
    return table.select(pl.lit(chain.protein.id).alias("protein"), pl.all())
