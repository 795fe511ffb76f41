"""Resampling of proteins.

Arcs of one protein depend on each other, so proteins are drawn, with replacement, and carry all their arcs along.
A resample is written as how often each protein was drawn; the sums of all heads are then one matrix product.

References
----------
Efron and Tibshirani, An Introduction to the Bootstrap (Chapman & Hall, 1993). Davison and Hinkley, Bootstrap Methods
and their Application (Cambridge, 1997), section 3.8, on hierarchical data.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float64

_BLOCK = 2**22
"""Weights held at a time: 32 MiB."""


def resample_weights(proteins: int, *, resamples: int, seed: int) -> Iterator[Float64[np.ndarray, "resample protein"]]:
    """Yield blocks of resamples, each the number of times that every protein was drawn.

    The draws depend on the arguments alone, so all property classes over the same proteins share them.

    Parameters
    ----------
    proteins
        Proteins to draw from, and drawn in each resample.
    resamples
        Rows of all blocks together.
    seed
        Random seed of the generator.
    """
    generator = np.random.default_rng(seed)
    rows = max(1, _BLOCK // max(proteins, 1))
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        drawn = generator.integers(proteins, size=(size, proteins))
        cells = (drawn + np.arange(size)[:, None] * proteins).ravel()
        yield np.bincount(cells, minlength=size * proteins).reshape(size, proteins).astype(np.float64)


def resample_sums(
    values: Sequence[Float64[np.ndarray, "protein head"]], *, resamples: int, seed: int
) -> Float64[np.ndarray, "value resample head"]:
    """Return the sum over the drawn proteins of each value, for every resample and head.

    Parameters
    ----------
    values
        Arrays of one shape, ``float64 [protein, head]``; counts stay exact up to 2**53.
    resamples, seed
        See :func:`resample_weights`.
    """
    proteins, heads = values[0].shape
    table = np.concatenate(values, axis=1)
    blocks = [weights @ table for weights in resample_weights(proteins, resamples=resamples, seed=seed)]
    return np.concatenate(blocks).reshape(resamples, len(values), heads).swapaxes(0, 1)


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
