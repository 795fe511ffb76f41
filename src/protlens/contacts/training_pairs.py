"""The residue pairs that a regression of contacts is fitted on."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64


@dataclass(frozen=True, slots=True, eq=False)
class TrainingPairs:
    """The residue pairs that a regression is fitted on.

    Parameters
    ----------
    features
        Symmetric, corrected attention of each pair.
    contacts
        Which pairs touch.
    weights
        How many pairs each stands for.
    jacobian
        The Jacobian's map, if it is fitted too.
    """

    features: Float32[np.ndarray, "layer head pair"]
    contacts: Bool[np.ndarray, " pair"]
    weights: Float64[np.ndarray, " pair"]
    jacobian: Float32[np.ndarray, " pair"] | None = None

    def rows(self, *, with_jacobian: bool = False) -> Float32[np.ndarray, "pair feature"]:
        """Return the features of each pair, the Jacobian last."""
        layers, heads, pairs = self.features.shape
        columns = self.features.reshape(layers * heads, pairs)
        if with_jacobian and self.jacobian is not None:
            columns = np.concatenate([columns, self.jacobian[None]])
        return columns.T


def join_pairs(parts: list[TrainingPairs]) -> TrainingPairs:
    """Return the pairs of several chains as one; the Jacobian is kept if all have it."""
    jacobians = [part.jacobian for part in parts if part.jacobian is not None]
    return TrainingPairs(
        np.concatenate([part.features for part in parts], axis=2),
        np.concatenate([part.contacts for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate(jacobians) if len(jacobians) == len(parts) else None,
    )


def choose_pairs(
    known: Int64[np.ndarray, " known"], contacts: Bool[np.ndarray, " pair"], *, most: int, rng: np.random.Generator
) -> tuple[Int64[np.ndarray, " chosen"], Float64[np.ndarray, " chosen"]]:
    """Return places of at most this many pairs, and how many pairs each stands for.

    Contacts are few and tell more than others, so up to half of the places are theirs; the weights keep sums over all
    known pairs right in the mean, and so the probabilities.

    Parameters
    ----------
    known
        Places of the pairs of which it is known whether they touch.
    contacts
        Which pairs touch.
    most
        The most pairs to return, 2 or more.
    rng
        Draws without replacement.
    """
    touching = contacts[known]
    positive, negative = known[touching], known[~touching]
    kept = [_draw(positive, max(most // 2, most - len(negative)), rng)]
    kept.append(_draw(negative, most - len(kept[0]), rng))
    sizes = zip(map(len, kept), map(len, (positive, negative)), strict=True)
    weights = [np.full(some, every / max(1, some)) for some, every in sizes]
    places = np.concatenate(kept)
    order = np.argsort(places)
    return places[order], np.concatenate(weights)[order]


def _draw(places: Int64[np.ndarray, " place"], most: int, rng: np.random.Generator) -> Int64[np.ndarray, " drawn"]:
    return places if len(places) <= most else rng.choice(places, size=most, replace=False)
