"""How good predictions of residue labels are, with intervals over proteins.

Every measure is computed from weights of proteins: all ones give its value, and how often each protein was drawn
gives its value in a resample.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from protlens.pairs.precision import expected_hits
from protlens.stats.alignment import ratio
from protlens.stats.bootstrap import quantiles, resample_weights
from protlens.stats.intervals import small_sample_level

SITE_DIVISOR = 20
"""About one residue in twenty is a site: the precision is taken at L/20."""

Weights = Float64[np.ndarray, "resample protein"]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What one probe says on labelled residues.

    Parameters
    ----------
    labels
        The true classes, from 0.
    proteins
        Which protein each residue belongs to, counted from 0.
    lengths
        Residues of each of these proteins, labelled or not.
    probabilities
        The predicted probability of each class; only their order matters for the average precision and the precision at
        L/20.
    threshold
        Probability from which on the second of two classes is predicted, for F1.
    """

    labels: Int64[np.ndarray, " residue"]
    proteins: Int64[np.ndarray, " residue"]
    lengths: Int64[np.ndarray, " protein"]
    probabilities: Float64[np.ndarray, "residue class"]
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its 95 % interval.

    Parameters
    ----------
    value
        The mean over seeds; NaN if it is not defined.
    low, high
        Percentiles over resampled proteins; NaN for fewer than two proteins.
    seed_sd
        Standard deviation over seeds, NaN for one seed.
    """

    value: float
    low: float
    high: float
    seed_sd: float


def residue_measures(
    predictions: Sequence[Predictions], *, classes: Sequence[str], resamples: int, seed: int
) -> dict[str, Measured]:
    """Measure predictions of the same residues by probes of different seeds.

    Two classes: ``f1`` of the second at the threshold, ``average_precision``, ``precision_at_L/20``. More classes:
    ``f1_macro`` over the classes that occur among the labels, and ``f1:CLASS``. Both: ``balanced_accuracy`` (the mean
    recall of the classes that occur) and ``accuracy``, for the class of the highest probability.

    Parameters
    ----------
    predictions
        One for each seed.
    classes
        Their names.
    resamples, seed
        How often proteins are resampled, and the random seed of it.
    """
    proteins = len(predictions[0].lengths)

    def draw(weights: Weights) -> list[dict[str, Float64[np.ndarray, " resample"]]]:
        return [_measures(one, weights, classes) for one in predictions]

    return measure(draw, proteins=proteins, resamples=resamples, seed=seed)


def measure(
    draw: Callable[[Weights], Sequence[Mapping[str, Float64[np.ndarray, " resample"]]]],
    *,
    proteins: int,
    resamples: int,
    seed: int,
) -> dict[str, Measured]:
    """Return the value of some measures and their percentile interval over resampled proteins.

    Parameters
    ----------
    draw
        From weights of proteins to the measures of each seed.
    proteins
        How many there are.
    resamples, seed
        See :func:`protlens.stats.bootstrap.resample_weights`.

    References
    ----------
    The percentiles are widened for few proteins, see :func:`protlens.stats.intervals.small_sample_level`.
    """
    values = draw(np.ones((1, proteins)))
    blocks = [draw(weights) for weights in resample_weights(proteins, resamples=resamples, seed=seed)]
    level = small_sample_level(np.array([float(proteins)]))
    measured = {}
    for name in values[0]:
        by_seed = np.array([one[name][0] for one in values])
        draws = np.concatenate([np.mean([one[name] for one in block], axis=0) for block in blocks])[:, None]
        low, high = quantiles(draws, level / 2)[0], quantiles(draws, 1 - level / 2)[0]
        spread = float(by_seed.std(ddof=1)) if len(by_seed) > 1 else float("nan")
        measured[name] = Measured(float(by_seed.mean()), float(low), float(high), spread)
    return measured


def _measures(
    predictions: Predictions, weights: Weights, classes: Sequence[str]
) -> dict[str, Float64[np.ndarray, " resample"]]:
    decided = predictions.probabilities.argmax(axis=1)
    table = _confusion(predictions, decided, weights)
    true = table.sum(axis=2)
    right = np.diagonal(table, axis1=1, axis2=2)
    common = {
        "balanced_accuracy": _mean_known(ratio(right, true)),
        "accuracy": ratio(right.sum(axis=1), true.sum(axis=1)),
    }
    if len(classes) > 2:
        f1 = _f1(table)
        return {"f1_macro": _mean_known(f1), **{f"f1:{name}": f1[:, i] for i, name in enumerate(classes)}, **common}
    scores = predictions.probabilities[:, 1]
    chosen = (scores >= predictions.threshold).astype(np.int64)
    return {
        "f1": _f1(_confusion(predictions, chosen, weights))[:, 1],
        "average_precision": average_precision(predictions.labels, scores, weights=weights[:, predictions.proteins]),
        "precision_at_L/20": weighted_mean(_site_precision(predictions), weights),
        **common,
    }


def criterion(labels: Int64[np.ndarray, " residue"], probabilities: Float64[np.ndarray, "residue class"]) -> float:
    """Return what probes are chosen by: the average precision of two classes, macro F1 of more; NaN if undefined."""
    everything = np.ones((1, 1))
    if probabilities.shape[1] == 2:
        return float(average_precision(labels, probabilities[:, 1], weights=np.ones((1, len(labels))))[0])
    one = Predictions(labels, np.zeros_like(labels), np.array([len(labels)]), probabilities)
    return float(_mean_known(_f1(_confusion(one, probabilities.argmax(axis=1), everything)))[0])


def average_precision(
    labels: Int64[np.ndarray, " residue"],
    scores: Float64[np.ndarray, " residue"],
    *,
    weights: Float64[np.ndarray, "resample residue"],
) -> Float64[np.ndarray, " resample"]:
    """Return ``sum_n (R_n - R_(n-1)) P_n`` over the distinct scores n, for each row of weights.

    P and R are precision and recall when all residues of at least that score are called; NaN without positives.
    """
    order = np.argsort(-scores, kind="stable")
    ends = _last_of_ties(scores[order])
    ordered = weights[:, order]
    called = np.cumsum(ordered, axis=1)[:, ends]
    hits = np.cumsum(ordered * (labels[order] == 1), axis=1)[:, ends]
    gained = np.diff(hits, axis=1, prepend=0.0)
    precision = hits / np.maximum(called, 1e-300)
    return ratio((gained * precision).sum(axis=1), hits[:, -1:].sum(axis=1))


def best_threshold(labels: Int64[np.ndarray, " residue"], scores: Float64[np.ndarray, " residue"]) -> float:
    """Return the score from which on calling positives gives the highest F1; 0.5 if there are no positives."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = _last_of_ties(ordered)
    hits = np.cumsum(labels[order] == 1)[ends]
    if not len(hits) or hits[-1] == 0:
        return 0.5
    return float(ordered[ends[np.argmax(2 * hits / (ends + 1 + hits[-1]))]])


