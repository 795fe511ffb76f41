"""How likely is each site to have a property, given its protein and what a control holds fixed?

A logistic model, ``logit p = protein + class of factor 1 + class of factor 2 ...``, fitted to the labels alone: no head
plays a part in it. On the scale of odds an effect of amino acids holds in proteins that are rich in a property and in
those that are poor in it; products of rates do not. With no factor, p is the rate of the protein.

Given the effects of the classes, that of a protein follows from its own labels, so that these alone are found by
Newton's steps, each from sums over all proteins; of a protein its effect is kept, from which the next step goes on.

References
----------
Breslow and Day, Statistical Methods in Cancer Research I (IARC, 1980), chapters 6 and 7.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float64, Int64

from protlens.runs.sites import Sites
from protlens.stats.additive import Additive
from protlens.stats.alignment import ratio
from protlens.stats.merged_sites import MergedRows, MergedSites

RIDGE = 0.1
"""Prior weight that draws a class of a factor to no effect, so that a class without positives stays finite."""

_LONGEST_STEP = 2.0
_TOLERANCE = 1e-4
"""Step on the scale of log odds after which the next one, about its square, is of no account."""
_ROUNDS = 60
_OWN_ROUNDS = 100

FactorCounts: TypeAlias = dict[str, Int64[np.ndarray, "2 class"]]
"""Trials and positives of each class of each factor."""


def factor_counts(parts: Iterable[Sites]) -> FactorCounts:
    """Return trials and positives by the classes of each factor, over all parts."""
    totals: FactorCounts = {}
    for sites in parts:
        for name, classes in sites.factors.items():
            trials = sites.once_of_places(("trials", name), partial(np.bincount, classes, sites.trials))
            found = np.array([trials, np.bincount(classes, sites.positive)], np.int64)
            totals[name] = _added(totals[name], found) if name in totals else found
    return totals


def _added(one: Int64[np.ndarray, "2 _"], other: Int64[np.ndarray, "2 _"]) -> Int64[np.ndarray, "2 class"]:
    """Return the sum of two, of which one may know fewer classes."""
    fewer, more = sorted([one, other], key=np.size)
    total = more.copy()
    total[:, : fewer.shape[1]] += fewer
    return total


def decides(counts: Int64[np.ndarray, "2 class"]) -> bool:
    """Return whether each class of a factor holds positives only or none, as the amino acid does for an amino acid."""
    trials, positive = counts
    return bool(((positive == 0) | (positive == trials)).all())


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of some factors that have sites, numbered over all of these factors.

    Parameters
    ----------
    columns
        By factor the number of each of its classes, -1 for one without sites.
    alone
        The log odds of each class beside those of all sites: about its effect, if the factors do not go together.
    """

    columns: dict[str, Int64[np.ndarray, " class"]]
    alone: Float64[np.ndarray, " number"]

    @classmethod
    def of(cls, counts: FactorCounts, factors: Sequence[str]) -> "Classes":
        """Return the classes of these factors."""
        columns, size, alone = {}, 0, [np.zeros(0)]
        for name in factors:
            there = counts[name][0] > 0
            columns[name] = np.where(there, size + np.cumsum(there) - 1, -1)
            size += int(there.sum())
            trials, positive = counts[name][:, there]
            everywhere = _log_odds(trials.sum(keepdims=True), positive.sum(keepdims=True))
            alone.append(_log_odds(trials, positive) - everywhere)
        return cls(columns, np.concatenate(alone))

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.alone)

    def merged(self, sites: Sites) -> MergedSites:
        """Return the sites, those alike in protein and classes as one."""
        key = tuple((name, numbers.tobytes()) for name, numbers in self.columns.items())
        return sites.once_of_places(("merged", key), partial(self._merged, sites))

    def _merged(self, sites: Sites) -> MergedSites:
        rows = [numbers[sites.factors[name]] for name, numbers in self.columns.items()]
        at = np.array(rows, np.int64).reshape(len(rows), len(sites.protein))
        return MergedSites.merge(sites, at, self.size)


def _log_odds(trials: Int64[np.ndarray, " _"], positive: Int64[np.ndarray, " _"]) -> Float64[np.ndarray, " _"]:
    """Return log odds with half a site more on either side, which keeps them finite (Haldane and Anscombe)."""
    return np.asarray(np.log((positive + 0.5) / (trials - positive + 0.5)))


