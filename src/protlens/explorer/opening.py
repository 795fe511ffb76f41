"""A run or a structure, opened for looking at; what belongs to a run is found by what its manifest says."""

import shutil
import weakref
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

from protlens.contacts.default_regressions import find_regression
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression
from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains as join_chains_of
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError, ModelError, OptionError, explain
from protlens.explorer.added_files import RESIDUES
from protlens.explorer.arc_sources import ArcSource, RunArcs
from protlens.explorer.explorer import Explorer
from protlens.explorer.facts import RunProperty
from protlens.explorer.library import Library, RunProteins
from protlens.explorer.model_arcs import ModelArcs
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.joined_input import GAP, linked_as, without_linkers
from protlens.extraction.joined_input import LINKER as LINKED
from protlens.extraction.run import extract
from protlens.extraction.run_parts import check_weights, dataset_of, defined_properties, place_of_model
from protlens.models.linked_chains import LINKER, LinkedModel
from protlens.models.load import Device, Dtype, as_model, find_device, model_info
from protlens.models.protocol import AttentionModel, ModelInfo
from protlens.properties.pair import Contact, lacks_cb
from protlens.properties.selection import select_properties
from protlens.runs.store import Run, as_run
from protlens.scene.scene_structure import SceneStructure, structure_of_file
from protlens.typing import PathInput


def contact_atom(run: Run) -> Literal["CA", "CB"]:
    """Return the atom between which a run measures contacts."""
    atoms = [one.definition.atom for one in properties_of(run) if isinstance(one.definition, Contact)]
    return atoms[0] if atoms else "CB"


def properties_of(run: Run) -> list[RunProperty]:
    """Return the properties of a run, in its order."""
    read = {prop.name: prop for prop in defined_properties(run)}
    return [RunProperty(name, level, read.get(name)) for name, level in run.manifest.properties.items()]


def arc_source(
    run: Run, model: PathInput | AttentionModel | None, *, device: Device, floor: float, joined: bool = False
) -> ArcSource:
    """Return where the arcs of a run come from.

    Parameters
    ----------
    run
        A finished run.
    model
        Its model; None looks for it on this machine, where it was and under its name, and takes the arcs that were
        kept if it is not there.
    device
        Where the model runs.
    floor
        Smallest weight of an arc; the run's threshold where that is smaller.
    joined
        Whether linkers are written between chains by the model of a run that has none.

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
    named = place_of_model(run) if model is None else model
    if named is None:
        return RunArcs(run, reason=f"model {about['name']!r} is not on this machine")
    if model is not None:
        check_weights(model.info if isinstance(model, AttentionModel) else model_info(model), run)

    def load() -> AttentionModel:
        linked = linked_as(run.manifest, as_model(named, device=device, dtype=about["dtype"]))
        return LinkedModel(linked, most_chains=1) if joined and not isinstance(linked, LinkedModel) else linked

    return ModelArcs(
        run,
        load,
        otherwise=RunArcs(run, reason=f"model {about['name']!r} cannot be loaded"),
        floor=min(floor, run.manifest.options["threshold"]),
        residues=min(RESIDUES, about["max_residues"] or RESIDUES),
        regression=_regression(about),
    )


def _regression(about: Mapping[str, Any]) -> tuple[ContactRegression, TrainingRecord] | None:
    """Return the regression of contacts that is at hand for a model, or None; a damaged one is none, here."""
    info = ModelInfo(**{field.name: about[field.name] for field in fields(ModelInfo) if field.name in about})
    with suppress(ModelError, FileFormatError):
        return load_regression(find_regression(info), model=info)
    return None


FLOOR = 0.1
"""The smallest weight of an arc, unless the run's threshold lies below it."""


def open_run(
    run: PathInput | Run,
    *,
    model: PathInput | AttentionModel | None = None,
    dataset: PathInput | Dataset | None = None,
    device: Device = "auto",
    floor: float = FLOOR,
) -> Explorer:
    """Open a finished run for looking at.

    Parameters
    ----------
    run
        A finished run, or its directory.
    model
        The model that the run was made with, which is loaded when arcs are first asked for; None looks for it on this
        machine, where it was and under its name. Without it the arcs that the run kept are shown, if it kept any.
    dataset
        The dataset that the run was made with; None looks where it was, and for its name.
    device
        Where the model runs.
    floor
        The smallest weight of an arc; the run's threshold where that is smaller.

    Raises
    ------
    RunError
        If the directory is not a finished run, or the dataset is not the run's.
    ModelError
        If a model is given whose weights are not the run's.
    ProtlensError
        If the dataset or the given model cannot be had.

    Examples
    --------
    >>> explorer = protlens.open_run("protlens-run")
    >>> protein = explorer.document("index", {})["start"]["protein"]
    >>> explorer.document("arcs", {"protein": protein, "head": "1-7"})["head"]
    '1-7'
    """
    opened = _finished(run)
    proteins = dataset_of(opened, dataset)
    source = arc_source(opened, model, device=device, floor=floor)
    title = f"{opened.manifest.model['name']} on {opened.manifest.dataset['name']}"
    shelf = Library(RunProteins(opened, proteins, source.only))
    return Explorer(opened, shelf, source, properties=properties_of(opened), title=title)


