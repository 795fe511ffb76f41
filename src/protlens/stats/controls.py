"""Does a finding survive what is known to produce it?

A head that looks at cysteine seems to look at metal sites; a head that looks a few residues along the chain seems to
look at contacts. The control gives each head the strata it attends to, and nothing else: amino acids for a property of
the residue, bands of sequence separation for a property of the pair. With n arcs, N labelled sites and K positive
sites of stratum s in protein i, and the rate ``r_s = sum_i K_is / sum_i N_is`` of the stratum over all proteins, the
head is expected to hit

    e_i = n_i * K_i / N_i * (sum_s n_is r_s / sum_s n_is) / (sum_s N_is r_s / sum_s N_is)

that is the background of matched mode times how much richer in the property the strata are that the head attends to
than those of the protein (indirect standardisation; at most n_i). A head that draws its arcs from the strata as the
protein offers them gets its matched background.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.heads import head_columns
from protlens.runs.counts import PropertyCounts, StratumCounts
from protlens.stats.alignment import SUPPORT, ratio
from protlens.stats.background import expected_hits
from protlens.stats.head_statistics import excess_columns

CONTROLS = {"residue": "amino acid", "pair": "separation"}
"""What is held fixed, by level."""

CONTROL_TABLE_SCHEMA = pl.Schema(
    {
        "property": pl.String,
        "control": pl.String,
        "layer": pl.Int64,
        "head": pl.Int64,
        "label": pl.String,
        "proteins": pl.Int64,
        "arcs": pl.Int64,
        "alignment": pl.Float64,
        "expected": pl.Float64,
        "lift": pl.Float64,
        "z": pl.Float64,
        "p_value": pl.Float64,
        "p_bonferroni": pl.Float64,
        "q_value": pl.Float64,
        "supported": pl.Boolean,
    }
)
"""Columns and types of the table of controls."""


def control_table(
    counts: Iterable[tuple[PropertyCounts, StratumCounts]], *, seed: int = 0, resamples: int = 1000
) -> pl.DataFrame:
    """Return one row for each property class and head: its alignment beside what its strata alone would give.

    Properties that their strata decide (the amino acids) are left out. ``lift`` is alignment over expected; z, p and q
    test the difference as matched mode tests that from the background.

    Parameters
    ----------
    counts
        Sums of each property class, taken one at a time.
    seed, resamples
        Of the bootstrap over proteins.
    """
    frames = [
        _class_table(one, strata, seed=seed, resamples=resamples) for one, strata in counts if not _is_decided(strata)
    ]
    return pl.concat([CONTROL_TABLE_SCHEMA.to_frame(eager=True), *frames])


def controlled_hits(counts: PropertyCounts, strata: StratumCounts) -> Float64[np.ndarray, "protein layer head"]:
    """Return the hits to be expected from the strata that each head attends to (see the module).

    Where a protein has no arcs, or no labelled sites, in any stratum with a known rate, the matched background stands.
    """
    rates = ratio(strata.positive_sites.sum(0), strata.sites.sum(0))
    known = np.isfinite(rates)
    weights = np.stack([np.where(known, rates, 0), known], axis=1)
    attended, offered = (
        ratio(weighted[..., 0], weighted[..., 1])
        for weighted in (places.astype(np.float64) @ weights for places in (strata.arcs, strata.sites))
    )
    richer = ratio(attended, offered[:, None, None])
    expected = expected_hits(counts) * np.where(np.isfinite(richer), richer, 1)
    return np.asarray(np.minimum(expected, counts.eligible))


def control_share(counts: PropertyCounts, strata: StratumCounts) -> Float64[np.ndarray, "layer head"] | None:
    """Return the alignment that the strata of each head alone would give, NaN for a head without eligible arcs.

    None for a property that its strata decide.
    """
    if _is_decided(strata):
        return None
    return ratio(controlled_hits(counts, strata).sum(axis=0), counts.eligible.sum(axis=0))


def _is_decided(strata: StratumCounts) -> bool:
    sites, positive = strata.sites.sum(0), strata.positive_sites.sum(0)
    return bool(((positive == 0) | (positive == sites)).all())


def _class_table(counts: PropertyCounts, strata: StratumCounts, *, seed: int, resamples: int) -> pl.DataFrame:
    expected = controlled_hits(counts, strata)
    arcs = counts.eligible.sum(axis=0).ravel()
    share = ratio(counts.hits.sum(axis=0).ravel(), arcs)
    control = ratio(expected.sum(axis=0).ravel(), arcs)
    inferred = excess_columns(counts, expected, seed=seed, resamples=resamples)
    columns = {
        "property": pl.repeat(counts.name, arcs.size, dtype=pl.String, eager=True),
        "control": pl.repeat(CONTROLS[counts.level], arcs.size, dtype=pl.String, eager=True),
        **head_columns(*counts.eligible.shape[1:]),
        "proteins": (counts.eligible > 0).sum(axis=0).ravel(),
        "arcs": arcs,
        "alignment": share,
        "expected": control,
        "lift": ratio(share, control),
        **{name: inferred[name] for name in ("z", "p_value", "p_bonferroni", "q_value")},
        "supported": arcs >= SUPPORT,
    }
    return pl.DataFrame(columns, schema_overrides=CONTROL_TABLE_SCHEMA).fill_nan(None)
