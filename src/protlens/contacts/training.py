"""Choosing heads and fitting the regression on a few labelled proteins."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64, Int64

from protlens.contacts.head_scores import head_order, mean_of
from protlens.contacts.labelled_chains import LabelledChain
from protlens.contacts.regression import INVERSE_PENALTY, ContactRegression, fit_regression, sample_pairs
from protlens.models.protocol import AttentionModel
from protlens.pairs.attention_maps import HeadMaps, pair_scores, visit_maps
from protlens.pairs.pair_statistics import PairCounts, PairStatistics, count_pairs, learn_statistics


@dataclass(frozen=True, slots=True, eq=False)
class TrainedScores:
    """Four ways to score pairs, learned on the same proteins.

    Parameters
    ----------
    proteins
        Ids of these proteins.
    best, top
        The head of the highest precision, and the highest few, zero-based layer and head.
    regression
        Over all heads.
    statistics
        What separation and amino acids say without the model.
    """

    proteins: tuple[str, ...]
    best: tuple[int, int]
    top: tuple[tuple[int, int], ...]
    regression: ContactRegression
    statistics: PairStatistics

    def weights(self) -> Float64[np.ndarray, "score layer head"]:
        """Return the weights of the best head, of the mean over the top heads, and of the regression."""
        layers, heads = self.regression.weights.shape
        chosen = [mean_of(some, layers=layers, per_layer=heads) for some in ([self.best], self.top)]
        return np.stack([*chosen, self.regression.weights])


def train_scores(
    model: AttentionModel,
    chains: Iterable[LabelledChain],
    *,
    top: int,
    most_pairs: int,
    inverse_penalty: float = INVERSE_PENALTY,
    seed: int = 0,
) -> TrainedScores:
    """Choose heads and fit the regression on labelled chains, in one pass over the model.

    Parameters
    ----------
    model, chains
        What to run on what.
    top
        Heads in the mean.
    most_pairs
        Known pairs of a chain that the regression sees, drawn at random from a longer one; heads are chosen on all.
    inverse_penalty
        C for all known pairs; the pairs that were drawn weigh as much as all together, so that the penalty does not
        depend on how many were.
    seed
        See :func:`fit_regression`; also that of the pairs.

    Raises
    ------
    DatasetError
        If all or none of the pairs touch.
    """
    rng = np.random.default_rng(seed)
    ids, tables, features, contacts, counts = [], [], [], [], []
    for chain in chains:
        ids.append(chain.protein.id)
        known = np.flatnonzero(chain.known)
        counts.append(_count(chain, known))
        chosen = known[sample_pairs(len(known), most=most_pairs, rng=rng)]
        table, rows = _read_chain(model, chain, chosen)
        tables.append(table)
        features.append(rows)
        contacts.append(chain.contacts[chosen])
    ranked = head_order(pl.concat(tables))
    labels, counted = np.concatenate(contacts), np.sum(counts, axis=0)
    weight = counted[0].sum() / max(1, len(labels))
    regression = fit_regression(
        np.concatenate(features, axis=2), labels, inverse_penalty=inverse_penalty * weight, seed=seed
    )
    statistics = learn_statistics(counted)
    return TrainedScores(
        tuple(ids), best=ranked[0], top=tuple(ranked[:top]), regression=regression, statistics=statistics
    )


def head_precision(layer: int, scores: Float32[np.ndarray, "head pair"], chain: LabelledChain) -> pl.DataFrame:
    """Return the precision of each head of a layer on one chain."""
    table = chain.precision(scores).rename({"score": "head"})
    return table.insert_column(0, pl.lit(layer, pl.Int64).alias("layer"))


def _count(chain: LabelledChain, known: Int64[np.ndarray, " known"]) -> PairCounts:
    return count_pairs(chain.protein.sequence, chain.pairs.take(known), chain.contacts[known])


def _read_chain(
    model: AttentionModel, chain: LabelledChain, chosen: Int64[np.ndarray, " chosen"]
) -> tuple[pl.DataFrame, Float32[np.ndarray, "layer head chosen"]]:
    tables: list[pl.DataFrame] = []
    features = np.empty((model.info.layers, model.info.heads, len(chosen)), np.float32)

    def keep(layer: int, maps: HeadMaps) -> None:
        scores = pair_scores(maps, chain.pairs)
        tables.append(head_precision(layer, scores, chain))
        features[layer] = scores[:, chosen]

    visit_maps(model, chain.protein, keep)
    return pl.concat(tables), features
