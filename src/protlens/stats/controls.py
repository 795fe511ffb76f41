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

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64, Int64

from protlens.data.burial import UNKNOWN
from protlens.runs.counts import PropertyCounts, StratumCounts
from protlens.runs.property_blocks import PropertyBlocks
from protlens.runs.sites import Sites
from protlens.stats.alignment import by_head, ratio
from protlens.stats.background import expected_hits
from protlens.stats.chance import LAGS, Chance, Lags, autocorrelation, chance_moments, chance_of_sums, label_products
from protlens.stats.layer_groups import each_part, join_chances, join_heads
from protlens.stats.odds import Classes, FactorCounts, Fit, decides, factor_counts, fit_effects
from protlens.stats.score_variance import ScoreSums, score_sums
from protlens.typing import Level

BACKGROUND = "background"
"""What arcs would hit that meet the property as often as their proteins offer it."""

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

PLACED = 0.9
"""The least share of labelled residues that must have a position for how deep they lie to be held fixed."""

_LEAST_LEFT = 0.05
"""The share of the variance of labels within proteins that a control must leave; with less it decides the property."""


@dataclass(frozen=True, slots=True)
class FittedExpectation:
    """Each site has the property with the rate of a logistic model; without factors, with that of its protein.

    Parameters
    ----------
    fit
        The model.
    alike
        How alike the labels of neighbours are beyond it.
    """

    fit: Fit
    alike: Lags


@dataclass(frozen=True, slots=True)
class RatesExpectation:
    """What is known without sites: the rate of the protein, or that of the strata that a head attends to.

    Parameters
    ----------
    rates
        The share of positives of each stratum over all proteins; None for the rate of the protein.
    """

    rates: Float64[np.ndarray, " stratum"] | None

    def of(self, counts: PropertyCounts) -> Chance:
        """Return the moments of the hits of some proteins."""
        if self.rates is None:
            expected = expected_hits(counts)
        else:
            assert counts.strata is not None
            expected = controlled_hits(counts, counts.strata, self.rates)
        flat = [by_head(values).astype(np.float64) for values in (counts.eligible, expected)]
        return chance_of_sums(*flat, pairs=counts.pairs)


Expectations: TypeAlias = dict[str, tuple[FittedExpectation | RatesExpectation | None, ...]]
"""By name, the background first and the sharpest control last; of each part of the layers, None where it has none."""

FittedByName: TypeAlias = Mapping[str, FittedExpectation]

ScoresByPart: TypeAlias = dict[str, dict[int, ScoreSums]]
"""By expectation and part of the layers the sums that tell what the fit leaves of the variance."""


def expectations(blocks: PropertyBlocks) -> Expectations:
    """Return what the hits of a property are set against, found from its labels alone."""
    if blocks.sites is None:
        return _coarse_expectations(blocks)
    found = [_fitted(partial(blocks.sites, part), blocks.level) for part in range(len(blocks.layers))]
    names = [BACKGROUND, *(name for name in CONTROLS[blocks.level] if any(name in one for one in found))]
    return {name: tuple(one.get(name) for one in found) for name in names}


def class_chances(counts: PropertyCounts) -> dict[str, Chance]:
    """Return the moments of the hits under each expectation, for sums that are all in memory."""
    blocks = PropertyBlocks.of(counts)
    expected = expectations(blocks)
    chances, scores = chances_of(counts, expected)
    return {
        name: replace(chance, left=left_of(scores.get(name, {}), blocks.layers, blocks.heads))
        for name, chance in zip(expected, chances, strict=True)
    }


def chances_of(counts: PropertyCounts, expected: Expectations) -> tuple[list[Chance], ScoresByPart]:
    """Return the moments of the hits of some proteins under each expectation, and the sums of the score tests."""
    found: list[dict[str, Chance]] = []
    scores: ScoresByPart = {}
    for number, part in enumerate(each_part(counts)):
        given = {name: parts[number] for name, parts in expected.items()}
        fitted = {name: one for name, one in given.items() if isinstance(one, FittedExpectation)}
        found.append({name: one.of(part) for name, one in given.items() if isinstance(one, RatesExpectation)})
        if fitted:
            rates = _rates(part, fitted)
            found[-1] |= zip(fitted, _moments(part, fitted, rates), strict=True)
            for name, sums in _scores(part, fitted, rates):
                scores.setdefault(name, {})[number] = sums
    return [join_chances(counts, [one.get(name) for one in found]) for name in expected], scores


def _rates(counts: PropertyCounts, fitted: FittedByName) -> Float64[np.ndarray, "kind site"]:
    assert counts.labelled is not None
    return np.array([one.fit.rates(counts.labelled) for one in fitted.values()])


