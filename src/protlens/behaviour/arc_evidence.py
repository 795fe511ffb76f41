"""What a run's tables say of its heads: contacts and sites beyond control, and, without a model, a part of the rest."""

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.behaviour.behaviours import FEWEST_PROTEINS, LEAST_BETWEEN
from protlens.behaviour.head_evidence import with_names
from protlens.naming import AMINO_ACID
from protlens.reach import Reach, distinct
from protlens.runs.store import Run
from protlens.stats.alignment import SUPPORT
from protlens.stats.profile import profile_table

_NO_SITES = r"^(contact|secondary_structure|amino_acid)(:|$)"
"""Properties that are no sites."""

_SHARES = (("self", "to_self", None), ("offset", "to_previous", "i-1"), ("offset", "to_next", "i+1"))
"""Behaviour, column of the profile, and variant."""


def arc_evidence(run: Run, heads: pl.DataFrame) -> pl.DataFrame:
    """Return the evidence for contacts and sites, from the verdicts of the run's table of heads.

    ``share`` is the alignment and ``baseline`` the control; ``explains`` is what lies beyond it, times the arcs of a
    residue. Of several sites the one is taken that explains most, first among those beyond control.

    Parameters
    ----------
    run
        A finished run.
    heads
        Its table of heads.
    """
    behaviour = (
        pl.when(pl.col("property") == "contact")
        .then(pl.lit("contact"))
        .when(~pl.col("property").str.contains(_NO_SITES))
        .then(pl.lit("site"))
    )
    table = heads.with_columns(behaviour=behaviour).drop_nulls("behaviour")
    which = pl.when(pl.col("behaviour") == "site").then("property")
    return _of_arcs(run, table, which=which, baseline="control", lift_low=pl.col("control_lift_low"))


def profile_evidence(run: Run, heads: pl.DataFrame) -> pl.DataFrame:
    """Return what else can be said without the model: special tokens, itself, both neighbours, and amino acids by arcs.

    The sums of a run do not tell proteins apart in the first four, so that they have no interval, and the share itself
    is held against the thresholds.

    Parameters
    ----------
    run
        A finished run.
    heads
        Its table of heads.
    """
    profile = profile_table(run.head_sums()).with_columns(between=1 - pl.col("to_special"))
    offered, residues = _offered(run), _residues(run)
    chance = len(residues) / (residues.sum() + len(residues))
    parts = [
        _share(profile, name, which, pl.col(column) / pl.col("between"), pl.lit(pl.Series(offered[:, place])))
        for place, (name, column, which) in enumerate(_SHARES)
    ]
    special = _share(profile, "special", None, pl.col("to_special"), pl.lit(chance))
    enough = (pl.col("between") >= LEAST_BETWEEN) & (len(residues) >= FEWEST_PROTEINS)
    tables = [
        with_names(part.with_columns(proteins=pl.lit(len(residues))), sure)
        for part, sure in ((pl.concat(parts), enough), (special, pl.lit(len(residues) >= FEWEST_PROTEINS)))
    ]
    unsure = pl.concat(tables).with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("ci_low", "ci_high", "lift_low")
    )
    letters = heads.filter(pl.col("property").str.starts_with(AMINO_ACID)).with_columns(behaviour=pl.lit("amino_acid"))
    low = pl.col("ci_low") / pl.col("background")
    which = pl.col("property").str.strip_prefix(AMINO_ACID)
    return pl.concat([_best(unsure), _of_arcs(run, letters, which=which, baseline="background", lift_low=low)])


def heads_with_arcs(heads: pl.DataFrame) -> pl.DataFrame:
    """Return ``layer``, ``head`` and ``with_arcs``, whether there are arcs enough for a verdict on any property."""
    return heads.group_by("layer", "head", maintain_order=True).agg(with_arcs=(pl.col("arcs") >= SUPPORT).any())


def _share(profile: pl.DataFrame, name: str, which: str | None, share: pl.Expr, baseline: pl.Expr) -> pl.DataFrame:
    """Return a share of the profile as evidence without an interval."""
    part = pl.lit(1.0) if name == "special" else pl.col("between")
    return (
        profile.with_columns(share=share, baseline=baseline)
        .with_columns(
            behaviour=pl.lit(name),
            which=pl.lit(which, pl.String),
            ci_low=pl.col("share"),
            ci_high=pl.col("share"),
            lift_low=pl.col("share") / pl.col("baseline"),
            explains=part * (pl.col("share") - pl.col("baseline")),
            arcs=pl.lit(None, pl.Int64),
        )
        .with_columns(pl.when(pl.col(name).is_finite()).then(name) for name in ("share", "ci_low", "ci_high"))
    )


def _of_arcs(run: Run, table: pl.DataFrame, *, which: pl.Expr, baseline: str, lift_low: pl.Expr) -> pl.DataFrame:
    """Return rows of the table of heads as evidence, of the best property of each behaviour."""
    reached = pl.col("verdict").is_in([f"beyond_{baseline}", "beyond_control"])
    shared = (pl.col("arcs") / run.head_sums().rows).clip(upper_bound=1)
    table = table.with_columns(
        which=which,
        share=pl.col("alignment"),
        baseline=pl.col(baseline),
        lift_low=lift_low,
        explains=shared * (pl.col("alignment") - pl.col(baseline)),
    )
    return _best(with_names(table, reached))


def _best(table: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each head and behaviour: what names the head, then what explains most."""
    order: list[str | pl.Expr] = ["layer", "head", "behaviour", ~pl.col("named"), "explains"]
    ordered = table.sort(order, descending=[False, False, False, False, True], nulls_last=True, maintain_order=True)
    return ordered.unique(["layer", "head", "behaviour"], keep="first", maintain_order=True)


def _residues(run: Run) -> np.ndarray:
    return run.proteins().filter(pl.col("status") != "skipped")["residues"].to_numpy()


def _offered(run: Run) -> Float64[np.ndarray, "head share"]:
    """Return what each of ``_SHARES`` would be if every residue attended evenly to all that it can see."""
    lengths, times = np.unique(_residues(run), return_counts=True)
    offered = np.empty((run.layers, run.heads, len(_SHARES)))
    for reach, layers in distinct(run.reach).items():
        sums = sum(count * _evenly(reach, int(length)) for length, count in zip(lengths, times, strict=True))
        offered[layers] = sums / (lengths * times).sum()
    return offered.reshape(-1, len(_SHARES))


def _evenly(reach: Reach, length: int) -> Float64[np.ndarray, " share"]:
    seen = reach.pairs(length)
    even = seen / np.maximum(seen.sum(1, keepdims=True), 1)
    return np.array([np.trace(even), np.trace(even, -1), np.trace(even, 1)])
