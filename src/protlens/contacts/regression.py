"""Logistic regression of contacts on the attention of all heads.

References
----------
Rao, Meier, Sercu, Ovchinnikov and Rives, "Transformer protein language models are unsupervised structure learners"
(ICLR 2021): L1 penalty with C = 0.15 on the maps as they are, twenty training proteins, pairs at least six apart.
Friedman, Hastie and Tibshirani, Journal of Statistical Software 33 (2010) 1, doi 10.18637/jss.v033.i01, section 2.5:
the strongest penalty that leaves a weight, from which a path of weaker ones is counted.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from scipy.special import expit

from protlens.contacts.training_pairs import TrainingPairs
from protlens.errors import DatasetError, explain

INVERSE_PENALTY = 0.15
"""C of Rao et al.: the weight of the summed log loss against the L1 norm of the weights."""


@dataclass(frozen=True, slots=True, eq=False)
class ContactRegression:
    """A fitted regression.

    Parameters
    ----------
    weights
        One coefficient for each head's symmetric, corrected map.
    intercept
        The logit of contact where all maps are zero.
    jacobian
        The coefficient of the Jacobian's map; 0 for a regression on attention alone.
    """

    weights: Float64[np.ndarray, "layer head"]
    intercept: float
    jacobian: float = 0.0

    def probabilities(self, scores: Float64[np.ndarray, " pair"]) -> Float64[np.ndarray, " pair"]:
        """Return probabilities of contact from weighted sums of the maps, without the intercept."""
        return np.asarray(expit(scores + self.intercept))


def fit_regression(
    pairs: TrainingPairs, *, inverse_penalty: float = INVERSE_PENALTY, seed: int = 0
) -> ContactRegression:
    """Fit as published: maps as they are, an L1 penalty of this C, with scikit-learn's liblinear.

    liblinear penalises the intercept too, as one more weight.

    Parameters
    ----------
    pairs
        Those of all training proteins.
    inverse_penalty
        C: larger means weaker regularisation.
    seed
        Random seed of the solver's order of coordinates.

    Raises
    ------
    DatasetError
        If all or none of the pairs touch.
    """
    return _fit(pairs, np.ones(1), inverse_penalty=inverse_penalty, seed=seed)


def fit_scaled(
    pairs: TrainingPairs, *, strength: float, with_jacobian: bool = False, seed: int = 0
) -> ContactRegression:
    """Fit with each map divided by its standard deviation, and a penalty relative to the strongest that makes sense.

    Without this, a head that attends weakly everywhere pays more for the same say. The weights that are returned belong
    to the maps as they are.

    Parameters
    ----------
    pairs
        Those of all training proteins.
    strength
        C over the smallest C with which a weight is not zero; larger means weaker regularisation.
    with_jacobian
        Whether the Jacobian's map is one more feature.
    seed
        See :func:`fit_regression`.

    Raises
    ------
    DatasetError
        If all or none of the pairs touch.
    """
    rows = pairs.rows(with_jacobian=with_jacobian)
    share = pairs.weights / pairs.weights.sum()
    means = share @ rows
    deviations = np.sqrt(np.maximum(share @ np.square(rows, dtype=np.float64) - means**2, 0))
    deviations[deviations == 0] = 1.0
    residuals = pairs.weights * (pairs.contacts - share @ pairs.contacts)
    steepest = np.abs(residuals @ rows / deviations).max()
    least = 1.0 if steepest == 0 else 1 / steepest
    return _fit(pairs, deviations, inverse_penalty=strength * least, with_jacobian=with_jacobian, seed=seed)


def _fit(
    pairs: TrainingPairs,
    scales: Float64[np.ndarray, " feature"],
    *,
    inverse_penalty: float,
    with_jacobian: bool = False,
    seed: int,
) -> ContactRegression:
    from sklearn.linear_model import LogisticRegression

    contacts = pairs.contacts
    if contacts.all() or not contacts.any():
        found = f"{int(contacts.sum())} contacts among {len(contacts)} pairs"
        raise DatasetError(explain("fitting contacts", found=found, hint="train on more proteins"))
    layers, heads, _ = pairs.features.shape
    model = LogisticRegression(
        C=inverse_penalty, l1_ratio=1.0, solver="liblinear", random_state=seed, max_iter=10_000, tol=1e-3
    )
    model.fit(pairs.rows(with_jacobian=with_jacobian) / scales, contacts, sample_weight=pairs.weights)
    coefficients = model.coef_[0] / scales
    return ContactRegression(
        coefficients[: layers * heads].reshape(layers, heads),
        float(model.intercept_[0]),
        float(coefficients[-1]) if with_jacobian else 0.0,
    )
