"""The moments of hits against all permutations of labels, and against loops over single arcs."""

from itertools import permutations

import numpy as np
import pytest

from protlens.runs.sites import SiteArcs, Sites
from protlens.stats import chance
from protlens.stats.chance import LAGS, Chance, autocorrelation, chance_of_sums, label_products
from protlens.stats.hit_sums import HitSums, hit_sums
from protlens.stats.odds import fitted_rates


def label_autocorrelation(sites, rates):
    return autocorrelation(label_products(sites, rates))


def chance_moments(sites, arcs, rates, *, shape, level):
    alike = label_autocorrelation(sites, rates)
    return chance.chance_moments(sites, arcs, rates[None], alike=alike[None], shape=shape, level=level)[0]


def made(lengths, *, heads=3, seed=0, step=1, trials=1):
    """Return random sites and arcs; ``step`` is the distance between labelled residues."""
    rng = np.random.default_rng(seed)
    protein = np.repeat(np.arange(len(lengths)), lengths)
    position = np.concatenate([np.arange(size) * step for size in lengths])
    many = rng.integers(1, trials + 1, len(protein))
    sites = Sites(protein, position, many, rng.binomial(many, 0.4), {"class": rng.integers(0, 3, len(protein))})
    received = rng.poisson(1.0, (len(protein), heads)) * rng.integers(0, 2, (len(protein), heads))
    head, site = np.nonzero(received.T)
    order = np.lexsort([site, head, protein[site]])
    return sites, SiteArcs(head[order], site[order], received.T[head, site][order]), received


def test_background_moments_are_those_of_all_permutations_of_the_labels():
    sites, arcs, received = made([6], step=LAGS + 1)
    found = chance_moments(sites, arcs, fitted_rates(sites, ()), shape=(1, 3), level="residue")
    hits = np.array([np.array(labels) @ received for labels in permutations(sites.positive)])
    np.testing.assert_allclose(found.expected[0], hits.mean(0), rtol=1e-12)
    np.testing.assert_allclose(found.variance[0], hits.var(0), rtol=1e-12)


def test_the_variance_of_a_few_residues_is_that_of_the_formula_with_q():
    sites, arcs, received = made([9, 7], step=LAGS + 1, seed=2)
    found = chance_moments(sites, arcs, fitted_rates(sites, ()), shape=(2, 3), level="residue")
    for protein, head in np.ndindex(2, 3):
        r, y = received[sites.protein == protein, head], sites.positive[sites.protein == protein]
        n, q, size, b = r.sum(), (r**2).sum(), len(y), y.mean()
        expected = (q - n**2 / size) * b * (1 - b) * size / (size - 1)
        assert found.variance[protein, head] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def looped(sites, received, rates, protein, head):
    """Write the formulas of the module out, one pair of residues at a time."""
    rows = np.flatnonzero(sites.protein == protein)
    w = {j: rates[j] * (1 - rates[j]) for j in rows}
    r = {j: received[j, head] for j in rows}
    total = sum(w.values())
    mean = sum(w[j] * r[j] for j in rows) / total if total else 0
    alike = dict(enumerate(label_autocorrelation(sites, rates), start=1))
    known = sum(w[j] * (r[j] - mean) ** 2 for j in rows) * len(rows) / (len(rows) - 1)
    runs = 0.0
    for a in rows:
        for b in rows:
            gap = sites.position[b] - sites.position[a]
            if gap in alike:
                runs += alike[gap] * (w[a] * w[b]) ** 0.5 * r[a] * r[b]
    runs -= sum(alike.values()) * (sum(w[j] * r[j] for j in rows) ** 2 / total if total else 0)
    variance = known + max(2 * runs, 0)
    third = sum(w[j] * (1 - 2 * rates[j]) * (r[j] - mean) ** 3 for j in rows)
    third *= (variance / known) ** 2 if known else 0
    return sum(rates[j] * r[j] for j in rows), variance, third


@pytest.mark.parametrize("factors", [(), ("class",)])
def test_moments_of_residues_equal_loops(factors):
    sites, arcs, received = made([30, 12, 25], seed=3)
    rates = fitted_rates(sites, factors)
    found = chance_moments(sites, arcs, rates, shape=(3, 3), level="residue")
    for place in np.ndindex(3, 3):
        expected = looped(sites, received, rates, *place)
        moments = found.expected[place], found.variance[place], found.third[place]
        np.testing.assert_allclose(moments, expected, rtol=1e-9, atol=1e-12)


