"""The dataset and the model that a run was made of, found again."""

from dataclasses import asdict
from pathlib import Path

from protlens.data.catalog import as_dataset, load_dataset
from protlens.data.dataset import Dataset
from protlens.errors import ModelError, ProtlensError, RunError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.joined_input import joined_as, linked_as
from protlens.extraction.plan import draw_positions
from protlens.models.load import Device, as_model, is_at_hand
from protlens.models.protocol import AttentionModel, ModelInfo
from protlens.properties.mask import Property
from protlens.properties.selection import read_definition
from protlens.runs.manifest import is_same_model
from protlens.runs.sources import read_source
from protlens.runs.store import Run
from protlens.typing import PathInput

_HINT = "give the dataset that the run was made with as dataset="


def dataset_of(run: Run, given: PathInput | Dataset | None = None) -> Dataset:
    """Return the dataset of a run: the given one, else that where it was, else that of the name in the manifest.

    Raises
    ------
    RunError
        If it is not the dataset that the run was made with, or none is given and there is none in either place.
    ProtlensError
        If the given one cannot be read.
    """
    wanted = run.manifest.dataset
    dataset = _remembered(run) if given is None else as_dataset(given)
    if dataset.fingerprint() == wanted["fingerprint"]:
        return dataset
    joined = joined_as(run.manifest, dataset)
    if joined is dataset or joined.fingerprint() != wanted["fingerprint"]:
        asked = dataset.name if dataset.source is None else str(dataset.source)
        differs = f"run {run.path} was made with other proteins or labels, called {wanted['name']!r}"
        raise RunError(explain(f"dataset {asked!r}", found=differs, hint=_HINT))
    return joined


def chosen_proteins(run: Run, given: PathInput | Dataset | None = None) -> Dataset:
    """Return the proteins of its dataset that a run chose, in the order of their numbers; see :func:`dataset_of`."""
    dataset, options = dataset_of(run, given), run.manifest.options
    return dataset.take(draw_positions(len(dataset), limit=options["limit"], seed=options["seed"]).tolist())


def _remembered(run: Run) -> Dataset:
    name, source = run.manifest.dataset["name"], read_source(run.path, "dataset")
    if source is not None and source.exists():
        return load_dataset(source)
    try:
        return load_dataset(name)
    except ProtlensError as error:
        found = "not found" if source is None else f"not found; it was {source}"
        raise RunError(explain(f"dataset {name!r} of run {run.path}", found=found, hint=_HINT)) from error


def options_of(run: Run) -> ExtractionOptions:
    """Return the options that a run was made with, as far as its sums depend on them."""
    kept = run.manifest.options
    names = ("threshold", "max_length", "limit", "seed", "keep_arcs", "shard_residues")
    arcs_of = kept.get("arcs_of")
    return ExtractionOptions(
        **{name: kept[name] for name in names}, arcs_of=None if arcs_of is None else tuple(arcs_of)
    )


def defined_properties(run: Run) -> list[Property]:
    """Return the properties of a run of which it tells what they are; one of the user's own is not among them."""
    definitions = run.manifest.options.get("definitions", [])
    return [found for text in definitions if (found := read_definition(text)) is not None]


def place_of_model(run: Run) -> Path | str | None:
    """Return where the model of a run can be had on this machine: its folder, else its name, else None."""
    name, source = str(run.manifest.model["name"]), read_source(run.path, "model")
    if source is not None and source.is_dir():
        return source
    return name if is_at_hand(name) else None


def check_weights(info: ModelInfo, run: Run) -> None:
    """Raise ModelError unless a model is the one that a run was made with."""
    wanted = run.manifest.model
    if not is_same_model(asdict(info), wanted):
        what = "weights" if info.sha256 != wanted["sha256"] else "configuration or tokenizer files"
        found = f"its {what} are not those that run {run.path} was made with"
        hint = f"give {wanted['name']} with sha256 {wanted['sha256'][:12]}..."
        raise ModelError(explain(f"model {info.name!r}", found=found, hint=hint))


def model_of(run: Run, given: PathInput | AttentionModel | None, device: Device) -> AttentionModel:
    """Return the model of a run: the given one, else that where it was, else that of its name.

    Raises
    ------
    ModelError
        If it is not the one that the run was made with, or cannot be had.
    """
    about = run.manifest.model
    named = place_of_model(run) if given is None else given
    if named is None:
        found, hint = "not on this machine", "give it as model="
        raise ModelError(explain(f"model {about['name']!r} of run {run.path}", found=found, hint=hint))
    model = as_model(named, device=device, dtype=about.get("dtype", "float32"))
    check_weights(model.info, run)
    return linked_as(run.manifest, model)
