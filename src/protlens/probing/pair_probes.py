"""Contact probes: what the hidden states, and the attention, of each layer say about which residues touch.

Attention of layer l stands beside the states that leave layer l. A probe of attention sees the symmetric attention of
all heads of the layer, without and with the average product correction.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Float64, Int64
from scipy.special import expit

from protlens.data.amino_acid_codes import amino_acid_codes
from protlens.data.protein import Protein
from protlens.data.splits import PARTS, Split
from protlens.models.protocol import AttentionModel
from protlens.pairs.attention_maps import HeadMaps, average_product_correction, pair_scores, visit_maps
from protlens.pairs.pair_statistics import PairStatistics, count_pairs, learn_statistics
from protlens.pairs.precision import pair_precision
from protlens.pairs.residue_pairs import ResiduePairs
from protlens.probing.estimators import LogisticProbe
from protlens.probing.features import Features
from protlens.probing.fitting import FittedProbe, fit_best
from protlens.probing.pair_features import letter_features, sampled_attention, state_features, state_logits
from protlens.probing.pair_samples import Labelled, PairSample, labelled_by, sample_pairs
from protlens.probing.probe_options import ProbeOptions
from protlens.probing.residue_probes import SCHEMA, SUPPORT, table_rows
from protlens.probing.scores import Weights, measure, weighted_mean
from protlens.properties.mask import Property
from protlens.stats.alignment import ratio
from protlens.stats.intervals import wilson_interval

EDGES = (0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
"""Edges of the bins of predicted probability in the table of reliability, finer where most pairs are."""

_BINS = len(EDGES) - 1

VARIANTS = ("attention", "attention_apc")


class PairSource(NamedTuple):
    """What a pair is scored by: ``embedding``, ``attention``, ``attention_apc``, or a baseline without a layer."""

    name: str
    layer: int | None


BASELINES = (
    PairSource("majority", None),
    PairSource("separation", None),
    PairSource("separation_amino_acid", None),
)
"""What is scored without a probe: one score for all pairs, pairs closer in sequence first, and what separation and
amino acids say together, learned on all labelled pairs of the training proteins."""

Fitted = dict[PairSource, list[FittedProbe]]
"""The probes of each source, one for each seed."""


@dataclass(frozen=True, slots=True)
class ContactProbes:
    """The result of :func:`contact_probes`.

    Parameters
    ----------
    table
        Columns as in :func:`~protlens.probing.residue_probes.residue_probe_table`. Metrics are
        ``precision:RANGE:K``, the mean over test proteins; ``validation`` is the mean logarithm of the probability that
        sampled validation pairs are given for what they are; unlike a ranking it also asks for honest probabilities.
    reliability
        ``source, layer, bin_low, bin_high, pairs, hits, predicted, observed, ci_low, ci_high``: test pairs by the
        probability that the probe of the first seed gives them, the mean of it, and the share that touches.
    support
        ``property, class, part, residues, proteins``; its ``residues`` are pairs.
    """

    table: pl.DataFrame
    reliability: pl.DataFrame
    support: pl.DataFrame


def contact_probes(
    model: AttentionModel,
    features: Features,
    proteins: Sequence[Protein],
    *,
    contact: Property,
    split: Split,
    options: ProbeOptions,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> ContactProbes:
    """Fit and measure the contact probes of all layers, and what they are compared with.

    Parameters
    ----------
    model
        Shows its attention.
    features, proteins
        The hidden states of these proteins.
    contact
        Which pairs touch; a symmetric property.
    split, options
        Which proteins are fitted on and measured, and how. ``options.paper`` gives the definitions of the published
        probes: fitted to both directions of a pair, scored by the mean of both, each pair counting twice.
    on_progress
        Called with the test proteins done and their number.
    """
    labelled = labelled_by(contact, proteins)
    support = pl.concat([_support(contact.name, part, getattr(split, part), labelled) for part in PARTS])
    trains = sample_pairs(split.train, labelled, size=options.pairs, seeds=options.all_seeds)
    validation = sample_pairs(split.validation, labelled, size=options.pairs, seeds=options.all_seeds[:1])[0]
    test = [number for number in split.test if len(labelled(number)[0])]
    if options.paper:
        trains, validation = [sample.both_directions() for sample in trains], validation.both_directions()
    if len(np.unique(trains[0].labels)) < 2 or not test:
        return ContactProbes(pl.DataFrame(schema=SCHEMA), pl.DataFrame(schema=RELIABILITY), support)
    fitted = dict(_fit_all(model, features, proteins, trains, validation, options))
    statistics = _learn_statistics(split.train, labelled, proteins)
    scored = _Scored(list(fitted), options)
    for done, number in enumerate(test, start=1):
        pairs, touching = labelled(number)
        states = [features.protein(layer, number) for layer in range(features.layers)]
        logits = _test_logits(model, states, proteins[number], pairs, fitted, both=options.paper)
        fixed = _baseline_scores(statistics, proteins[number].sequence, pairs)
        scored.add(logits, fixed, pairs, touching, length=len(proteins[number]))
        on_progress(done, len(test))
    return ContactProbes(scored.table(contact.name, fitted), scored.reliability(), support)


def _fit_all(
    model: AttentionModel,
    features: Features,
    proteins: Sequence[Protein],
    trains: Sequence[PairSample],
    validation: PairSample,
    options: ProbeOptions,
) -> Iterator[tuple[PairSource, list[FittedProbe]]]:
    samples = [*trains, validation]
    labels = [sample.labels.astype(np.int64) for sample in samples]
    fit = partial(_fit, labels=labels, options=options)
    for layer in range(features.layers):
        states = features.layer(layer)
        yield PairSource("embedding", layer), fit([_ends(states, features.starts, sample) for sample in samples])
    shown = sampled_attention(model, proteins, samples)
    for layer in range(model.info.layers):
        for variant, name in enumerate(VARIANTS):
            yield PairSource(name, layer + 1), fit([values[variant, layer].T for values in shown])
    codes = np.concatenate([amino_acid_codes(protein.sequence) for protein in proteins])
    letters = [letter_features(*_places(codes, features.starts, sample)) for sample in samples]
    yield PairSource("amino_acid", None), fit(letters)


def _learn_statistics(chosen: Sequence[int], labelled: Labelled, proteins: Sequence[Protein]) -> PairStatistics:
    return learn_statistics(
        np.sum([count_pairs(proteins[number].sequence, *labelled(number)) for number in chosen], axis=0)
    )


def _baseline_scores(
    statistics: PairStatistics, sequence: str, pairs: ResiduePairs
) -> Float64[np.ndarray, "baseline pair"]:
    """Return the scores of ``BASELINES``."""
    separations = pairs.separations.astype(np.float64)
    return np.stack([np.zeros(len(pairs)), -separations, statistics.scores(sequence, pairs)])


def _places(values: np.ndarray, starts: Int64[np.ndarray, " border"], sample: PairSample) -> list[np.ndarray]:
    """Return the values of the first and of the second residues of a sample's pairs."""
    return [np.asarray(values[starts[sample.proteins] + ends]) for ends in (sample.pairs.first, sample.pairs.second)]


