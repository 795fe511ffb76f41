"""A model without some of its heads: measured on held-out proteins, compared with random heads, written to a folder."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from protlens.ablation.ablation_options import AblationOptions
from protlens.ablation.ablation_result import AblationAnalysis, AblationTables
from protlens.ablation.each_head import each_table, rank_correlations
from protlens.ablation.effects import Effect, draw_table, effect_table, effects_of
from protlens.ablation.head_sets import HeadSet, best_heads, parse_heads, random_sets
from protlens.ablation.held_out import HeldOut, hold_out, learn_regression
from protlens.ablation.measurement import Measurement
from protlens.ablation.set_results import ABLATION_FOLDER, SetResults
from protlens.contacts.contact_models import contact_models
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import load_regression, save_regression
from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.errors import FileFormatError, ModelError, OptionError, explain
from protlens.models.encoder import EncoderModel
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import AttentionModel
from protlens.naming import run_line
from protlens.output_folders import OutputFolder, change_since_written, open_folder
from protlens.plots.ablation_figure import ablation_figure
from protlens.plots.canvas import save_figure
from protlens.runs.manifest import is_same_model
from protlens.runs.sources import read_source
from protlens.runs.store import Run, as_run
from protlens.stats.run_tables import read_tables
from protlens.typing import PathInput, Progress

_REGRESSION = "regression.safetensors"
_DRAWN = ("loss", "embedding", "precision_L")
"""Measures whose effect is compared with the alignment of heads."""


def ablate(
    model: PathInput | AttentionModel | MaskedLanguageModel | None = None,
    dataset: PathInput | Dataset = "pdb-mini",
    *,
    heads: str | Iterable[str] | None = None,
    run: PathInput | Run | None = None,
    out: PathInput = "protlens-ablation",
    options: AblationOptions | None = None,
    fresh: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> AblationAnalysis:
    """Find what a model predicts worse without some of its heads.

    What is measured without a set of heads is kept in the folder: an ablation that was interrupted goes on there, and
    one of other heads of the same model on the same proteins takes from it what it needs.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a model that protlens has loaded; None takes that of the run, or
        mini-bert. The masked-language-model loss needs its head: a name brings it where there is one, as does
        :func:`protlens.load_masked_lm`.
    dataset
        A name of the catalog, a file, or a dataset.
    heads
        Labels of the heads that are left out together, ``"5-3,6-2"`` or one at a time.
    run
        A finished run of the model; without ``heads``, the heads that follow ``options.property`` best are left out.
    out
        The folder to write to.
    options
        The defaults if None.
    fresh
        Start over if the folder holds an ablation.
    on_progress
        Called with how often a protein was measured, and how often it will have been in all.

    Raises
    ------
    DatasetError
        If there are too few proteins of known structure to learn a contact regression on.
    ModelError
        If the model's attention is not computed by protlens, or is not the run's.
    OptionError
        If no heads are named, or the model does not have them.
    RunError
        If the folder holds anything else, or an ablation of another model, other proteins or other options.
    StorageError
        If the disk is full; what was measured so far stays.

    Examples
    --------
    >>> options = protlens.AblationOptions(draws=2, proteins=2, train=0, max_length=40)
    >>> analysis = protlens.ablate("mini-bert", heads=["1-1", "3-5"], out="ablation", options=options)
    >>> analysis.tables.effects["measure"].to_list()
    ['loss', 'perplexity', 'embedding']
    """
    chosen, proteins = options or AblationOptions(), as_dataset(dataset)
    opened = None if run is None else as_run(run)
    folder = open_folder(Path(out), ABLATION_FOLDER)
    encoder, masked_lm, reason = _models(model, opened, chosen)
    asked = _asked(heads, opened, encoder, chosen)
    held_out = hold_out(proteins, encoder, chosen)
    plan = _plan(encoder, masked_lm, proteins, held_out, chosen)
    with folder:
        results = SetResults(folder, plan)
        results.begin(fresh=fresh)
        regression = _regression(folder, proteins, encoder, held_out, chosen)
        shortest = sorted(range(len(held_out.proteins)), key=lambda place: len(held_out.proteins[place]))
        short = [place for place in shortest if len(held_out.proteins[place]) <= chosen.jacobian_length]
        jacobian = frozenset(short[: chosen.jacobian])
        measurement = Measurement(encoder, masked_lm, held_out, regression, chosen.replace, jacobian)
        writer = _Writer(results, measurement, held_out, chosen, on_progress)
        tables = writer.measure(asked, encoder, None if opened is None else _aligned(opened, chosen))
        figures = writer.write(tables, about=run_line(model=encoder.info.name, dataset=proteins.name))
        results.write_about({"heads": [list(head) for head in asked], "each": chosen.each, "draws": chosen.draws})
    return AblationAnalysis(
        folder=folder.path,
        tables=tables,
        figures=tuple(figures),
        model=encoder.info.name,
        dataset=proteins.name,
        layers=encoder.info.layers,
        heads=asked,
        options=chosen,
        measured=len(held_out.proteins),
        clusters=len(set(held_out.clusters)),
        kept=None if regression is None else int((regression.weights != 0).sum()),
        without_loss=reason,
        without_contacts=held_out.without_contacts,
    )


@dataclass(slots=True)
class _Writer:
    """One ablation under way."""

    results: SetResults
    measurement: Measurement
    held_out: HeldOut
    options: AblationOptions
    on_progress: Progress
    done: int = 0
    total: int = 0

    def measure(self, asked: HeadSet, model: EncoderModel, aligned: pl.DataFrame | None) -> AblationTables:
        """Measure all sets of heads that the tables need, and make the tables."""
        info, seed = model.info, self.options.seed
        draws = random_sets(asked, per_layer=info.heads, draws=self.options.draws, seed=seed) if asked else []
        places = product(range(info.layers), range(info.heads)) if self.options.each else ()
        single: list[HeadSet] = [(place,) for place in places]
        sets = list(dict.fromkeys([(), *([asked] if asked else []), *draws, *single]))
        self.total = len(sets) * len(self.held_out.proteins)
        measured = {heads: self._one(heads) for heads in sets}
        effects = {heads: self._effects(table, measured[()]) for heads, table in measured.items() if heads}
        tables: dict[str, pl.DataFrame] = {}
        if asked:
            drawn = [effects[heads] for heads in draws]
            tables["effects"] = effect_table(asked, effects[asked], drawn)
            tables["draws"] = draw_table(draws, drawn)
            tables["proteins"] = self._by_protein(measured[()], measured[asked])
        if single:
            found = [effects[heads] for heads in single]
            ranked_by = "loss" if "loss" in found[0] else "embedding"
            each = each_table(found, layers=info.layers, heads=info.heads, ranked_by=ranked_by, aligned=aligned)
            tables["each"] = each
            if aligned is not None:
                names = [name for name in _DRAWN if name in each.columns]
                tables["correlations"] = pl.concat([rank_correlations(each, name, seed=seed) for name in names])
        return AblationTables(**tables)

    def write(self, tables: AblationTables, *, about: str) -> list[Path]:
        """Write the tables, and draw the figures."""
        folder = self.results.folder
        folder.remove_listed("figures")
        folder.write_tables(tables)
        figures = []
        if tables.each is not None and tables.correlations is not None:
            for name in tables.correlations["measure"].unique(maintain_order=True):
                figure = ablation_figure(tables.each, tables.correlations, measure=name, about=about)
                figures += save_figure(figure, folder.path / "figures" / f"alignment_and_{name}")
        folder.add(*figures)
        return figures

    def _one(self, heads: HeadSet) -> pl.DataFrame:
        """Return what is measured without some heads, from the folder where it is there."""
        table = self.results.read(heads)
        if table is None:
            table = self.measurement.of(heads, on_protein=self._advance)
            self.results.write(heads, table)
        else:
            self._advance(len(self.held_out.proteins))
        return table

    def _advance(self, proteins: int = 1) -> None:
        self.done += proteins
        self.on_progress(self.done, self.total)

    def _effects(self, without: pl.DataFrame, whole: pl.DataFrame) -> dict[str, Effect]:
        return effects_of(without, whole, self.held_out.clusters, seed=self.options.seed)

    def _by_protein(self, whole: pl.DataFrame, without: pl.DataFrame) -> pl.DataFrame:
        about = {
            "protein": [protein.id for protein in self.held_out.proteins],
            "cluster": list(self.held_out.clusters),
            "residues": [len(protein) for protein in self.held_out.proteins],
            "masked": [int(places.sum()) for places in self.held_out.places],
        }
        beside = [whole[name].alias(f"{name}_whole") for name in whole.columns[1:] if not name.startswith("others")]
        return pl.DataFrame(about).hstack([*beside, *without.get_columns()[1:]])


def _models(
    model: PathInput | AttentionModel | MaskedLanguageModel | None, run: Run | None, options: AblationOptions
) -> tuple[EncoderModel, MaskedLanguageModel | None, str]:
    """Return the model, the same with its head if that can be masked, and why there is no loss to be measured."""
    if model is None:
        model = "mini-bert" if run is None else _model_of(run)
    encoder, masked_lm, reason = contact_models(model, device=options.device)
    if reason and isinstance(model, str | os.PathLike):
        reason = f"{encoder.info.name} comes without a masked-language-model head that can be read"
    if not isinstance(encoder, EncoderModel):
        found = "its attention is not computed where protlens can leave heads out"
        hint = "give a name or a folder, or what load_model and load_masked_lm return"
        raise ModelError(explain(f"ablation of {encoder.info.name!r}", found=found, hint=hint))
    if run is not None and not is_same_model(asdict(encoder.info), run.manifest.model):
        found = f"not the model that run {run.path} was made with"
        raise ModelError(
            explain(f"model {encoder.info.name!r}", found=found, hint=f"give {run.manifest.model['name']}")
        )
    if masked_lm is not None and not masked_lm.masks:
        return encoder, None, "its vocabulary has no token for a masked residue"
    return encoder, masked_lm, reason


def _model_of(run: Run) -> PathInput:
    source = read_source(run.path, "model")
    return source if source is not None and source.is_dir() else str(run.manifest.model["name"])


def _asked(
    heads: str | Iterable[str] | None, run: Run | None, model: EncoderModel, options: AblationOptions
) -> HeadSet:
    """Return the heads to leave out together, none if only each alone is asked for."""
    if heads is not None:
        return parse_heads(heads, model.info)
    if run is not None:
        return best_heads(run, options.property, top=options.top)
    if not options.each:
        hint = "name heads as heads=, give a run as run=, or ask for each=True"
        raise OptionError(explain("heads to leave out", found="none", hint=hint))
    return ()


def _aligned(run: Run, options: AblationOptions) -> pl.DataFrame:
    """Return the rows of a run's table of heads for the property."""
    heads = read_tables(run).heads.filter(property=options.property)
    if heads.is_empty():
        asked = f"property {options.property!r} of run {run.path}"
        raise OptionError(explain(asked, allowed=list(run.manifest.properties)))
    return heads


