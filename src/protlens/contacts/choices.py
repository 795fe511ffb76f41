"""How many heads are averaged and how strong the penalty is, chosen inside the training proteins.

The training proteins are cut into folds, relatives together. What is tried is learned on the other folds and rated on
the chains of the fold: long-range precision at L over all pairs, as later on the test proteins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.contacts.head_scores import mean_of
from protlens.contacts.regression import fit_scaled
from protlens.contacts.training_chains import TrainingChain, rank_heads
from protlens.contacts.training_pairs import join_pairs

HEAD_COUNTS = (1, 2, 3, 5, 8, 12, 20)
"""Numbers of heads that are tried in a mean."""

STRENGTHS = (5.0, 15.0, 50.0)
"""Strengths of a regression that are tried, see :func:`~protlens.contacts.regression.fit_scaled`."""

FALLBACK_HEADS, FALLBACK_STRENGTH = 5, 15.0
"""Taken where a single family of training proteins leaves nothing to choose on."""

FOLDS = 4

HEADS, PENALTY = "heads", "penalty"
"""What is chosen, as tables call it."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What is tried on one draw of training proteins.

    Parameters
    ----------
    values
        What is chosen, :data:`HEADS` or :data:`PENALTY`, and its value.
    folds
        The fold of each training protein, by its position in the dataset.
    weights
        The weights of the heads' maps that were learned without a fold.
    """

    values: tuple[tuple[str, float], ...]
    folds: Mapping[int, int]
    weights: Mapping[int, Float64[np.ndarray, "value layer head"]]

    def of(self, position: int) -> Float64[np.ndarray, "value layer head"]:
        """Return the weights that were learned without a protein and its relatives."""
        return self.weights[self.folds[position]]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What was chosen.

    Parameters
    ----------
    heads
        How many heads are averaged.
    strength
        Of the regression's penalty.
    table
        ``choice, value, precision``: the mean precision on proteins held out; empty where there was nothing to choose.
    """

    heads: int
    strength: float
    table: pl.DataFrame


def cut_folds(clusters: Mapping[int, str]) -> dict[int, int]:
    """Return the fold of each training protein, relatives in one; a single fold if all are relatives."""
    names = sorted(set(clusters.values()))
    fold = {name: place % min(FOLDS, len(names)) for place, name in enumerate(names)}
    return {position: fold[name] for position, name in clusters.items()}


def candidates(
    chains: Mapping[int, TrainingChain],
    clusters: Mapping[int, str],
    *,
    heads: Sequence[int] = HEAD_COUNTS,
    strengths: Sequence[float] = STRENGTHS,
    seed: int,
) -> Candidates:
    """Learn everything that is tried, once without each fold.

    Parameters
    ----------
    chains, clusters
        The training proteins by position, and their families.
    heads, strengths
        What is tried.
    seed
        See :func:`~protlens.contacts.regression.fit_scaled`.
    """
    folds = cut_folds(clusters)
    layers, per_layer = next(iter(chains.values())).precision.shape
    fitting = [count for count in heads if count <= layers * per_layer]
    values = (*((HEADS, float(count)) for count in fitting), *((PENALTY, strength) for strength in strengths))
    weights = {}
    for fold in sorted(set(folds.values())) if len(set(folds.values())) > 1 else ():
        others = [chain for position, chain in chains.items() if folds[position] != fold]
        weights[fold] = np.stack([*_means(others, fitting), *_regressions(others, strengths, seed=seed)])
    return Candidates(values, folds, weights)


def choose(tried: Candidates, precision: Sequence[Float64[np.ndarray, " value"]]) -> Choice:
    """Return the values of the highest mean precision; a tie goes to fewer heads and the stronger penalty.

    Parameters
    ----------
    tried
        What was tried.
    precision
        Of each value on each training protein, learned without it; NaN where the chain has no long-range pairs.
    """
    rated = [row for row in precision if not np.isnan(row).any()]
    schema = {"choice": pl.String, "value": pl.Float64, "precision": pl.Float64}
    if not rated:
        return Choice(FALLBACK_HEADS, FALLBACK_STRENGTH, pl.DataFrame(schema=schema))
    means = np.mean(rated, axis=0)
    kinds, values = zip(*tried.values, strict=True)
    table = pl.DataFrame({"choice": kinds, "value": values, "precision": means}, schema=schema)
    best = table.sort("precision", "value", descending=[True, False]).group_by("choice", maintain_order=True).first()
    chosen = dict(best.select("choice", "value").iter_rows())
    return Choice(int(chosen.get(HEADS, FALLBACK_HEADS)), chosen.get(PENALTY, FALLBACK_STRENGTH), table)


def _means(chains: Sequence[TrainingChain], counts: Sequence[int]) -> Iterator[Float64[np.ndarray, "layer head"]]:
    layers, per_layer = chains[0].precision.shape
    ranked = rank_heads([chain.precision for chain in chains])
    for count in counts:
        yield mean_of(ranked[:count], layers=layers, per_layer=per_layer)


def _regressions(
    chains: Sequence[TrainingChain], strengths: Sequence[float], *, seed: int
) -> Iterator[Float64[np.ndarray, "layer head"]]:
    pairs = join_pairs([chain.pairs for chain in chains])
    for strength in strengths:
        yield fit_scaled(pairs, strength=strength, seed=seed).weights