def _ends(
    states: Float[np.ndarray, "row channel"], starts: Int64[np.ndarray, " border"], sample: PairSample
) -> Float[np.ndarray, "pair feature"]:
    return state_features(*_places(states, starts, sample))


def _fit(
    samples: Sequence[Float[np.ndarray, "..."]], *, labels: Sequence[Int64[np.ndarray, " pair"]], options: ProbeOptions
) -> list[FittedProbe]:
    """Fit one probe for each seed; the last sample is for validation, and the first seed chooses the penalty."""
    strengths, fitted = options.strengths, []

    def validate(probe: LogisticProbe) -> float:
        if not len(labels[-1]):
            return float("nan")
        return float(probe.predict_log_proba(samples[-1])[np.arange(len(labels[-1])), labels[-1]].mean())

    for values, truth in zip(samples[:-1], labels[:-1], strict=True):
        one = fit_best(values, truth, strengths=strengths, validate=validate)
        strengths = (one.strength,)
        fitted.append(one)
    return fitted


Logits = Float64[np.ndarray, "seed pair"]


def _test_logits(
    model: AttentionModel,
    states: Sequence[Float[np.ndarray, "residue channel"]],
    protein: Protein,
    pairs: ResiduePairs,
    fitted: Fitted,
    *,
    both: bool,
) -> dict[PairSource, Logits]:
    """Return the logits of a test protein's pairs; ``both`` takes the mean of the two directions."""
    logits: dict[PairSource, Logits] = {}
    for layer, seen in enumerate(states):
        source = PairSource("embedding", layer)
        logits[source] = np.stack([_state_logits(one.probe, seen, pairs, both=both) for one in fitted[source]])

    def keep(layer: int, maps: HeadMaps) -> None:
        for name, shown in zip(VARIANTS, (maps, average_product_correction(maps)), strict=True):
            source, values = PairSource(name, layer + 1), pair_scores(shown, pairs).T
            logits[source] = np.stack([one.probe.decision_function(values) for one in fitted[source]])

    visit_maps(model, protein, keep, apc=False)
    codes, letters = amino_acid_codes(protein.sequence), PairSource("amino_acid", None)
    seen = letter_features(codes[pairs.first], codes[pairs.second])
    logits[letters] = np.stack([one.probe.decision_function(seen) for one in fitted[letters]])
    return {source: logits[source] for source in fitted}


def _state_logits(
    probe: LogisticProbe, states: Float[np.ndarray, "residue channel"], pairs: ResiduePairs, *, both: bool
) -> Float64[np.ndarray, " pair"]:
    maps = state_logits(probe, states)
    forward = maps[pairs.first, pairs.second]
    return np.asarray((forward + maps[pairs.second, pairs.first]) / 2 if both else forward)