@dataclass(frozen=True, slots=True)
class Fit:
    """The effects of classes on the scale of log odds; those of proteins follow from their labels."""

    classes: Classes
    effects: Float64[np.ndarray, " class"]

    def rates(self, sites: Sites) -> Float64[np.ndarray, " site"]:
        """Return the share of positives to be expected at each site; their sum over a protein is its own number.

        Where not all residues attend to all, a site counts as often as residues can attend to it, in either sum.
        """
        return sites.once("rates", partial(self._rates, sites), of=self)

    def _rates(self, sites: Sites) -> Float64[np.ndarray, " site"]:
        if not self.classes.size:
            held, total = (np.bincount(sites.protein, one * sites.weights) for one in (sites.positive, sites.trials))
            return np.asarray(ratio(held, total)[sites.protein])
        labels = _labels(sites, self.classes)
        rates = labels.share.copy()
        if labels.positive.size:
            rates[labels.varied] = _expit(self.predictors(labels, None)[0])
        sites.forget("labels", of=self.classes)
        return np.asarray(rates[self.classes.merged(sites).of])

    def predictors(
        self, labels: "_Labels", own: Float64[np.ndarray, " protein"] | None
    ) -> tuple[Float64[np.ndarray, " row"], Float64[np.ndarray, " protein"]]:
        """Return the log odds of the rows of labels, and the effects of their proteins, sought from those given on."""
        shift = self.effects[labels.rows.classes].sum(axis=0)
        own = _own_effects(labels, shift, own)
        return labels.spread(own) + shift, own


@dataclass(frozen=True, slots=True)
class _Labels:
    """What every fit to the labels of some sites begins with.

    Parameters
    ----------
    share
        The share of positives of the protein of each row of merged sites.
    varied
        The rows of proteins with positives and others; the rest is of these alone.
    rows, positive
        These rows, and their positives.
    starts, lengths
        The first row and the number of rows of each of these proteins.
    held, total
        Positives and trials of each.
    """

    share: Float64[np.ndarray, " all"]
    varied: Bool[np.ndarray, " all"]
    rows: MergedRows
    positive: Float64[np.ndarray, " row"]
    starts: Int64[np.ndarray, " protein"]
    lengths: Int64[np.ndarray, " protein"]
    held: Float64[np.ndarray, " protein"]
    total: Float64[np.ndarray, " protein"]

    @classmethod
    def of(cls, merged: MergedSites, sites: Sites) -> "_Labels":
        positive = merged.positive(sites)
        held, total = (merged.by_protein(values)[:, 0] for values in (positive, merged.trials))
        share = ratio(held, total)
        proteins = (share > 0) & (share < 1)
        varied = proteins[merged.protein]
        rows = merged.chosen(proteins)
        lengths = np.bincount(rows.protein, minlength=rows.proteins)
        starts = np.cumsum(lengths) - lengths
        by_row = share[merged.protein]
        return cls(by_row, varied, rows, positive[varied], starts, lengths, held[proteins], total[proteins])

    def spread(self, values: Float64[np.ndarray, " protein"]) -> Float64[np.ndarray, " row"]:
        """Return the value of the protein of each row."""
        return np.repeat(values, self.lengths)

    def by_protein(self, values: Float64[np.ndarray, " row"]) -> Float64[np.ndarray, " protein"]:
        """Return sums by protein."""
        return np.asarray(np.add.reduceat(values, self.starts))


def _labels(sites: Sites, classes: Classes) -> _Labels:
    return sites.once("labels", lambda: _Labels.of(classes.merged(sites), sites), of=classes)


def _expit(values: Float64[np.ndarray, " row"]) -> Float64[np.ndarray, " row"]:
    """Return ``1 / (1 + exp(-x))``; steps are bounded, so that no exponential is beyond what a number can be."""
    found = np.exp(-values)
    found += 1
    return np.asarray(np.reciprocal(found, out=found))


