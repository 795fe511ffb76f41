"""Numbers as documents write them: of few digits, and null where they are not defined."""

from collections.abc import Iterable
from math import isfinite

import numpy as np
from jaxtyping import Float, Float32

DIGITS = 6
"""Significant digits of a statistic."""

_WEIGHT_DIGITS = 4


def statistics(values: Iterable[float | None]) -> list[float | None]:
    """Return numbers of six significant digits, null for NaN and infinity."""
    return [None if value is None or not isfinite(value) else _rounded(value, DIGITS) for value in values]


def shares(values: Float32[np.ndarray, " residue"]) -> list[float]:
    """Return sums of weights of four significant digits."""
    return [_rounded(value, _WEIGHT_DIGITS) for value in values.tolist()]


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def distances(values: Float[np.ndarray, " value"]) -> list[float | None]:
    """Return lengths in angstrom of two decimals, null for NaN."""
    return [None if np.isnan(value) else float(value) for value in np.round(values.astype(np.float64), 2)]


def points(values: Float[np.ndarray, "residue xyz=3"]) -> list[tuple[float, float, float] | None]:
    """Return positions in angstrom of two decimals, null where a residue is not resolved."""
    rounded = np.round(values.astype(np.float64), 2) + 0.0  # no minus zero
    known = np.isfinite(rounded).all(axis=1)
    return [(x, y, z) if there else None for (x, y, z), there in zip(rounded.tolist(), known, strict=True)]


def weights_down(values: Float32[np.ndarray, " arc"]) -> Float[np.ndarray, " arc"]:
    """Return weights of four significant digits, rounded down.

    A weight reaches a threshold of up to four digits if, and only if, it does so when rounded.
    """
    steps, scale = _steps(values)
    above = ((steps + 1) / scale).astype(np.float32) <= values
    return np.asarray((steps + above) / scale)


def weights_up(values: Float32[np.ndarray, " weight"]) -> Float[np.ndarray, " weight"]:
    """Return weights of four significant digits, rounded up."""
    down = weights_down(values)
    _, scale = _steps(values)
    return np.where(down.astype(np.float32) < values, np.round(down * scale + 1) / scale, down)


def _steps(values: Float32[np.ndarray, " weight"]) -> tuple[Float[np.ndarray, " weight"], Float[np.ndarray, " weight"]]:
    """Return how many steps of the last digit lie below each weight, and how many of them make one."""
    wide = values.astype(np.float64)
    exponent = np.floor(np.log10(np.where(wide > 0, wide, 1)))
    scale = 10.0 ** (_WEIGHT_DIGITS - 1 - exponent)
    return np.floor(wide * scale), scale
