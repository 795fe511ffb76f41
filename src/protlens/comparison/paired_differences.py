"""The best heads of two runs, compared over the proteins that both have.

The best head of a run is the best of many, and on the proteins that made it the best its numbers are too good; more so
in the run with more heads. So families are split into two halves at random. The head is chosen on one half and
measured on the other, both ways round, and what was measured is added up (cross-fitting). Both runs have the same
halves.

Of a run in which hits k, arcs n and the hits e that its control expects are measured,

    alignment = sum k / sum n      lift over control = sum k / sum e

For the interval families are drawn with replacement and carry what both runs found in them along; the chosen heads stay
as they are. The levels are those that a bootstrap over few families needs
(:func:`protlens.stats.intervals.small_sample_level`).

References
----------
Chernozhukov et al., Econom. J. 21 (2018) C1, doi 10.1111/ectj.12097 (cross-fitting). Efron and Tibshirani, An
Introduction to the Bootstrap (Chapman & Hall, 1993).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int64

from protlens.heads import head_label
from protlens.runs.counts import PropertyCounts
from protlens.runs.store import Run
from protlens.stats.alignment import SUPPORT, by_head, effective_proteins, ratio
from protlens.stats.bootstrap import quantiles, resample_sums
from protlens.stats.chance import Chance
from protlens.stats.controls import BACKGROUND, class_chances
from protlens.stats.evidence import weigh
from protlens.stats.head_statistics import support_columns
from protlens.stats.hit_sums import hit_sums
from protlens.stats.intervals import small_sample_level

FEWEST_FAMILIES = 4
"""Families below which there are no halves to choose on and to measure on."""

SCHEMA = {
    "property": pl.String,
    "one": pl.String,
    "other": pl.String,
    "proteins": pl.Int64,
    "families": pl.Int64,
    "heads_one": pl.String,
    "heads_other": pl.String,
    "control_name": pl.String,
    "arcs_one": pl.Int64,
    "arcs_other": pl.Int64,
    "alignment_one": pl.Float64,
    "alignment_other": pl.Float64,
    "difference": pl.Float64,
    "difference_low": pl.Float64,
    "difference_high": pl.Float64,
    "lift_one": pl.Float64,
    "lift_other": pl.Float64,
    "lift_difference": pl.Float64,
    "lift_difference_low": pl.Float64,
    "lift_difference_high": pl.Float64,
}
"""Columns of the table of differences; a difference is the other run less the one.