def _last_of_ties(ordered: Float64[np.ndarray, " residue"]) -> Int64[np.ndarray, " score"]:
    """Return the last place of each distinct score."""
    return np.flatnonzero(np.append(np.diff(ordered) != 0, np.ones(min(len(ordered), 1), np.bool_)))


def _confusion(
    predictions: Predictions, decided: Int64[np.ndarray, " residue"], weights: Weights
) -> Float64[np.ndarray, "resample true decided"]:
    classes, proteins = predictions.probabilities.shape[1], len(predictions.lengths)
    cells = (predictions.proteins * classes + predictions.labels) * classes + decided
    counts = np.bincount(cells, minlength=proteins * classes**2).reshape(proteins, classes**2)
    return (weights @ counts).reshape(len(weights), classes, classes)


def _f1(table: Float64[np.ndarray, "resample true decided"]) -> Float64[np.ndarray, "resample class"]:
    """Return F1 of each class, NaN for a class that has no residues."""
    true, called = table.sum(axis=2), table.sum(axis=1)
    f1 = ratio(2 * np.diagonal(table, axis1=1, axis2=2), true + called)
    return np.where(true > 0, f1, np.nan)


def _site_precision(predictions: Predictions) -> Float64[np.ndarray, " protein"]:
    """Return the precision at L/20 of each protein, NaN for one without sites."""
    precision = np.full(len(predictions.lengths), np.nan)
    for protein in np.unique(predictions.proteins[predictions.labels == 1]):
        here = predictions.proteins == protein
        count = min(max(1, int(predictions.lengths[protein]) // SITE_DIVISOR), int(here.sum()))
        precision[protein] = (
            expected_hits(predictions.probabilities[None, here, 1], predictions.labels[here] == 1, [count])[0, 0]
            / count
        )
    return precision


def weighted_mean(values: Float64[np.ndarray, " protein"], weights: Weights) -> Float64[np.ndarray, " resample"]:
    """Return the weighted mean over the proteins whose value is not NaN, NaN where there are none."""
    known = np.isfinite(values)
    return ratio(weights[:, known] @ values[known], weights[:, known].sum(axis=1))


def _mean_known(values: Float64[np.ndarray, "resample class"]) -> Float64[np.ndarray, " resample"]:
    """Return the mean over the classes that are defined."""
    known = np.isfinite(values)
    return ratio(np.where(known, values, 0).sum(axis=1), known.sum(axis=1))