def _own_effects(
    labels: _Labels, shift: Float64[np.ndarray, " row"], own: Float64[np.ndarray, " protein"] | None
) -> Float64[np.ndarray, " protein"]:
    """Return the effect of each protein that gives its own number of positives (Newton's steps)."""
    trials, held, total = labels.rows.trials, labels.held, labels.total
    if own is None:
        own = np.log(held / (total - held)) - labels.by_protein(trials * shift) / total
    for _ in range(_OWN_ROUNDS):
        rate = _expit(labels.spread(own) + shift)
        expected = trials * rate
        information = labels.by_protein(expected * (1 - rate))
        step = ratio(held - labels.by_protein(expected), information, undefined=0.0)
        step = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        own = own + step
        if np.abs(step).max() < _TOLERANCE:
            break
    return np.asarray(own)


@dataclass(frozen=True, slots=True)
class _Slopes(Additive):
    """What a step follows from: the loss, its slope, and the information on the effects beside those of proteins."""

    loss: float
    score: Float64[np.ndarray, " class"]
    information: Float64[np.ndarray, "class class"]

    @classmethod
    def of(cls, labels: _Labels, predictors: Float64[np.ndarray, " row"]) -> "_Slopes":
        rows, positive = labels.rows, labels.positive
        rates = _expit(predictors)
        expected = rows.trials * rates
        spread = expected * (1 - rates)
        loss = float((rows.trials - positive) @ predictors - rows.trials @ np.log(rates))
        crossed = rows.by_protein_and_class(spread)
        beside = crossed.T @ ratio(crossed, labels.by_protein(spread)[:, None], undefined=0.0)
        return cls(loss, rows.by_class(positive - expected), rows.by_two_classes(spread, crossed.sum(axis=0)) - beside)

    @classmethod
    def none(cls, size: int) -> "_Slopes":
        return cls(0.0, np.zeros(size), np.zeros((size, size)))


class _Search:
    """Newton's steps for the effects of the classes of one set of factors; a step that does not help is halved."""

    def __init__(self, classes: Classes) -> None:
        self.effects: np.ndarray = classes.alone
        self.done = classes.size == 0
        self._classes = classes
        self._step: np.ndarray = np.zeros(classes.size)
        self._loss = np.inf
        self._own: dict[int, np.ndarray] = {}

    @property
    def fit(self) -> Fit:
        return Fit(self._classes, self.effects)

    def slopes(self, number: int, sites: Sites) -> _Slopes:
        """Return what the next step follows from, of the part of this number."""
        labels = _labels(sites, self._classes)
        if not labels.positive.size:
            return _Slopes.none(self._classes.size)
        predictors, self._own[number] = self.fit.predictors(labels, self._own.get(number))
        return _Slopes.of(labels, predictors)

    def go_on(self, slopes: _Slopes) -> None:
        loss = slopes.loss + RIDGE / 2 * float(self.effects @ self.effects)
        if loss > self._loss + 1e-9 * abs(self._loss):
            self._step = self._step / 2
            self.effects = self.effects - self._step
            return
        information = slopes.information + RIDGE * np.eye(len(self.effects))
        step = np.linalg.solve(information, slopes.score - RIDGE * self.effects)
        longest = float(np.abs(step).max())
        self._step = step * min(1.0, _LONGEST_STEP / max(longest, 1e-300))
        self.effects, self._loss = self.effects + self._step, loss
        self.done = longest < _TOLERANCE


def fit_effects(parts: Callable[[], Iterable[Sites]], classes: Sequence[Classes]) -> list[Fit]:
    """Return a fit for each set of classes; all go over the parts together.

    Parameters
    ----------
    parts
        Gives the sites of some proteins at a time, all anew with each call.
    classes
        Of the factors of each fit.
    """
    searches = [_Search(one) for one in classes]
    for _ in range(_ROUNDS):
        going = [search for search in searches if not search.done]
        if not going:
            break
        sums: list[_Slopes] = []
        for number, sites in enumerate(parts()):
            found = [search.slopes(number, sites) for search in going]
            sums = [before + one for before, one in zip(sums, found, strict=True)] if sums else found
        for search, slopes in zip(going, sums, strict=True):
            search.go_on(slopes)
    return [search.fit for search in searches]


def fitted_rates(sites: Sites, factors: Sequence[str]) -> Float64[np.ndarray, " site"]:
    """Return the rates of sites that are all in memory.

    Parameters
    ----------
    sites
        The places where one property may hold, and where it does.
    factors
        Names of factors of the sites.
    """
    parts = [sites]
    classes = Classes.of(factor_counts(parts), factors)
    return fit_effects(lambda: parts, [classes])[0].rates(sites)