def open_structure(
    structure: PathInput,
    *,
    model: PathInput | AttentionModel | None = None,
    chains: str | Iterable[str] | None = None,
    run: PathInput | Run | None = None,
    threshold: float = 0.1,
    device: Device = "auto",
    dtype: Dtype = "float32",
    join_chains: bool = False,
) -> Explorer:
    """Open the chains of one structure for looking at; each is a separate input of the model, drawn together.

    Parameters
    ----------
    structure
        An mmCIF, BinaryCIF or PDB file.
    model
        None takes the model of the run, or the bundled one.
    chains
        The author's name of the chain, or several; None takes all proteins.
    run
        A finished run of the model, whose statistics are shown; without one, counts on these chains alone.
    threshold
        Smallest attention weight of an arc, where there is no run.
    device, dtype
        Where the model runs, and in what, where there is no run.
    join_chains
        Read all chains in one input, with a linker between them (:class:`protlens.LinkedModel`): that of the run, or
        25 glycines. What the model's input does not hold beside the linkers is not read.

    Raises
    ------
    FileFormatError
        If the structure cannot be read, or has no such chain.
    OptionError
        If linkers between so many chains leave no room in the model's input.
    ProtlensError
        If the model or the run cannot be used.

    Examples
    --------
    >>> explorer = protlens.open_structure("structures/1crn.cif.gz")
    >>> explorer.document("arcs", {"protein": "1CRN.A", "head": "1-7"})["complete_from"]
    0.1
    """
    file = Path(structure)
    proteins = [protein.cut(RESIDUES) for protein in read_structure(file, chains=chains)]
    drawn = structure_of_file(file, proteins)
    if join_chains:
        proteins, drawn = _joined(proteins, drawn)
    many = max(len(protein.chain_lengths) for protein in proteins)
    if run is None:
        given = "mini-bert" if model is None else model
        model = loaded = _linking(as_model(given, device=device, dtype=dtype), many)
        opened = _analyse_briefly(loaded, proteins, threshold=threshold)
    else:
        opened = _finished(run)
    source = arc_source(opened, model, device=device, floor=min(FLOOR, threshold), joined=many > 1)
    if source.residues is None:
        found = f"model {opened.manifest.model['name']!r} of run {opened.path} is not on this machine"
        raise ModelError(explain(f"attention on structure {file}", found=found, hint="give it as model="))
    shelf = Library()
    read = source.residues if run is None else _beside_linkers(opened, source.residues, many)
    shelf.add(proteins, analysed=read, structure=drawn, lasting=True)
    title = f"{opened.manifest.model['name']} on {file.name}{', its chains in one input' * (many > 1)}"
    explorer = Explorer(opened, shelf, source, properties=properties_of(opened), title=title, alone=run is None)
    if run is None:
        weakref.finalize(explorer, shutil.rmtree, opened.path.parent, ignore_errors=True)
    return explorer


def _joined(proteins: Sequence[Protein], drawn: SceneStructure) -> tuple[list[Protein], SceneStructure]:
    """Return the chains of a file as one protein, and the structure that is drawn of it."""
    together = list(join_chains_of(Dataset("structure", proteins)))
    kept = {protein.id for protein in together}
    parts = [protein.id for protein in proteins if protein.id not in kept]
    for protein in together:  # all chains of a file are of one entry, so at most one is made of several
        drawn = drawn.joined(protein.id, parts) if protein.chain_starts else drawn
    return together, drawn


def _linking(model: AttentionModel, chains: int) -> AttentionModel:
    """Return a model that reads so many chains in one input."""
    if chains == 1:
        return model
    linker = model.linker if isinstance(model, LinkedModel) else LINKER
    gap = model.position_gap if isinstance(model, LinkedModel) else 0
    return LinkedModel(without_linkers(model), linker=linker, position_gap=gap, most_chains=chains)


def _beside_linkers(run: Run, residues: int, chains: int) -> int:
    """Return how many residues the model of a run reads beside the linkers between so many chains."""
    about = run.manifest.model
    room = (about.get(LINKED, LINKER) + about.get(GAP, 0)) * (chains - 1)
    left = residues if about["max_residues"] is None else min(residues, about["max_residues"] - room)
    if left < 1:
        found = f"no room in an input of {about['max_residues']} residues"
        raise OptionError(explain(f"linkers between {chains} chains", found=found))
    return left


def _finished(run: PathInput | Run) -> Run:
    opened = as_run(run)
    opened.check_complete()
    return opened


def _analyse_briefly(model: AttentionModel, proteins: Sequence[Protein], *, threshold: float) -> Run:
    """Make a run over the chains of a structure in a temporary folder; chains of one sequence are one protein."""
    distinct = {protein.sequence: protein for protein in reversed(proteins)}
    data = Dataset(proteins[0].id.partition(".")[0], list(reversed(distinct.values())))
    options = ExtractionOptions(threshold=threshold, max_length=RESIDUES)
    properties = select_properties(data, contact_atom="CA" if lacks_cb(data) else "CB")
    folder = Path(mkdtemp(prefix="protlens-"))
    try:
        return extract(model, data, properties, out=folder / "run", options=options)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