def test_labels_in_runs_make_runs_of_residues_less_certain():
    protein, position = np.zeros(200, np.int64), np.arange(200)
    sites = Sites(protein, position, np.ones(200, np.int64), (position // 10 % 2).astype(np.int64), {})
    rates = fitted_rates(sites, ())
    run, apart = np.arange(50, 56), np.arange(50, 170, 20)
    arcs = SiteArcs(np.repeat([0, 1], 6), np.concatenate([run, apart]), np.ones(12, np.int64))
    variance = chance_moments(sites, arcs, rates, shape=(1, 2), level="residue").variance[0]
    assert variance[0] > 3 * variance[1]


def test_moments_of_pairs_equal_loops():
    sites, arcs, received = made([10, 8], seed=4, trials=50)
    rates = fitted_rates(sites, ("class",))
    found = chance_moments(sites, arcs, rates, shape=(2, 3), level="pair")
    for protein, head in np.ndindex(2, 3):
        rows = np.flatnonzero(sites.protein == protein)
        w = {j: rates[j] * (1 - rates[j]) for j in rows}
        every = sum(w[j] * sites.trials[j] for j in rows)
        fallen = sum(w[j] * received[j, head] for j in rows)
        lean = sum(w[j] * (1 - 2 * rates[j]) * received[j, head] for j in rows)
        expected = sum(rates[j] * received[j, head] for j in rows), fallen - fallen**2 / every, lean
        moments = (getattr(found, name)[protein, head] for name in ("expected", "variance", "third"))
        np.testing.assert_allclose(list(moments), expected, rtol=1e-9, atol=1e-12)


def test_moments_of_sums_are_those_of_arcs_one_by_one():
    found = chance_of_sums(np.array([[10.0, 0.0]]), np.array([[2.0, 0.0]]), pairs=np.array([101]))
    assert found.variance[0].tolist() == pytest.approx([10 * 0.2 * 0.8 * 91 / 100, 0])
    assert found.third[0].tolist() == pytest.approx([10 * 0.2 * 0.8 * 0.6, 0])


def test_copies_of_a_protein_hit_as_one():
    one = Chance(np.array([[2.0]]), np.array([[3.0]]), np.array([[1.5]]))
    copies = Chance(*(np.repeat(values, 4, axis=0) for values in (one.expected, one.variance, one.third)))
    counts = np.full((4, 1, 1), 5)
    found = hit_sums(counts, 2 * counts, copies, units=np.full(4, 7))
    assert (found.hits.item(), found.arcs.item(), found.arcs_squared.item()) == (20, 40, 1600)
    assert (found.expected.item(), found.product.item()) == (8, pytest.approx(160))
    assert found.variance.item() == pytest.approx(16 * 3)
    assert found.third.item() == pytest.approx(64 * 1.5)


def test_sums_of_relatives_equal_loops_over_their_groups():
    rng = np.random.default_rng(9)
    hits, arcs = rng.integers(0, 9, (12, 1, 2)), rng.integers(9, 20, (12, 1, 2))
    moments = Chance(rng.random((12, 2)), rng.random((12, 2)), rng.normal(size=(12, 2)))
    units = rng.integers(0, 5, 12)
    found = hit_sums(hits, arcs, moments, units=units)
    for head in range(2):
        looped = dict.fromkeys(HitSums.__dataclass_fields__, 0.0)
        for unit in set(units.tolist()):
            rows = [row for row in range(12) if units[row] == unit]
            n, k = (sum(int(values[row, 0, head]) for row in rows) for values in (arcs, hits))
            e = sum(moments.expected[row, head] for row in rows)
            v = sum(moments.variance[row, head] ** 0.5 for row in rows) ** 2
            t = sum(np.cbrt(moments.third[row, head]) for row in rows) ** 3
            values = {"arcs": n, "hits": k, "expected": e}
            values |= {f"{name}_squared": value**2 for name, value in values.items()}
            values |= {"product": k * e, "variance": v, "third": t}
            looped = {name: looped[name] + values[name] for name in looped}
        for name, value in looped.items():
            assert getattr(found, name)[head] == pytest.approx(value, rel=1e-12), name


def causal(lengths, *, seed, share):
    """Return sites that the residues behind them can attend to, positive in runs near the chains' begin."""
    rng = np.random.default_rng(seed)
    protein = np.repeat(np.arange(len(lengths)), lengths)
    position = np.concatenate([np.arange(size) for size in lengths])
    size = np.array(lengths)[protein]
    offered = (size - position) / ((size + 1) / 2)
    positive = ((position < share * size) & (rng.random(len(protein)) < 0.6)).astype(np.int64)
    return Sites(protein, position, np.ones(len(protein), np.int64), positive, {}, offered), rng


def test_arcs_at_random_among_the_pairs_that_can_be_seen_hit_as_often_as_expected():
    """A causal head that knows nothing lands on the first residues most; labels that lie there are no finding."""
    lengths, heads = (80, 60, 100, 50, 70, 90) * 3, 200
    sites, rng = causal(lengths, seed=4, share=0.3)
    queries = sites.weights
    received = np.zeros((len(queries), heads), np.int64)
    for number in range(len(lengths)):
        mine = sites.protein == number
        received[mine] = rng.multinomial(60, queries[mine] / queries[mine].sum(), heads).T
    head, site = np.nonzero(received.T)
    order = np.lexsort([site, head, sites.protein[site]])
    arcs = SiteArcs(head[order], site[order], received.T[head, site][order])
    hits = sites.positive @ received
    shape = (len(lengths), heads)
    found, naive = (
        chance_moments(one, arcs, fitted_rates(one, ()), shape=shape, level="residue")
        for one in (sites, Sites(sites.protein, sites.position, sites.trials, sites.positive, {}))
    )
    assert abs((hits - found.expected.sum(0)).mean()) < 4 * hits.std() / heads**0.5
    assert (hits - naive.expected.sum(0)).mean() > 5 * hits.std()


def test_offered_moments_are_those_of_all_permutations_of_the_labels():
    """What is expected of a permutation changes with it: hits less expected ones have this variance, and mean zero."""
    sites, arcs, received = made([6], step=LAGS + 1, seed=5)
    offered = np.array([6, 5, 4, 3, 2, 1]) / 3.5
    sites = Sites(sites.protein, sites.position, sites.trials, np.array([1, 0, 1, 0, 0, 1]), {}, offered)
    share = np.array([np.array(y) @ offered / offered.sum() for y in permutations(sites.positive)])
    hits = np.array([np.array(y) @ received for y in permutations(sites.positive)])
    apart = hits - share[:, None] * received.sum(0)
    np.testing.assert_allclose(apart.mean(0), 0, atol=1e-12)
    half = np.full(6, 0.5)  # three of six labels, whatever their weights
    found = chance_moments(sites, arcs, half, shape=(1, 3), level="residue")
    np.testing.assert_allclose(found.variance[0], apart.var(0), rtol=1e-12)
