"""What the fit of a control leaves of the variance: against a regression written out, and against refitted labels."""

import numpy as np
import pytest

from protlens.runs.sites import SiteArcs, Sites
from protlens.stats.odds import RIDGE, Classes, factor_counts, fit_effects, fitted_rates
from protlens.stats.score_variance import score_sums

LENGTHS = (30, 22, 41)
FACTORS = ("class", "end")


def made(*, trials=1, seed=1):
    """Return sites, and arcs of three heads: few, many, and as many onto each site as its class says."""
    rng = np.random.default_rng(seed)
    protein = np.repeat(np.arange(len(LENGTHS)), LENGTHS)
    kind, many = rng.integers(0, 3, len(protein)), rng.integers(1, trials + 1, len(protein))
    position = np.concatenate([np.arange(size) for size in LENGTHS])
    positive = rng.binomial(many, np.array([0.2, 0.4, 0.7])[kind])
    sites = Sites(protein, position, many, positive, {"class": kind, "end": (position > 9).astype(np.int64)})
    received = np.stack([rng.poisson(0.3, len(protein)), rng.poisson(4, len(protein)), many * (2 + kind)], axis=1)
    received[:, :2] = np.minimum(received[:, :2], many[:, None] if trials > 1 else received[:, :2])
    head, site = np.nonzero(received.T)
    order = np.lexsort([site, head, protein[site]])
    return sites, SiteArcs(head[order], site[order], received.T[head, site][order]), received


def variance_left(sites, arcs, factors, *, heads=3, level="residue"):
    """Return what is left of the variance; the sums are those of single proteins, added up."""
    parts = [one_protein(sites, arcs, protein) for protein in range(len(LENGTHS))]
    classes = Classes.of(factor_counts([sites]), factors)
    fit = fit_effects(lambda: [sites], [classes])[0]
    sums = [score_sums(own, fallen, fit.rates(own), fit, heads=heads, level=level) for own, fallen in parts]
    whole = score_sums(sites, arcs, fit.rates(sites), fit, heads=heads, level=level)
    left = (sums[0] + sums[1] + sums[2]).left()
    np.testing.assert_allclose(left, whole.left(), rtol=1e-9)
    return left


def one_protein(sites, arcs, protein):
    """Return the sites and arcs of one protein, its number zero."""
    rows = np.flatnonzero(sites.protein == protein)
    offered = None if sites.offered is None else sites.offered[rows]
    own = [getattr(sites, name)[rows] for name in ("position", "trials", "positive")]
    factors = {name: classes[rows] for name, classes in sites.factors.items()}
    mine = np.isin(arcs.site, rows)
    fallen = SiteArcs(arcs.head[mine], arcs.site[mine] - rows[0], arcs.arcs[mine])
    return Sites(np.zeros(len(rows), np.int64), *own, factors, offered), fallen


def regressed(sites, received, rates, factors):
    """Return the weighted sum of squares of arcs less their regression on the factors, one row for each label."""
    label = np.repeat(np.arange(len(rates)), sites.trials)
    within = np.concatenate([np.arange(size) for size in sites.trials])
    arcs = received[label] if (sites.trials == 1).all() else (within < received[label]).astype(float)
    one_hot = [
        np.eye(3)[sites.protein],
        *(np.eye(sites.factors[name].max() + 1)[sites.factors[name]] for name in factors),
    ]
    design, weight = np.concatenate(one_hot, axis=1)[label], (rates * (1 - rates))[label]
    ridge = np.diag([0.0] * 3 + [RIDGE] * (design.shape[1] - 3))
    inner = design.T * weight @ design
    effects = np.linalg.solve(inner + ridge, design.T * weight @ arcs)
    return (weight * (arcs - design @ effects) ** 2).sum()


@pytest.mark.parametrize(("level", "trials"), [("residue", 1), ("pair", 12)])
@pytest.mark.parametrize("factors", [FACTORS[:1], FACTORS])
def test_what_is_left_equals_a_regression_on_every_label(level, trials, factors):
    sites, arcs, received = made(trials=trials)
    rates = fitted_rates(sites, factors)
    left = variance_left(sites, arcs, factors, level=level)
    for head in range(2):
        alone, fitted = (regressed(sites, received[:, head], rates, names) for names in ((), factors))
        assert left[head] == pytest.approx(fitted / alone, rel=1e-9)


def test_few_arcs_keep_their_variance_and_arcs_that_the_class_decides_lose_it():
    sites, arcs, _ = made()
    left = variance_left(sites, arcs, FACTORS)
    assert 0.8 < left[0] <= 1
    assert left[2] < 0.05


def test_a_head_without_arcs_keeps_all():
    sites, _, _ = made()
    none = SiteArcs(*(np.zeros(0, np.int64),) * 3)
    left = variance_left(sites, none, FACTORS, heads=2)
    assert left.tolist() == [1, 1]


@pytest.mark.slow
def test_it_is_the_variance_of_hits_less_expected_ones_when_labels_are_drawn_and_fitted_again():
    """600 draws: the standard error of a ratio of variances is six per cent."""
    sites, arcs, received = made()
    received[:, 1] += 5 * sites.factors["class"]
    head, site = np.nonzero(received.T)
    order = np.lexsort([site, head, sites.protein[site]])
    arcs = SiteArcs(head[order], site[order], received.T[head, site][order])
    truth = fitted_rates(sites, FACTORS)
    rng, off = np.random.default_rng(2), []
    for _ in range(600):
        drawn = Sites(sites.protein, sites.position, sites.trials, rng.binomial(1, truth), sites.factors)
        off.append((drawn.positive - fitted_rates(drawn, FACTORS)) @ received[:, :2])
    spread = truth * (1 - truth)
    means = np.array([np.average(received[rows, :2], axis=0, weights=spread[rows]) for rows in _rows(sites)])
    plain = (spread[:, None] * (received[:, :2] - means[sites.protein]) ** 2).sum(0)
    left = variance_left(sites, arcs, FACTORS)[:2]
    np.testing.assert_allclose(np.var(off, axis=0) / plain, left, rtol=0.2)
    assert left[1] < 0.6


def _rows(sites):
    return [np.flatnonzero(sites.protein == protein) for protein in range(len(LENGTHS))]


@pytest.mark.parametrize("factors", [FACTORS[:1], FACTORS])
def test_what_is_left_where_not_all_attend_to_all_solves_the_equations_of_the_fit(factors):
    sites, arcs, received = made()
    offered = np.concatenate([np.arange(size, 0, -1) / ((size + 1) / 2) for size in LENGTHS])
    sites = Sites(sites.protein, sites.position, sites.trials, sites.positive, sites.factors, offered)
    rates = fitted_rates(sites, factors)
    left = variance_left(sites, arcs, factors)
    for head in range(3):
        alone, fitted = (_rest(sites, received[:, head], rates, names) for names in ((), factors))
        assert left[head] == pytest.approx(np.clip(fitted / alone, 0.01, 1), rel=1e-9)


def _rest(sites, received, rates, factors):
    """Return the sum of squares of arcs less what the fit takes, its equations solved as they stand."""
    one_hot = [
        np.eye(3)[sites.protein],
        *(np.eye(sites.factors[name].max() + 1)[sites.factors[name]] for name in factors),
    ]
    design, weight = np.concatenate(one_hot, axis=1), rates * (1 - rates)
    ridge = np.diag([0.0] * 3 + [RIDGE] * (design.shape[1] - 3))
    effects = np.linalg.solve(design.T * (weight * sites.weights) @ design + ridge, design.T * weight @ received)
    return (weight * (received - sites.weights * (design @ effects)) ** 2).sum()
