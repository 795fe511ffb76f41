"""A run or a structure, opened for looking at."""

import shutil
import weakref
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structure import read_structure
from protlens.errors import ProtlensError, RunError, explain
from protlens.exploration.model_arcs import ModelArcs, check_weights
from protlens.extraction.options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.base import AttentionModel
from protlens.models.load import is_at_hand, load_model, model_info
from protlens.properties.catalog import select_properties
from protlens.properties.definition import read_definition
from protlens.runs.store import Run
from protlens.scene.structure import structure_of_file
from protlens.views.added import RESIDUES
from protlens.views.explorer import Explorer
from protlens.views.facts import RunProperty
from protlens.views.run_proteins import RunProteins
from protlens.views.shelf import Shelf
from protlens.views.source import ArcSource, KeptArcs

Device = Literal["auto", "cpu", "cuda"]
Dtype = Literal["float32", "bfloat16"]

FLOOR = 0.1
"""The smallest weight of an arc, unless the run's threshold lies below it."""


def open_run(
    run: str | Path,
    *,
    model: str | Path | AttentionModel | None = None,
    dataset: str | Path | Dataset | None = None,
    device: Device = "auto",
    floor: float = FLOOR,
) -> Explorer:
    """Open a finished run for looking at.

    Parameters
    ----------
    run
        The run directory.
    model
        The model that the run was made with, which is loaded when arcs are first asked for; None looks for it on this
        machine under the name in the manifest. Without it the arcs that the run kept are shown, if it kept any.
    dataset
        The data set that the run was made with; None looks for it under the name in the manifest.
    device
        Where the model runs.
    floor
        The smallest weight of an arc; the run's threshold where that is smaller.

    Raises
    ------
    RunError
        If the directory is not a finished run, or the data set is not the run's.
    ModelError
        If a model is given whose weights are not the run's.
    ProtlensError
        If the data set or the given model cannot be had.
    """
    opened = Run.open(Path(run))
    opened.check_complete()
    proteins = _dataset_of(opened, dataset)
    source = _source(opened, model, device=device, floor=floor)
    title = f"{opened.manifest.model['name']} on {opened.manifest.dataset['name']}"
    shelf = Shelf(RunProteins(opened, proteins))
    return Explorer(opened, shelf, source, properties=_properties_of(opened), title=title)


def open_structure(
    path: str | Path,
    *,
    model: str | Path | AttentionModel | None = None,
    chains: Collection[str] | None = None,
    run: str | Path | None = None,
    threshold: float = 0.1,
    device: Device = "auto",
    dtype: Dtype = "float32",
) -> Explorer:
    """Open the chains of one structure for looking at; each is a separate input of the model, drawn together.

    Parameters
    ----------
    path
        An mmCIF, BinaryCIF or PDB file.
    model
        None takes the model of the run, or the bundled one.
    chains
        The author's names of the chains; None takes all proteins.
    run
        A finished run of the model, whose statistics are shown; without one, those of these chains alone.
    threshold
        Smallest attention weight of an arc, where there is no run.
    device, dtype
        Where the model runs, and in what, where there is no run.

    Raises
    ------
    FileFormatError
        If the structure cannot be read, or has no such chain.
    ProtlensError
        If the model or the run cannot be used.
    """
    file = Path(path)
    whole = read_structure(file, chains=chains)
    proteins = [protein.cut(RESIDUES) for protein in whole]
    structure = structure_of_file(file, proteins)
    if run is None:
        adapter = model if isinstance(model, AttentionModel) else load_model(model or "mini-bert", device=device, dtype=dtype)
        opened = _analyse_briefly(adapter, proteins, threshold=threshold)
        source = _source(opened, adapter, device=device, floor=min(FLOOR, threshold))
    else:
        opened = Run.open(Path(run))
        opened.check_complete()
        source = _source(opened, model, device=device, floor=min(FLOOR, threshold))
    shelf = Shelf()
    shelf.add(proteins, analysed=source.residues or RESIDUES, structure=structure, lasting=True)
    title = f"{opened.manifest.model['name']} on {file.name}"
    explorer = Explorer(opened, shelf, source, properties=_properties_of(opened), title=title)
    if run is None:
        weakref.finalize(explorer, shutil.rmtree, opened.path.parent, ignore_errors=True)
    return explorer


def _analyse_briefly(model: AttentionModel, proteins: Sequence[Protein], *, threshold: float) -> Run:
    """Make a run over a few proteins in a temporary folder."""
    folder = Path(mkdtemp(prefix="protlens-"))
    data = Dataset(proteins[0].id.partition(".")[0], proteins)
    options = ExtractionOptions(threshold=threshold, max_length=RESIDUES)
    try:
        return extract(model, data, select_properties(data), out=folder / "run", options=options)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _dataset_of(run: Run, given: str | Path | Dataset | None) -> Dataset:
    wanted = run.manifest.dataset
    if isinstance(given, Dataset):
        found = given
    else:
        try:
            found = load_dataset(wanted["name"] if given is None else given)
        except ProtlensError as error:
            if given is not None:
                raise
            hint = "give the data set that the run was made with"
            raise RunError(explain(f"data set {wanted['name']!r} of run {run.path}", found=str(error), hint=hint)) from error
    if found.fingerprint() != wanted["fingerprint"]:
        differs = f"run {run.path} was made with other proteins or labels under the name {wanted['name']!r}"
        hint = "give the data set that the run was made with"
        raise RunError(explain(f"data set {found.name!r}", found=differs, hint=hint))
    return found


def _properties_of(run: Run) -> list[RunProperty]:
    definitions = run.manifest.options.get("definitions") or []
    read = {found.name: found for text in definitions if (found := read_definition(text)) is not None}
    return [RunProperty(name, level, read.get(name)) for name, level in run.manifest.properties.items()]


def _source(run: Run, model: str | Path | AttentionModel | None, *, device: Device, floor: float) -> ArcSource:
    name, limit = run.manifest.model["name"], run.manifest.model["max_residues"]
    if model is None and not is_at_hand(name):
        return KeptArcs(run, reason=f"model {name!r} is not on this machine")
    if isinstance(model, AttentionModel):
        check_weights(model.info, run)
        adapter = model
        load = lambda: adapter
    else:
        if model is not None:
            check_weights(model_info(model), run)
        load = lambda: load_model(model or name, device=device, dtype=run.manifest.model["dtype"])
    return ModelArcs(
        run,
        load,
        otherwise=KeptArcs(run, reason="the model cannot be loaded"),
        floor=min(floor, run.manifest.options["threshold"]),
        residues=min(RESIDUES, limit or RESIDUES),
    )
