"""Does a finding survive what is known to produce it?

A head that looks at cysteine seems to look at metal sites; one that looks a few residues along the chain seems to look
at contacts; one that looks at the first residues avoids helices. A control holds such factors fixed: what a head hits
is set against what the same arcs would hit if the property depended on the protein and on these factors alone, in the
logistic model of ``protlens.stats.odds``. The controls of a property are ordered, the sharpest last; one that
decides the property (as amino acids decide an amino acid) is none.

A run without sites (version 1) has one control, on the scale of rates: with n arcs, N labelled sites and K positive
sites of stratum s in protein i, and the rate ``r_s = sum_i K_is / sum_i N_is``,

    e_i = n_i * K_i / N_i * (sum_s n_is r_s / sum_s n_is) / (sum_s N_is r_s / sum_s N_is)      at most n_i
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float64

from protlens.runs.counts import PropertyCounts, StratumCounts
from protlens.stats.alignment import by_head, ratio
from protlens.stats.background import expected_hits
from protlens.stats.chance import Chance, chance_moments, chance_of_sums
from protlens.stats.layer_groups import each_part, join_chances
from protlens.stats.odds import decides, fitted_rates
from protlens.stats.score_variance import variance_left
from protlens.typing import Level

CONTROLS: dict[Level, dict[str, tuple[str, ...]]] = {
    "residue": {
        "place": ("place",),
        "amino acid": ("amino acid",),
        "amino acid and place": ("amino acid", "place"),
        "amino acid, place and burial": ("amino acid", "place", "burial"),
    },
    "pair": {"separation": ("separation",), "separation and amino acids": ("separation", "amino acids")},
}
"""The factors that each control holds fixed, by level; the sharpest comes last."""

COARSE_CONTROLS: dict[Level, str] = {"residue": "amino acid (rates)", "pair": "separation (bands)"}
"""What is held fixed in a run without sites."""

_LEAST_LEFT = 0.05
"""The share of the variance of labels within proteins that a control must leave; with less it decides the property."""


def background_chance(counts: PropertyCounts) -> Chance:
    """Return the moments of the hits if each head's arcs met the property as often as its proteins offer it."""
    return join_chances(counts, [_background_chance(part) for part in each_part(counts)])


def _background_chance(counts: PropertyCounts) -> Chance:
    if counts.labelled is None or counts.attended is None:
        return _of_sums(counts, expected_hits(counts))
    rates = fitted_rates(counts.labelled, ())
    shape = by_head(counts.eligible).shape
    return chance_moments(counts.labelled, counts.attended, rates, shape=shape, level=counts.level)


def control_chances(counts: PropertyCounts, strata: StratumCounts | None = None) -> dict[str, Chance]:
    """Return the moments of the hits under each control of a property, the sharpest last.

    Parameters
    ----------
    counts
        The sums of one property class.
    strata
        Used where the counts have no sites; without them either there is no control.
    """
    if any(part.labelled is None for part in each_part(counts)):
        if strata is None or _is_decided(strata):
            return {}
        return {COARSE_CONTROLS[counts.level]: _of_sums(counts, controlled_hits(counts, strata))}
    found = [_control_chances(part) for part in each_part(counts)]
    names = [name for name in CONTROLS[counts.level] if any(name in one for one in found)]
    return {name: join_chances(counts, [one.get(name) for one in found]) for name in names}


def _control_chances(counts: PropertyCounts) -> dict[str, Chance]:
    assert counts.labelled is not None
    assert counts.attended is not None
    sites, shape = counts.labelled, by_head(counts.eligible).shape
    plain = fitted_rates(sites, ())
    varied = float((sites.trials * plain * (1 - plain)).sum())
    found = {}
    for name, factors in CONTROLS[counts.level].items():
        if not sites.factors.keys() >= set(factors) or any(decides(sites, factor) for factor in factors):
            continue
        rates = fitted_rates(sites, factors)
        if float((sites.trials * rates * (1 - rates)).sum()) > _LEAST_LEFT * varied:
            chance = chance_moments(sites, counts.attended, rates, shape=shape, level=counts.level)
            left = variance_left(sites, counts.attended, rates, factors, shape=shape, level=counts.level)
            found[name] = replace(chance, left=left)
    return found


def controlled_hits(counts: PropertyCounts, strata: StratumCounts) -> Float64[np.ndarray, "protein layer head"]:
    """Return the hits to be expected from the strata that each head attends to, on the scale of rates (see the module).

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


def _of_sums(counts: PropertyCounts, expected: Float64[np.ndarray, "protein layer head"]) -> Chance:
    flat = [by_head(values).astype(np.float64) for values in (counts.eligible, expected)]
    return chance_of_sums(*flat, pairs=counts.pairs)


def _is_decided(strata: StratumCounts) -> bool:
    sites, positive = strata.sites.sum(0), strata.positive_sites.sum(0)
    return bool(((positive == 0) | (positive == sites)).all())