It is null where a run has fewer than ``SUPPORT`` arcs of the chosen heads on the halves that they were not chosen on.
"""


@dataclass(frozen=True, slots=True)
class PairedSums:
    """What one run found of one property class, protein by protein.

    Parameters
    ----------
    counts
        The sums.
    chances
        The hits that each control, and the background, expects.
    supported
        The heads with support in the whole run, ``bool [head]``.
    ids, families
        The id of each protein, and the name of its group of relatives.
    """

    counts: PropertyCounts
    chances: dict[str, Chance]
    supported: Bool[np.ndarray, " head"]
    ids: tuple[str, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasuredHeads:
    """What was measured of the heads that were chosen on other proteins.

    Parameters
    ----------
    heads
        The head that was chosen on each half, as its place among all heads.
    sums
        Hits, arcs and expected hits of each family, ``float64 [3, family]``.
    """

    heads: tuple[int, int]
    sums: Float64[np.ndarray, "3 family"]

    @property
    def arcs(self) -> int:
        """All arcs."""
        return int(self.sums[1].sum())

    @property
    def alignment(self) -> float:
        """Hits over arcs, NaN without arcs."""
        return float(ratio(self.sums[0].sum(), self.sums[1].sum()))

    @property
    def lift(self) -> float:
        """Hits over expected hits, NaN without any expected."""
        return float(ratio(self.sums[0].sum(), self.sums[2].sum()))


def paired_sums(run: Run, name: str) -> PairedSums:
    """Return what a run found of one property class."""
    counts = run.property_counts(name)
    proteins = run.proteins()[run.labelled_proteins(name)]
    ids = tuple(proteins["id"])
    families = proteins["cluster"].to_list() if "cluster" in proteins.columns else [None] * len(ids)
    return PairedSums(
        counts,
        class_chances(counts),
        support_columns(counts, mode="matched")["supported"].to_numpy(),
        ids,
        tuple(protein if family is None else str(family) for protein, family in zip(ids, families, strict=True)),
    )


def halves(families: Sequence[str], *, seed: int) -> Bool[np.ndarray, " protein"]:
    """Return which proteins are in the first half of their families; it has the odd one."""
    names = sorted(set(families))
    drawn = np.random.default_rng(seed).permutation(len(names))
    first = {names[place] for place in drawn[: -(-len(names) // 2)]}
    return np.array([family in first for family in families], bool)


def measure(
    found: PairedSums,
    rows: Int64[np.ndarray, " protein"],
    *,
    units: Int64[np.ndarray, " protein"],
    first: Bool[np.ndarray, " protein"],
    control: str,
) -> MeasuredHeads | None:
    """Choose a head on each half of some proteins and measure it on the other; None if a half has none to choose.

    Parameters
    ----------
    found
        What the run found.
    rows
        The places of the proteins in ``found``.
    units
        The number of the family of each of them, from zero.
    first
        Which of them are in the first half.
    control
        The name of the expectation that hits are set against.
    """
    chosen = [_best_head(found, rows[side], units=units[side], control=control) for side in (first, ~first)]
    if chosen[0] is None or chosen[1] is None:
        return None
    hits, arcs = (by_head(values).astype(np.float64)[rows] for values in (found.counts.hits, found.counts.eligible))
    expected = np.nan_to_num(found.chances[control].expected[rows])
    head = np.where(first, chosen[1], chosen[0])
    measured = np.stack([values[np.arange(len(rows)), head] for values in (hits, arcs, expected)], axis=1)
    sums = np.zeros((int(units.max(initial=-1)) + 1, 3))
    np.add.at(sums, units, measured)
    return MeasuredHeads((chosen[0], chosen[1]), sums.T)


def _best_head(
    found: PairedSums, rows: Int64[np.ndarray, " protein"], *, units: Int64[np.ndarray, " protein"], control: str
) -> int | None:
    """Return the supported head whose lift over the control has the highest lower end, over some proteins."""
    chance = found.chances[control]
    part = Chance(chance.expected[rows], chance.variance[rows], chance.third[rows])
    exact = found.counts.labelled is not None and found.counts.level == "residue"
    sums = hit_sums(found.counts.hits[rows], found.counts.eligible[rows], part, units=units)
    evidence = weigh(sums, left=chance.left, exact=exact)
    low = np.where(found.supported, ratio(evidence.low, evidence.expected), np.nan)
    return int(np.nanargmax(low)) if np.isfinite(low).any() else None


def difference_row(
    names: tuple[str, str], found: tuple[PairedSums, PairedSums], *, resamples: int, seed: int
) -> dict[str, Any]:
    """Return the row of the table of differences for one property class of two runs.

    Parameters
    ----------
    names
        What the runs are called.
    found
        What they found.
    resamples, seed
        How often families are drawn, and the random seed of that and of the halves.
    """
    one, other = found
    common = [protein for protein in one.ids if protein in set(other.ids)]
    control = next((name for name in reversed(one.chances) if name in other.chances), BACKGROUND)
    if common:
        families = [dict(zip(one.ids, one.families, strict=True))[protein] for protein in common]
        both = [_measure_on(own, common, families, control=control, seed=seed) for own in found]
    else:
        families = []
        both = [_measure_on(own, own.ids, own.families, control=control, seed=seed) for own in found]
    row: dict[str, Any] = dict.fromkeys(SCHEMA)
    row |= {"property": one.counts.name, "one": names[0], "other": names[1], "control_name": control}
    row |= {"proteins": len(common), "families": len(set(families))}
    for place, own, measured in zip(("one", "other"), found, both, strict=True):
        if measured is not None:
            row[f"heads_{place}"], row[f"arcs_{place}"] = _labels(measured, own), measured.arcs
            row[f"alignment_{place}"], row[f"lift_{place}"] = measured.alignment, measured.lift
    if both[0] is not None and both[1] is not None and min(both[0].arcs, both[1].arcs) >= SUPPORT:
        row["difference"] = row["alignment_other"] - row["alignment_one"]
        row["lift_difference"] = row["lift_other"] - row["lift_one"]
        if common:
            row |= _intervals(both[0], both[1], resamples=resamples, seed=seed)
    return row


def _labels(measured: MeasuredHeads, found: PairedSums) -> str:
    """Return the labels of the heads that were chosen, one if both halves chose the same."""
    width = found.counts.arcs.shape[-1]
    return " ".join(dict.fromkeys(head_label(*divmod(head, width)) for head in measured.heads))


def _measure_on(
    found: PairedSums, ids: Sequence[str], families: Sequence[str], *, control: str, seed: int
) -> MeasuredHeads | None:
    """Measure one run on proteins given by their ids."""
    if len(set(families)) < FEWEST_FAMILIES:
        return None
    place = {protein: row for row, protein in enumerate(found.ids)}
    rows = np.array([place[protein] for protein in ids], np.int64)
    units = np.unique(np.array(families, dtype=object), return_inverse=True)[1].astype(np.int64)
    return measure(found, rows, units=units, first=halves(families, seed=seed), control=control)


def _intervals(one: MeasuredHeads, other: MeasuredHeads, *, resamples: int, seed: int) -> dict[str, float]:
    """Return the ends of the 95 % intervals of both differences."""
    values = [sums[:, None] for sums in (*one.sums, *other.sums)]
    hits, arcs, expected, hits_, arcs_, expected_ = resample_sums(values, resamples=resamples, seed=seed)
    effective = np.minimum(*(effective_proteins(sums[1][:, None]) for sums in (one.sums, other.sums)))
    level = small_sample_level(effective)
    ends = {}
    for name, draws in (
        ("difference", ratio(hits_, arcs_) - ratio(hits, arcs)),
        ("lift_difference", ratio(hits_, expected_) - ratio(hits, expected)),
    ):
        ends[f"{name}_low"] = float(quantiles(draws, level / 2)[0])
        ends[f"{name}_high"] = float(quantiles(draws, 1 - level / 2)[0])
    return ends


def differing_labels(one: PairedSums, other: PairedSums) -> int:
    """Return in how many of the common proteins the two runs saw other labels, or more or fewer of them."""
    mine, theirs = (
        dict(zip(found.ids, zip(found.counts.positive_sites, found.counts.sites, strict=True), strict=True))
        for found in (one, other)
    )
    return sum(mine[protein] != theirs[protein] for protein in mine.keys() & theirs.keys())
