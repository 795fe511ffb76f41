"""What is said of a head, and why no more is said.

``unsupported``: too few arcs, proteins or residues. ``beyond_background``: more hits than its background, by at least
``LEAST_LIFT``, with a q-value of at most ``LEVEL`` and an interval above the background. ``beyond_control``: the same
against its control too. ``neither``: all else; ``reason`` says what is missing.
"""

from typing import Literal, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int64

from protlens.stats.alignment import SUPPORT, SUPPORT_PROTEINS, SUPPORT_RESIDUES
from protlens.typing import Level

LEVEL = 0.05
"""The q-value up to which a head is said to exceed an expectation."""

LEAST_LIFT = 1.1
"""The lift from which a difference is called a finding, however certain it is."""

Verdict: TypeAlias = Literal["beyond_control", "beyond_background", "neither", "unsupported"]

RANKS: dict[Verdict, int] = {"beyond_control": 0, "beyond_background": 1, "neither": 2, "unsupported": 3}
"""The order in which heads are named."""


def with_verdict(heads: pl.DataFrame) -> pl.DataFrame:
    """Add ``verdict`` and ``reason`` to a table of heads that has all other columns; the reason of the best is null."""
    above = _exceeds("lift", pl.col("ci_low") / pl.col("background"), "q_value")
    beyond = above & _exceeds("control_lift", pl.col("control_lift_low"), "control_q_value")
    supported = pl.col("supported")
    verdict = (
        pl.when(~supported)
        .then(pl.lit("unsupported"))
        .when(beyond)
        .then(pl.lit("beyond_control"))
        .when(above)
        .then(pl.lit("beyond_background"))
        .otherwise(pl.lit("neither"))
    )
    reason = (
        pl.when(~supported)
        .then(_unsupported())
        .when(beyond)
        .then(pl.lit(None, pl.String))
        .when(above)
        .then(_short_of("control", "control_lift", pl.col("control_lift_low")))
        .otherwise(_short_of("background", "lift", pl.col("ci_low") / pl.col("background")))
    )
    return heads.with_columns(verdict=verdict, reason=reason)


def supported(
    arcs: Int64[np.ndarray, " head"],
    effective_proteins: Float64[np.ndarray, " head"],
    residues: Int64[np.ndarray, " head"] | None,
    *,
    level: Level,
) -> Bool[np.ndarray, " head"]:
    """Return which heads have the support that matched mode asks for: arcs, proteins and residues.

    Parameters
    ----------
    arcs, effective_proteins, residues
        Of each head, the proteins NaN where it has no arcs; distinct residues are None in a run of version 1, and then
        not asked for.
    level
        Of the property.
    """
    enough = (arcs >= SUPPORT) & (effective_proteins >= SUPPORT_PROTEINS)
    return enough if residues is None else enough & (residues >= SUPPORT_RESIDUES[level])


def _exceeds(lift: str, low: pl.Expr, q: str) -> pl.Expr:
    return ((pl.col(lift) >= LEAST_LIFT) & (low > 1) & (pl.col(q) <= LEVEL)).fill_null(value=False)


def _unsupported() -> pl.Expr:
    return (
        pl.when(pl.col("arcs") < SUPPORT)
        .then(pl.lit(f"fewer than {SUPPORT} arcs"))
        .when((pl.col("effective_proteins") < SUPPORT_PROTEINS).fill_null(value=True))
        .then(pl.lit(f"fewer than {SUPPORT_PROTEINS} effective proteins"))
        .otherwise(pl.format("fewer than {} attended residues", _least_residues()))
    )


def _least_residues() -> pl.Expr:
    return pl.col("level").replace_strict(SUPPORT_RESIDUES, return_dtype=pl.Int64)


def _short_of(what: str, lift: str, low: pl.Expr) -> pl.Expr:
    high = pl.col("ci_high") / pl.col("background") if what == "background" else pl.col("control_lift_high")
    return (
        pl.when(pl.col(lift).is_null())
        .then(pl.lit(f"no {what}"))
        .when(high < 1)
        .then(pl.lit(f"below its {what}"))
        .when((pl.col(lift) < LEAST_LIFT) & (low > 1))
        .then(pl.lit(f"less than {LEAST_LIFT:g} times its {what}"))
        .otherwise(pl.lit(f"not clearly above its {what}"))
    )
