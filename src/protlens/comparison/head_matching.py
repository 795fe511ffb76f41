"""Heads of two runs, paired by what they do.

The number of a head says nothing: two trainings of one model put the same role at different places. A head's profile is
how far its alignment lies above its background, for each property class it has support for, and what it does in
general (entropy, distance, shares to special tokens, to itself, to its neighbours). Each feature is standardised over
the heads of both runs; the distance of two heads is the root of the mean squared difference over the features that both
have. Heads are paired one to one so that the distances add up to the least.

Any pairing of the least distance is closer than an arbitrary one, however little the models share. What chance reaches
is therefore told twice: the mean distance of arbitrary pairings, and that of the best pairing with heads whose features
were shuffled, each by itself, among the heads of the other run.

References
----------
Kuhn, Nav. Res. Logist. Q. 2 (1955) 83, doi 10.1002/nav.3800020109 (the assignment problem).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int64
from scipy.optimize import linear_sum_assignment

from protlens.stats.run_tables import RunTables

GENERAL = ("entropy", "mean_distance", "to_special", "to_self", "to_previous", "to_next")
"""Columns of the profile table that belong to a head's profile."""

ProfileFeatures = Float64[np.ndarray, "head feature"]


@dataclass(frozen=True, slots=True)
class HeadProfiles:
    """The profiles of a run's heads that have support for at least one property class.

    Parameters
    ----------
    labels
        Their labels.
    features
        ``float64 [head, feature]``, the property classes first; NaN where a head has no support.
    """

    labels: tuple[str, ...]
    features: ProfileFeatures


@dataclass(frozen=True, slots=True)
class Matching:
    """Heads of one run paired with heads of another.

    Parameters
    ----------
    one, other
        The places of the heads that are paired, ``int64 [pair]``.
    distances
        Of every head of one to every head of the other.
    shuffled
        The mean distance of the best pairing with shuffled profiles, a mean over shuffles; NaN without heads.
    """

    one: Int64[np.ndarray, " pair"]
    other: Int64[np.ndarray, " pair"]
    distances: Float64[np.ndarray, "one other"]
    shuffled: float

    @property
    def paired(self) -> Float64[np.ndarray, " pair"]:
        """The distance within each pair."""
        return np.asarray(self.distances[self.one, self.other])

    @property
    def arbitrary(self) -> float:
        """The mean distance of an arbitrary pairing: each head is as likely to meet any other."""
        return _mean(self.distances)

    @property
    def mutual(self) -> Bool[np.ndarray, " pair"]:
        """Whether no other head of either run is closer to a head of the pair than the two are to each other."""
        if not self.one.size:
            return np.zeros(0, bool)
        nearest = np.minimum(self.distances.min(1)[self.one], self.distances.min(0)[self.other])
        return np.asarray(self.paired <= nearest)


def head_profiles(tables: RunTables, properties: Sequence[str]) -> HeadProfiles:
    """Return the profiles of a run's heads over property classes, from its tables in matched mode."""
    assert tables.profile is not None
    excess = pl.when("supported").then(pl.col("alignment") - pl.col("background"))
    wide = (
        tables.heads.filter(pl.col("property").is_in(list(properties)))
        .with_columns(excess.alias("excess"))
        .pivot(on="property", index=["layer", "head", "label"], values="excess")
        .join(tables.profile.select("layer", "head", *GENERAL), on=["layer", "head"])
        .filter(pl.any_horizontal(pl.col(list(properties)).is_not_null()))
        .sort("layer", "head")
    )
    columns = [wide[name].cast(pl.Float64).to_numpy() for name in (*properties, *GENERAL)]
    return HeadProfiles(tuple(wide["label"]), np.column_stack(columns).astype(np.float64))


