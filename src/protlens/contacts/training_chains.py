"""What is kept of a training chain after the model has read it once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

from protlens.contacts.head_scores import SELECTION, weighted_scores
from protlens.contacts.labelled_chains import LabelledChain
from protlens.contacts.training_pairs import TrainingPairs, choose_pairs
from protlens.models.protocol import AttentionModel
from protlens.pairs.pair_statistics import PairCounts, count_pairs


@dataclass(frozen=True, slots=True, eq=False)
class TrainingChain:
    """A chain that scores are learned on.

    Parameters
    ----------
    id
        The protein's.
    precision
        Of each head by itself, long range at L; NaN where the chain has no such pairs.
    pairs
        What the regression sees.
    counts
        Pairs and contacts by separation and amino acids.
    """

    id: str
    precision: Float64[np.ndarray, "layer head"]
    pairs: TrainingPairs
    counts: PairCounts


def read_training_chain(
    model: AttentionModel,
    chain: LabelledChain,
    *,
    most_pairs: int,
    seed: int,
    jacobian: Float32[np.ndarray, " pair"] | None = None,
) -> TrainingChain:
    """Run a model on a chain and keep what is learned from.

    Parameters
    ----------
    model, chain
        What to run on what.
    most_pairs
        See :func:`~protlens.contacts.training_pairs.choose_pairs`; heads are rated on all pairs.
    seed
        Random seed of the pairs, together with the protein's id.
    jacobian
        The Jacobian's scores of all pairs of the chain.
    """
    known = np.flatnonzero(chain.known)
    rng = np.random.default_rng([seed, *chain.protein.id.encode()])
    chosen, weights = choose_pairs(known, chain.contacts, most=most_pairs, rng=rng)
    precision = np.empty((model.info.layers, model.info.heads))
    features = np.empty((*precision.shape, len(chosen)), np.float32)

    def keep(layer: int, scores: Float32[np.ndarray, "head pair"]) -> None:
        precision[layer] = selection_precision(chain, scores)
        features[layer] = scores[:, chosen]

    no_scores = np.zeros((0, *precision.shape))
    weighted_scores(model, chain.protein, chain.pairs, weights=no_scores, on_layer=keep)
    pairs = TrainingPairs(features, chain.contacts[chosen], weights, None if jacobian is None else jacobian[chosen])
    counts = count_pairs(chain.protein.sequence, chain.pairs.take(known), chain.contacts[known])
    return TrainingChain(chain.protein.id, precision, pairs, counts)


def selection_precision(
    chain: LabelledChain, scores: Float32[np.ndarray, "score pair"] | Float64[np.ndarray, "score pair"]
) -> Float64[np.ndarray, " score"]:
    """Return the precision by which scores are chosen, NaN where the chain has no pairs in the range."""
    return chain.precision(scores).filter(**SELECTION).sort("score")["precision"].cast(float).to_numpy()


def rank_heads(precision: Sequence[Float64[np.ndarray, "layer head"]]) -> list[tuple[int, int]]:
    """Return the heads by mean precision over chains, best first; a tie goes to the earlier head.

    Parameters
    ----------
    precision
        Of each chain; one without pairs in the range does not count.
    """
    stacked = np.stack(precision)
    rated = stacked[~np.isnan(stacked).any(axis=(1, 2))]
    means = rated.mean(axis=0) if len(rated) else np.zeros(stacked.shape[1:])
    order = np.argsort(-means, axis=None, kind="stable")
    return [divmod(int(place), means.shape[1]) for place in order]
