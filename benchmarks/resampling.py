"""Intervals from proteins drawn by Poisson's law beside those from a fixed number of draws, on planted shares.

    python benchmarks/resampling.py            # some minutes; a table in Markdown
    python benchmarks/resampling.py --small    # a few data sets of each size

Each data set has proteins with unequally many arcs and a share of hits of their own; the true share of hits is known.
Both intervals are the percentiles that ``compare`` and ``contacts`` give: of a ratio of sums, and of a mean.
"""

import sys
from collections.abc import Iterator

import numpy as np

from protlens.stats.bootstrap import quantiles, resample_sums
from protlens.stats.intervals import small_sample_level

SHARE = 0.2


def data_sets(proteins: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return arcs and hits, ``[protein, data set]``: gamma many arcs, and hits at rates that differ by protein."""
    rng = np.random.default_rng(proteins)
    arcs = 1 + rng.poisson(rng.gamma(1.5, 20, (proteins, count)))
    rates = rng.beta(SHARE * 8, (1 - SHARE) * 8, (proteins, count))
    return arcs.astype(np.float64), rng.binomial(arcs, rates).astype(np.float64)


def fixed_sums(values: list[np.ndarray], *, resamples: int, seed: int) -> np.ndarray:
    """Return the sums of resamples that have as many draws as there are proteins."""
    proteins = len(values[0])
    weights = np.random.default_rng(seed).multinomial(proteins, np.full(proteins, 1 / proteins), resamples)
    return np.stack([weights.astype(np.float64) @ one for one in values])


def measured(proteins: int, count: int, resamples: int) -> Iterator[tuple[str, str, float, float]]:
    """Yield what is estimated, how, the coverage of the interval and its mean width."""
    arcs, hits = data_sets(proteins, count)
    level = small_sample_level(np.full(count, float(proteins)))
    for name, top, bottom in (("ratio of sums", hits, arcs), ("mean", hits / arcs, np.ones_like(arcs))):
        for way, sums_of in (("fixed total", fixed_sums), ("Poisson", resample_sums)):
            tops, bottoms = sums_of([top, bottom], resamples=resamples, seed=7)
            with np.errstate(invalid="ignore"):
                draws = tops / bottoms
            low, high = (quantiles(draws, end) for end in (level / 2, 1 - level / 2))
            yield name, way, float(((low <= SHARE) & (high >= SHARE)).mean()), float((high - low).mean())


def main(count: int, resamples: int) -> None:
    """Print the table."""
    print("| proteins | of | fixed total | Poisson | width, Poisson over fixed |\n|---|---|---|---|---|")
    for proteins in (5, 20, 100, 1000):
        rows = list(measured(proteins, max(count if proteins < 1000 else count // 4, 1), resamples))
        for (name, _, fixed, narrow), (_, _, poisson, wide) in zip(rows[::2], rows[1::2], strict=True):
            print(f"| {proteins:,} | {name} | {fixed:.1%} | {poisson:.1%} | {wide / narrow:.3f} |", flush=True)


if __name__ == "__main__":
    main(count=40 if "--small" in sys.argv else 4000, resamples=1000)
