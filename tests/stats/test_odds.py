from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize

from protlens.runs.sites import Sites
from protlens.stats.odds import Classes, decides, factor_counts, fit_effects, fitted_rates


def made(seed=0, trials=1):
    rng = np.random.default_rng(seed)
    protein = np.repeat(np.arange(4), 60)
    factors = {"letter": rng.integers(0, 3, 240), "place": rng.integers(0, 2, 240)}
    logit = np.array([-1, 0, 0.5, 1])[protein] + np.array([-1, 0, 1])[factors["letter"]] + 0.7 * factors["place"]
    many = rng.integers(1, trials + 1, 240)
    return Sites(protein, np.tile(np.arange(60), 4), many, rng.binomial(many, 1 / (1 + np.exp(-logit))), factors)


def test_without_factors_the_rate_is_that_of_the_protein():
    sites = made(trials=5)
    rates = fitted_rates(sites, ())
    for protein in range(4):
        rows = sites.protein == protein
        np.testing.assert_allclose(rates[rows], sites.positive[rows].sum() / sites.trials[rows].sum())


@pytest.mark.parametrize("trials", [1, 6])
def test_rates_are_those_of_logistic_regression(trials):
    sites = made(trials=trials)
    columns = [np.eye(4)[sites.protein], np.eye(3)[sites.factors["letter"]], np.eye(2)[sites.factors["place"]]]
    design = np.concatenate(columns, axis=1)

    def loss(beta):
        logit = design @ beta
        fit = (sites.trials * np.logaddexp(0, logit) - sites.positive * logit).sum()
        return fit + 0.05 * (beta[4:] ** 2).sum()

    beta = minimize(loss, np.zeros(9), method="BFGS", options={"gtol": 1e-7}).x
    np.testing.assert_allclose(fitted_rates(sites, ("letter", "place")), 1 / (1 + np.exp(-design @ beta)), atol=1e-6)


def test_each_protein_keeps_its_own_number_of_positives():
    sites = made(seed=3)
    held = np.bincount(sites.protein, fitted_rates(sites, ("letter",)))
    np.testing.assert_allclose(held, np.bincount(sites.protein, sites.positive), rtol=1e-9)


def test_proteins_of_one_kind_keep_it():
    sites = made()
    positive = np.where(sites.protein == 0, 0, np.where(sites.protein == 1, 1, sites.positive))
    rates = fitted_rates(Sites(sites.protein, sites.position, sites.trials, positive, sites.factors), ("letter",))
    assert set(rates[sites.protein == 0]) == {0.0}
    assert set(rates[sites.protein == 1]) == {1.0}
    assert ((rates[sites.protein > 1] > 0) & (rates[sites.protein > 1] < 1)).all()


def test_a_factor_decides_what_each_of_its_classes_holds_or_lacks():
    sites = made()
    decided = Sites(
        sites.protein, sites.position, sites.trials, (sites.factors["letter"] == 1).astype(int), sites.factors
    )
    assert decides(factor_counts([decided])["letter"])
    assert not decides(factor_counts([decided])["place"])
    assert not decides(factor_counts([sites])["letter"])


def test_no_sites_are_no_rates():
    none = np.zeros(0, np.int64)
    assert fitted_rates(Sites(none, none, none, none, {"letter": none}), ("letter",)).size == 0


def split(sites, cuts):
    """Return the same proteins in parts, each with its proteins counted from zero."""
    parts = []
    for first, end in pairwise(cuts):
        rows = (sites.protein >= first) & (sites.protein < end)
        own = (
            sites.protein[rows] - first,
            *(getattr(sites, name)[rows] for name in ("position", "trials", "positive")),
        )
        parts.append(Sites(*own, {name: classes[rows] for name, classes in sites.factors.items()}))
    return parts


@pytest.mark.parametrize("cuts", [(0, 1, 2, 3, 4), (0, 3, 3, 4)])
def test_parts_give_the_fit_of_the_whole(cuts):
    sites = made(seed=5, trials=3)
    parts = split(sites, cuts)
    counts = factor_counts(parts)
    wanted = [("letter", "place"), ("place",)]
    fits = fit_effects(lambda: iter(parts), [Classes.of(counts, factors) for factors in wanted])
    for factors, fit in zip(wanted, fits, strict=True):
        rates = np.concatenate([fit.rates(part) for part in parts])
        np.testing.assert_allclose(rates, fitted_rates(sites, factors), rtol=1e-10)


def test_a_class_that_separates_positives_has_a_finite_effect():
    """Nearly all of one letter hold the property, none of another do: only the ridge keeps them finite."""
    sites = made(seed=7)
    positive = np.where(sites.factors["letter"] == 2, 1, np.where(sites.factors["letter"] == 0, 0, sites.positive))
    positive[np.flatnonzero(sites.factors["letter"] == 2)[::7]] = 0
    apart = Sites(sites.protein, sites.position, sites.trials, positive, sites.factors)
    rates = fitted_rates(apart, ("letter", "place"))
    held = np.bincount(sites.protein, rates)
    np.testing.assert_allclose(held, np.bincount(sites.protein, positive), rtol=1e-9)
    assert 0 < rates[sites.factors["letter"] == 0].max() < 0.1
