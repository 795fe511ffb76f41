"""What belongs to a run, found by what its manifest says: the data set, the model, the properties."""

from pathlib import Path

from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.errors import ProtlensError, RunError, explain
from protlens.exploration.model_arcs import ModelArcs, check_weights
from protlens.models.load import Device, find_device, is_at_hand, load_model, model_info
from protlens.models.protocol import AttentionModel
from protlens.properties.definition import read_definition
from protlens.runs.store import Run
from protlens.views.added import RESIDUES
from protlens.views.facts import RunProperty
from protlens.views.source import ArcSource, KeptArcs

_HINT = "give the data set that the run was made with"


def dataset_of(run: Run, given: str | Path | Dataset | None = None) -> Dataset:
    """Return the data set of a run: the given one, or that of the name in the manifest.

    Raises
    ------
    RunError
        If it is not the data set that the run was made with, or none is given and the name does not lead to one.
    ProtlensError
        If the given one cannot be read.
    """
    wanted = run.manifest.dataset
    found = given if isinstance(given, Dataset) else _named(run) if given is None else load_dataset(given)
    if found.fingerprint() != wanted["fingerprint"]:
        differs = f"run {run.path} was made with other proteins or labels, called {wanted['name']!r}"
        raise RunError(explain(f"data set {found.name!r}", found=differs, hint=_HINT))
    return found


def _named(run: Run) -> Dataset:
    name = run.manifest.dataset["name"]
    try:
        return load_dataset(name)
    except ProtlensError as error:
        raise RunError(explain(f"data set {name!r} of run {run.path}", found="not found", hint=_HINT)) from error


def properties_of(run: Run) -> list[RunProperty]:
    """Return the properties of a run, in its order."""
    definitions = run.manifest.options.get("definitions", [])
    read = {found.name: found for text in definitions if (found := read_definition(text)) is not None}
    return [RunProperty(name, level, read.get(name)) for name, level in run.manifest.properties.items()]


def arc_source(run: Run, model: str | Path | AttentionModel | None, *, device: Device, floor: float) -> ArcSource:
    """Return where the arcs of a run come from.

    Parameters
    ----------
    run
        A finished run.
    model
        Its model; None looks for that of the manifest on this machine, and takes the arcs that were kept if it is
        not there.
    device
        Where the model runs.
    floor
        Smallest weight of an arc; the run's threshold where that is smaller.

    Raises
    ------
    OptionError
        If there is no such device.
    ModelError
        If a model is given whose weights are not the run's.
    ProtlensError
        If the given model cannot be had.
    """
    about = run.manifest.model
    find_device(device)
    if model is None and not is_at_hand(about["name"]):
        return KeptArcs(run, reason=f"model {about['name']!r} is not on this machine")
    if model is not None:
        check_weights(model.info if isinstance(model, AttentionModel) else model_info(model), run)

    def load() -> AttentionModel:
        if isinstance(model, AttentionModel):
            return model
        return load_model(about["name"] if model is None else model, device=device, dtype=about["dtype"])

    return ModelArcs(
        run,
        load,
        otherwise=KeptArcs(run, reason=f"model {about['name']!r} cannot be loaded"),
        floor=min(floor, run.manifest.options["threshold"]),
        residues=min(RESIDUES, about["max_residues"] or RESIDUES),
    )
