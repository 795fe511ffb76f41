"""Logistic regression of contacts on the attention of all heads.

References
----------
Rao, Meier, Sercu, Ovchinnikov and Rives, "Transformer protein language models are unsupervised structure learners"
(ICLR 2021): L1 penalty with C = 0.15, twenty training proteins, pairs at least six apart.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64
from scipy.special import expit

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
    """

    weights: Float64[np.ndarray, "layer head"]
    intercept: float

    def probabilities(self, scores: Float64[np.ndarray, " pair"]) -> Float64[np.ndarray, " pair"]:
        """Return probabilities of contact from weighted sums of the maps, without the intercept."""
        return np.asarray(expit(scores + self.intercept))


def fit_regression(
    features: Float[np.ndarray, "layer head pair"],
    contacts: Bool[np.ndarray, " pair"],
    *,
    inverse_penalty: float = INVERSE_PENALTY,
    seed: int = 0,
) -> ContactRegression:
    """Fit an L1-penalised logistic regression with scikit-learn's liblinear, as published.

    liblinear penalises the intercept too, as one more weight.

    Parameters
    ----------
    features
        Symmetric, corrected attention of the pairs of all training proteins.
    contacts
        Which pairs touch.
    inverse_penalty
        C: larger means weaker regularisation.
    seed
        Random seed of the solver's order of coordinates.

    Raises
    ------
    DatasetError
        If all or none of the pairs touch.
    """
    from sklearn.linear_model import LogisticRegression

    if contacts.all() or not contacts.any():
        found = f"{int(contacts.sum())} contacts among {len(contacts)} pairs"
        raise DatasetError(explain("fitting contacts", found=found, hint="train on more proteins"))
    layers, heads, pairs = features.shape
    model = LogisticRegression(
        C=inverse_penalty, l1_ratio=1.0, solver="liblinear", random_state=seed, max_iter=10_000, tol=1e-6
    )
    model.fit(features.reshape(layers * heads, pairs).T, contacts)
    return ContactRegression(model.coef_.reshape(layers, heads), float(model.intercept_[0]))


def sample_pairs(pairs: int, *, most: int, rng: np.random.Generator) -> Int64[np.ndarray, " chosen"]:
    """Return places of at most this many pairs, drawn without regard to contact so that probabilities stay right."""
    if pairs <= most:
        return np.arange(pairs)
    return np.sort(rng.choice(pairs, size=most, replace=False))
