"""How long the table of heads takes beside a bootstrap that draws one resample after the other."""

import numpy as np

from measure import time_ratio
from protlens.runs.counts import PropertyCounts
from protlens.stats.head_statistics import head_table


def _counts(name, *, proteins, layers, heads):
    rng = np.random.default_rng(0)
    arcs = rng.poisson(3.0, (proteins, layers, heads)).astype(np.int64)
    pairs = rng.integers(2000, 60000, proteins)
    positive = rng.binomial(pairs, 0.02)
    return PropertyCounts(
        name,
        "pair",
        arcs=arcs,
        eligible=arcs,
        hits=rng.binomial(arcs, 0.05),
        pairs=pairs,
        positive_pairs=positive,
        sites=pairs,
        positive_sites=positive,
    )


def _one_after_the_other(counts, *, resamples):
    rng = np.random.default_rng(0)
    proteins = len(counts.pairs)
    drawn = (rng.integers(proteins, size=proteins) for _ in range(resamples))
    return np.std([counts.hits[rows].sum(0) / counts.eligible[rows].sum(0) for rows in drawn], axis=0)


def test_table_of_heads_beside_one_resample_after_the_other(full, report):
    shape = {"proteins": 5000, "layers": 30, "heads": 16} if full else {"proteins": 40, "layers": 2, "heads": 2}
    classes, resamples = (39, 1000) if full else (2, 50)
    counts = _counts("contact", **shape)

    def table():
        named = (_counts(f"class{number}", **shape) if number else counts for number in range(classes))
        return head_table(named, threshold=0.3, mode="matched", resamples=resamples)

    def loop():
        return _one_after_the_other(counts, resamples=resamples // 20 or 1)

    ratio = time_ratio(loop, table, pairs=1)
    assert len(table()) == classes * shape["layers"] * shape["heads"]
    scaled = ratio.median * 20 * classes
    report(
        f"resamples one after the other / table of heads, {classes} classes, {resamples} resamples: {scaled:.0f}, "
        f"the table in {ratio.seconds[1]:.1f} s"
    )