def _moments(counts: PropertyCounts, fitted: FittedByName, rates: Float64[np.ndarray, "kind site"]) -> list[Chance]:
    assert counts.labelled is not None
    assert counts.attended is not None
    alike, shape = np.array([one.alike for one in fitted.values()]), by_head(counts.eligible).shape
    return chance_moments(counts.labelled, counts.attended, rates, alike=alike, shape=shape, level=counts.level)


def _scores(
    counts: PropertyCounts, fitted: FittedByName, rates: Float64[np.ndarray, "kind site"]
) -> Iterator[tuple[str, ScoreSums]]:
    """Yield the sums of the score test of each control that anything was fitted for."""
    assert counts.labelled is not None
    assert counts.attended is not None
    heads = by_head(counts.eligible).shape[1]
    for (name, one), own in zip(fitted.items(), rates, strict=True):
        if one.fit.classes.size:
            yield name, score_sums(counts.labelled, counts.attended, own, one.fit, heads=heads, level=counts.level)


def left_of(
    scores: Mapping[int, ScoreSums], layers: Sequence[Sequence[int]], heads: int
) -> Float64[np.ndarray, " head"] | None:
    """Return the share of the variance of the hits of each head that a fit leaves; None if nothing was fitted.

    Parameters
    ----------
    scores
        The sums of the parts of the layers that have a fit.
    layers, heads
        The layers of each part, and the heads of a layer.
    """
    if not scores:
        return None
    found = [
        scores[number].left() if number in scores else np.full(len(of) * heads, np.nan)
        for number, of in enumerate(layers)
    ]
    return join_heads(found, layers)


def _fitted(sites: Callable[[], Iterator[Sites]], level: Level) -> dict[str, FittedExpectation]:
    """Return the background and the controls of one part of the layers."""
    counts = factor_counts(sites())
    plain = Fit(Classes({}, np.zeros(0)), np.zeros(0))
    names = [name for name, factors in CONTROLS[level].items() if _holds(counts, factors)]
    fits = [plain, *fit_effects(sites, [Classes.of(counts, CONTROLS[level][name]) for name in names])]
    varied, products = np.zeros(len(fits)), np.zeros((len(fits), LAGS + 1))
    for one in sites():
        for number, fit in enumerate(fits):
            rates = fit.rates(one)
            varied[number] += float((one.trials * rates * (1 - rates)).sum())
            if level == "residue":
                products[number] += label_products(one, rates)
    found = {
        name: FittedExpectation(fit, autocorrelation(row))
        for name, fit, row in zip([BACKGROUND, *names], fits, products, strict=True)
    }
    enough = varied > _LEAST_LEFT * varied[0]
    return {name: one for place, (name, one) in enumerate(found.items()) if place == 0 or enough[place]}


def _holds(counts: FactorCounts, factors: Sequence[str]) -> bool:
    """Return whether factors can be held fixed: they are known, and none of them decides the property."""
    if not counts.keys() >= set(factors) or any(decides(counts[name]) for name in factors):
        return False
    return "burial" not in factors or _is_placed(counts["burial"][0])


def _is_placed(residues: Int64[np.ndarray, " class"]) -> bool:
    return bool(residues[:UNKNOWN].sum() >= PLACED * residues.sum())


def _coarse_expectations(blocks: PropertyBlocks) -> Expectations:
    found: Expectations = {BACKGROUND: (RatesExpectation(None),)}
    totals: list[np.ndarray] = []
    for _, counts in blocks.counts(None):
        if counts.strata is not None:
            sums = np.array([counts.strata.sites.sum(0), counts.strata.positive_sites.sum(0)])
            totals = [sums + totals[0]] if totals else [sums]
    if totals and not decides(totals[0]):
        found[COARSE_CONTROLS[blocks.level]] = (RatesExpectation(ratio(totals[0][1], totals[0][0])),)
    return found


def controlled_hits(
    counts: PropertyCounts, strata: StratumCounts, rates: Float64[np.ndarray, " stratum"]
) -> Float64[np.ndarray, "protein layer head"]:
    """Return the hits to be expected from the strata that each head attends to, on the scale of rates (see the module).

    Where a protein has no arcs, or no labelled sites, in any stratum with a known rate, the matched background stands.
    """
    known = np.isfinite(rates)
    weights = np.stack([np.where(known, rates, 0), known], axis=1)
    attended, offered = (
        ratio(weighted[..., 0], weighted[..., 1])
        for weighted in (places.astype(np.float64) @ weights for places in (strata.arcs, strata.sites))
    )
    richer = ratio(attended, offered[:, None, None])
    expected = expected_hits(counts) * np.where(np.isfinite(richer), richer, 1)
    return np.asarray(np.minimum(expected, counts.eligible))
