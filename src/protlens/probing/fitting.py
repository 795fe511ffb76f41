"""A probe with the penalty that serves validation proteins best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Float64, Int64

from protlens.probing.estimators import LogisticProbe

_BLOCK = 32768
"""Rows whose probabilities are computed at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedProbe:
    """A probe and how it was chosen.

    Parameters
    ----------
    probe
        Fitted on training proteins.
    strength
        Inverse strength of its penalty.
    validation
        What it reaches on validation proteins.
    """

    probe: LogisticProbe
    strength: float
    validation: float


def fit_best(
    samples: Float[np.ndarray, "sample feature"],
    labels: Int64[np.ndarray, " sample"],
    *,
    strengths: Sequence[float],
    validate: Callable[[LogisticProbe], float],
    class_weight: Literal["balanced"] | None = None,
) -> FittedProbe:
    """Fit a probe with each penalty and return the one that validates best, of equals the more strongly penalised.

    Parameters
    ----------
    samples, labels
        Training residues or pairs.
    strengths
        Inverse strengths of the penalty, ascending.
    validate
        How good a probe is on validation proteins, NaN if that cannot be told.
    class_weight
        See :class:`LogisticProbe`.
    """
    fitted: list[FittedProbe] = []
    for strength in strengths:
        probe = LogisticProbe(strength, class_weight=class_weight).fit(samples, labels)
        fitted.append(FittedProbe(probe, strength, validate(probe)))
    return max(fitted, key=lambda one: -np.inf if np.isnan(one.validation) else one.validation)


def probabilities(
    probe: LogisticProbe,
    read: Callable[[slice], Float[np.ndarray, "row feature"]],
    *,
    rows: int,
    classes: int,
) -> Float64[np.ndarray, "row class"]:
    """Return the probability of every class from 0 on, zero for one that was absent from training.

    Parameters
    ----------
    probe
        Fitted to labels from 0 to ``classes - 1``.
    read
        Returns the features of a range of rows; they are read in blocks.
    rows, classes
        How many there are.
    """
    out = np.zeros((rows, classes))
    for start in range(0, rows, _BLOCK):
        block = slice(start, min(start + _BLOCK, rows))
        out[block, probe.classes_] = probe.predict_proba(read(block))
    return out
