"""Choosing heads and fitting regressions on a few labelled proteins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from jaxtyping import Float64

from protlens.contacts.choices import HEAD_COUNTS, STRENGTHS, Candidates, Choice, candidates, choose
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.evaluation import PUBLISHED, REGRESSION, TOP
from protlens.contacts.head_scores import mean_of, weighted_scores
from protlens.contacts.labelled_chains import LabelledChains
from protlens.contacts.regression import INVERSE_PENALTY, ContactRegression, fit_regression, fit_scaled
from protlens.contacts.training_chains import TrainingChain, rank_heads, selection_precision
from protlens.contacts.training_pairs import join_pairs
from protlens.models.protocol import AttentionModel
from protlens.pairs.pair_statistics import PairStatistics, learn_statistics


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrainedScores:
    """Ways to score pairs, learned on the same proteins.

    Parameters
    ----------
    proteins
        Ids of these proteins.
    ranked
        Their best heads, the highest precision first, zero-based layer and head.
    choice
        How many heads are averaged and how strong the penalty is, and how well other values did.
    regression
        Over all heads, the one that is saved.
    published
        As Rao et al. fit it; None if that is what was saved.
    fusion
        Over all heads and the Jacobian; None if there was none.
    statistics
        What separation and amino acids say without the model.
    """

    proteins: tuple[str, ...]
    ranked: tuple[tuple[int, int], ...]
    choice: Choice
    regression: ContactRegression
    published: ContactRegression | None
    fusion: ContactRegression | None
    statistics: PairStatistics

    @property
    def best(self) -> tuple[int, int]:
        """The head of the highest precision."""
        return self.ranked[0]

    @property
    def top(self) -> tuple[tuple[int, int], ...]:
        """The heads that are averaged."""
        return self.ranked[: self.choice.heads]

    def weights(self) -> dict[str, Float64[np.ndarray, "layer head"]]:
        """Return the weights of what was chosen and fitted on attention alone, by the method's name in tables."""
        rows = {TOP: self.mean_of_heads(self.choice.heads), REGRESSION: self.regression.weights}
        return rows if self.published is None else rows | {PUBLISHED: self.published.weights}

    def mean_of_heads(self, count: int) -> Float64[np.ndarray, "layer head"]:
        """Return the weights of the mean over this many of the best heads."""
        layers, heads = self.regression.weights.shape
        return mean_of(self.ranked[:count], layers=layers, per_layer=heads)


def learn_scores(
    model: AttentionModel,
    read: Mapping[int, TrainingChain],
    chains: LabelledChains,
    draws: Sequence[Sequence[int]],
    options: ContactOptions,
) -> tuple[TrainedScores, ...]:
    """Choose heads and fit regressions on each draw of training proteins.

    What is chosen inside the draws costs one more run of the model on each training protein, for all draws together.

    Parameters
    ----------
    model
        What the chains were read by.
    read
        The training chains of all draws, by their position in the dataset.
    chains
        Of the dataset.
    draws
        Positions of the training proteins.
    options
        What is fixed and what is chosen.

    Raises
    ------
    DatasetError
        If all or none of the pairs touch.
    """
    heads = HEAD_COUNTS if options.top is None else (options.top,)
    strengths = STRENGTHS if options.inverse_penalty is None else ()
    tried = [
        candidates(
            {position: read[position] for position in draw},
            {position: chains.clusters[position] for position in draw},
            heads=heads,
            strengths=strengths,
            seed=options.seed,
        )
        for draw in draws
    ]
    rated = _rate_candidates(model, chains, tried) if len(heads) + len(strengths) > 1 else [[] for _ in draws]
    return tuple(
        _learn([read[position] for position in draw], choose(one, precision), options)
        for draw, one, precision in zip(draws, tried, rated, strict=True)
    )


def _rate_candidates(
    model: AttentionModel, chains: LabelledChains, tried: Sequence[Candidates]
) -> list[list[Float64[np.ndarray, " value"]]]:
    """Run the model once on each training protein, and rate what every draw has learned without it."""
    rated: list[list[Float64[np.ndarray, " value"]]] = [[] for _ in tried]
    for position in sorted({position for one in tried if one.weights for position in one.folds}):
        chain = chains[position]
        drawn = [number for number, one in enumerate(tried) if one.weights and position in one.folds]
        weights = np.concatenate([tried[number].of(position) for number in drawn])
        scores = weighted_scores(model, chain.protein, chain.pairs, weights=weights)
        ends = np.cumsum([len(tried[number].values) for number in drawn])
        for number, row in zip(drawn, np.split(selection_precision(chain, scores), ends[:-1]), strict=True):
            rated[number].append(row)
    return rated


def _learn(read: Sequence[TrainingChain], choice: Choice, options: ContactOptions) -> TrainedScores:
    pairs, penalty = join_pairs([chain.pairs for chain in read]), options.inverse_penalty
    published = fit_regression(pairs, inverse_penalty=penalty or INVERSE_PENALTY, seed=options.seed)
    scaled = partial(fit_scaled, pairs, strength=choice.strength, seed=options.seed)
    return TrainedScores(
        proteins=tuple(chain.id for chain in read),
        ranked=tuple(rank_heads([chain.precision for chain in read])),
        choice=choice if options.top is None else replace(choice, heads=options.top),
        regression=scaled() if penalty is None else published,
        published=published if penalty is None else None,
        fusion=None if pairs.jacobian is None else scaled(with_jacobian=True),
        statistics=learn_statistics(np.sum([chain.counts for chain in read], axis=0)),
    )