class _Scored:
    """Precision of each test protein, and how often pairs of similar probability touch."""

    def __init__(self, sources: Sequence[PairSource], options: ProbeOptions) -> None:
        self._sources = [*sources, *BASELINES]
        self._options = options
        self._tables: list[pl.DataFrame] = []
        self._sums = np.zeros((len(sources), 3, _BINS))

    def add(
        self,
        logits: dict[PairSource, Logits],
        fixed: Float64[np.ndarray, "baseline pair"],
        pairs: ResiduePairs,
        touching: Bool[np.ndarray, " pair"],
        *,
        length: int,
    ) -> None:
        """Count one protein in."""
        for place, source in enumerate(self._sources[: -len(BASELINES)]):
            chance = expit(logits[source][0])
            at = np.digitize(chance, EDGES[1:-1])
            for row, values in enumerate((np.ones_like(chance), touching, chance)):
                self._sums[place, row] += np.bincount(at, weights=values, minlength=_BINS)
        scores = np.concatenate([*logits.values(), *(np.tile(values, (self._options.seeds, 1)) for values in fixed)])
        times = 2 if self._options.paper else 1
        table = pair_precision(
            np.tile(scores, times), np.tile(touching, times), np.tile(pairs.separations, times), length=length
        )
        self._tables.append(table.with_columns(pl.lit(len(self._tables)).alias("protein")))

    def table(self, name: str, fitted: Fitted) -> pl.DataFrame:
        """Return the table of probes."""
        rows: list[dict[str, Any]] = []
        precisions = self._precisions()
        for place, source in enumerate(self._sources):
            seeds = range(place * self._options.seeds, (place + 1) * self._options.seeds)
            chosen = [{metric: values[seed] for metric, values in precisions.items()} for seed in seeds]
            measured = measure(
                partial(_weighted, chosen),
                proteins=len(self._tables),
                resamples=self._options.resamples,
                seed=self._options.seed,
            )
            probes = fitted.get(source, [])
            about = {
                "property": name,
                "source": source.name,
                "layer": source.layer,
                "validation": float(np.mean([one.validation for one in probes])) if probes else None,
                "strength": probes[0].strength if probes else None,
            }
            rows += table_rows(measured, about)
        return pl.DataFrame(rows, schema=SCHEMA).fill_nan(None)

    def _precisions(self) -> dict[str, Float64[np.ndarray, "score protein"]]:
        """Return the precision of each way of scoring and each protein, by range and number of pairs."""
        proteins, scores = len(self._tables), len(self._sources) * self._options.seeds
        joined = pl.concat(self._tables)
        parts = joined.partition_by("range", "k", as_dict=True, maintain_order=True)
        measured = {}
        for (band, k), part in parts.items():
            values = np.full((scores, proteins), np.nan)
            values[part["score"].to_numpy(), part["protein"].to_numpy()] = (
                part["precision"].fill_null(float("nan")).to_numpy()
            )
            measured[f"precision:{band}:{k}"] = values
        return measured

    def reliability(self) -> pl.DataFrame:
        """Return the table of reliability."""
        parts = []
        for (name, layer), (pairs, hits, chance) in zip(self._sources, self._sums, strict=False):
            whole_pairs, whole_hits = pairs.astype(np.int64), hits.astype(np.int64)
            low, high = wilson_interval(whole_hits, whole_pairs)
            columns = {
                "source": [name] * _BINS,
                "layer": [layer] * _BINS,
                "bin_low": EDGES[:-1],
                "bin_high": EDGES[1:],
                "pairs": whole_pairs,
                "hits": whole_hits,
                "predicted": ratio(chance, pairs),
                "observed": ratio(hits, pairs),
                "ci_low": low,
                "ci_high": high,
            }
            parts.append(pl.DataFrame(columns, schema=RELIABILITY).fill_nan(None))
        return pl.concat(parts)


RELIABILITY = {
    "source": pl.String,
    "layer": pl.Int64,
    "bin_low": pl.Float64,
    "bin_high": pl.Float64,
    "pairs": pl.Int64,
    "hits": pl.Int64,
    "predicted": pl.Float64,
    "observed": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
}


def _weighted(
    chosen: Sequence[dict[str, Float64[np.ndarray, " protein"]]], weights: Weights
) -> list[dict[str, Float64[np.ndarray, " resample"]]]:
    return [{metric: weighted_mean(values, weights) for metric, values in one.items()} for one in chosen]


def _support(name: str, part: str, chosen: Sequence[int], labelled: Labelled) -> pl.DataFrame:
    touching = [truth for number in chosen if len(truth := labelled(number)[1])]
    contacts, pairs = sum(int(truth.sum()) for truth in touching), sum(map(len, touching))
    return pl.DataFrame(
        {
            "property": name,
            "class": ["no", "yes"],
            "part": part,
            "residues": [pairs - contacts, contacts],
            "proteins": len(touching),
        },
        schema=SUPPORT,
    )
