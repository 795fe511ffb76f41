"""Resampling of proteins.

Arcs of one protein depend on each other, so proteins are drawn, with replacement, and carry all their arcs along.
A resample is written as how often each protein was drawn; the sums of all heads are then one matrix product.

Each protein is drawn a number of times that follows Poisson's law with mean one, whatever became of the others, by
random numbers that belong to its place. So what is drawn of some proteins does not depend on the rest, and sums of
parts add up to those of the whole: no step needs all proteins at once. A plain bootstrap draws each protein nearly as
often, but fixes the total, which cancels in a ratio of sums; ``docs/statistics.md`` has the measured difference. A
resample in which nothing was drawn, as happens with a handful of proteins, is not defined.

References
----------
Efron and Tibshirani, An Introduction to the Bootstrap (Chapman & Hall, 1993). Davison and Hinkley, Bootstrap Methods
and their Application (Cambridge, 1997), section 3.8, on hierarchical data. Chamandy et al., Estimating uncertainty for
massive data streams (Google, 2012), on Poisson's weights. Salmon et al., Parallel random numbers: as easy as 1, 2, 3
(SC 2011), on random numbers by their place.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float64, UInt8
from scipy import special

_BLOCK = 2**22
"""Weights held at a time: 32 MiB."""

_AT_ONCE = 4
"""Numbers that the generator gives for each step of its counter."""

_SHARES = special.pdtr(np.arange(20), 1.0)
"""How often a protein is drawn at most so many times; twenty times is beyond what a random number tells from one."""


def draw_counts(proteins: int, *, resamples: int, seed: int, first: int = 0) -> UInt8[np.ndarray, "protein resample"]:
    """Return how often each protein is drawn in each resample.

    Parameters
    ----------
    proteins
        How many, with consecutive numbers.
    resamples
        How often all are drawn.
    seed
        Random seed, from zero.
    first
        The number of the first protein. What is drawn of a protein depends on its number and on the other arguments
        alone.
    """
    steps = -(-resamples // _AT_ONCE)
    generator = np.random.Generator(np.random.Philox(key=seed).advance(first * steps))
    counts = np.empty((proteins, resamples), np.uint8)
    rows = max(1, _BLOCK // max(steps * _AT_ONCE, 1))
    for start in range(0, proteins, rows):
        size = min(rows, proteins - start)
        numbers = generator.random((size, steps * _AT_ONCE))[:, :resamples]
        counts[start : start + size] = np.searchsorted(_SHARES, numbers, side="right")
    return counts


def resample_weights(proteins: int, *, resamples: int, seed: int) -> Iterator[Float64[np.ndarray, "resample protein"]]:
    """Yield blocks of resamples, each the number of times that every protein was drawn.

    The draws depend on the arguments alone, so all property classes over the same proteins share them.

    Parameters
    ----------
    proteins
        Proteins to draw from.
    resamples
        Rows of all blocks together.
    seed
        Random seed of the generator.
    """
    counts = draw_counts(proteins, resamples=resamples, seed=seed)
    rows = max(1, _BLOCK // max(proteins, 1))
    for start in range(0, resamples, rows):
        yield counts[:, start : start + rows].T.astype(np.float64)


def resample_sums(
    values: Sequence[Float64[np.ndarray, "protein head"]], *, resamples: int, seed: int, first: int = 0
) -> Float64[np.ndarray, "value resample head"]:
    """Return the sum over the drawn proteins of each value, for every resample and head.

    The sums of parts of the proteins add up to those of all.

    Parameters
    ----------
    values
        Arrays of one shape, ``float64 [protein, head]``; counts stay exact up to 2**53.
    resamples, seed, first
        See :func:`draw_counts`.
    """
    proteins, heads = values[0].shape
    table = np.concatenate(values, axis=1)
    sums = np.zeros((resamples, table.shape[1]))
    rows = max(1, _BLOCK // max(resamples, 1))
    for start in range(0, proteins, rows):
        part = table[start : start + rows]
        counts = draw_counts(len(part), resamples=resamples, seed=seed, first=first + start)
        sums += counts.T.astype(np.float64) @ part
    return sums.reshape(resamples, len(values), heads).swapaxes(0, 1)


def quantiles(
    draws: Float64[np.ndarray, "resample head"], levels: Float64[np.ndarray, " head"]
) -> Float64[np.ndarray, " head"]:
    """Return one quantile of each head's draws at a level of its own, linear between draws.

    Parameters
    ----------
    draws
        NaN where a resample is not defined; those are left out.
    levels
        From 0 to 1; NaN gives NaN.
    """
    ordered = np.sort(draws, axis=0)
    last = np.isfinite(draws).sum(axis=0) - 1
    defined = np.isfinite(levels) & (last >= 0)
    place = np.where(defined, levels * last, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(last, 0))
    low, high = (np.take_along_axis(ordered, index[None], axis=0)[0] for index in (below, above))
    return np.where(defined, low + (place - below) * (high - low), np.nan)