def _plan(
    model: EncoderModel,
    masked_lm: MaskedLanguageModel | None,
    dataset: Dataset,
    held_out: HeldOut,
    options: AblationOptions,
) -> Mapping[str, Any]:
    """Return what all sets of heads have in common, as JSON."""
    given = None if held_out.saved is None else sha256(held_out.saved[0].weights.tobytes()).hexdigest()
    return {
        "model": asdict(model.info) | {"dtype": model.dtype, "masked_lm": masked_lm is not None},
        "dataset": {"name": dataset.name, "fingerprint": dataset.fingerprint()},
        "options": options.measured(),
        "regression": given,
        "proteins": [protein.id for protein in held_out.proteins],
        "train": [dataset.ids[position] for position in held_out.train],
    }


def _regression(
    folder: OutputFolder, dataset: Dataset, model: EncoderModel, held_out: HeldOut, options: AblationOptions
) -> ContactRegression | None:
    """Return the contact regression: the one that was given, that in the folder, or one that is learned and kept."""
    if held_out.saved is not None or not held_out.chains:
        return None if held_out.saved is None else held_out.saved[0]
    path = folder.path / _REGRESSION
    files = (path, path.with_suffix(".json"))
    if all(file.is_file() and change_since_written(file, folder.path) is None for file in files):
        try:
            return load_regression(path, model=model.info)[0]
        except (FileFormatError, ModelError):
            pass
    regression, record = learn_regression(dataset, model, held_out, options)
    save_regression(path, regression, model=model.info, training=record)
    folder.add(*files)
    folder.write_list()
    return regression