def match_heads(one: HeadProfiles, other: HeadProfiles, *, shuffles: int, seed: int) -> Matching:
    """Pair the heads of two runs; of the run with more heads, some stay without.

    Parameters
    ----------
    one, other
        Profiles with the same features.
    shuffles, seed
        How often the profiles of the other run are shuffled for the baseline, and the random seed of that.
    """
    distances = profile_distances(one.features, other.features)
    first, second = linear_sum_assignment(distances)
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(shuffles if len(first) else 0):
        shuffled = profile_distances(one.features, generator.permuted(other.features, axis=0))
        found.append(_mean(shuffled[linear_sum_assignment(shuffled)]))
    baseline = float(np.mean(found)) if found else float("nan")
    return Matching(np.asarray(first, np.int64), np.asarray(second, np.int64), distances, baseline)


def profile_distances(one: ProfileFeatures, other: ProfileFeatures) -> Float64[np.ndarray, "one other"]:
    """Return the distance of each head of one run to each of the other, in standard deviations.

    A feature that does not vary over the heads of both is left out. Heads without a common feature are as far apart as
    the two that are farthest.
    """
    both = np.concatenate([one, other])
    known = np.isfinite(both)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, both, 0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, both - centre, 0) ** 2).sum(axis=0) / count)
    total, shared = (np.zeros((len(one), len(other))) for _ in range(2))
    for feature in np.flatnonzero(spread > 0):
        difference = (one[:, feature, None] - other[None, :, feature]) / spread[feature]
        total += np.nan_to_num(difference**2)
        shared += np.isfinite(difference)
    with np.errstate(invalid="ignore"):
        distances = np.sqrt(total / shared)
    farthest = float(np.max(distances, initial=0.0, where=np.isfinite(distances)))
    return np.nan_to_num(distances, nan=farthest)


def match_tables(
    names: Sequence[str], tables: Sequence[RunTables], properties: Sequence[str], *, shuffles: int, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return how the heads of every two runs are paired.

    Returns
    -------
    matching
        One row for every two runs: ``one, other, heads_one, heads_other`` (those with a profile), ``matched``,
        ``distance`` (mean over pairs), ``arbitrary``, ``shuffled`` (see :class:`Matching`), ``mutual`` (pairs of which
        each is nearest to the other).
    matches
        One row for every pair of heads: ``one, other, label_one, label_other, distance, mutual``, nearest first.
    """
    profiles = [head_profiles(own, properties) for own in tables]
    summaries, rows = [], []
    for a in range(len(profiles)):
        for b in range(a + 1, len(profiles)):
            found = match_heads(profiles[a], profiles[b], shuffles=shuffles, seed=seed)
            about = {"one": names[a], "other": names[b]}
            summaries.append(about | _summary(found))
            rows += [
                about | {"label_one": profiles[a].labels[i], "label_other": profiles[b].labels[j]} | rest
                for i, j, rest in _pairs(found)
            ]
    matching = pl.DataFrame(summaries, schema=_MATCHING).fill_nan(None)
    return matching, pl.DataFrame(rows, schema=_MATCHES)


_MATCHING = {
    "one": pl.String,
    "other": pl.String,
    "heads_one": pl.Int64,
    "heads_other": pl.Int64,
    "matched": pl.Int64,
    "distance": pl.Float64,
    "arbitrary": pl.Float64,
    "shuffled": pl.Float64,
    "mutual": pl.Int64,
}
_MATCHES = {
    "one": pl.String,
    "other": pl.String,
    "label_one": pl.String,
    "label_other": pl.String,
    "distance": pl.Float64,
    "mutual": pl.Boolean,
}


def _summary(found: Matching) -> dict[str, int | float]:
    return {
        "heads_one": found.distances.shape[0],
        "heads_other": found.distances.shape[1],
        "matched": len(found.one),
        "distance": _mean(found.paired),
        "arbitrary": found.arbitrary,
        "shuffled": found.shuffled,
        "mutual": int(found.mutual.sum()),
    }


def _pairs(found: Matching) -> list[tuple[int, int, dict[str, float | bool]]]:
    order = np.argsort(found.paired, kind="stable")
    return [
        (int(found.one[k]), int(found.other[k]), {"distance": float(found.paired[k]), "mutual": bool(found.mutual[k])})
        for k in order
    ]


def _mean(values: Float64[np.ndarray, "..."]) -> float:
    return float(values.mean()) if values.size else float("nan")
