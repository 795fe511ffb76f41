"""The one entry: :func:`extract`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.errors import OptionError, explain
from protlens.extraction.engine import InProcess
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.finish import finish_run, relatives_of
from protlens.extraction.job import Job
from protlens.extraction.joined_input import join_input, without_linkers
from protlens.extraction.plan import make_plan, plan_table
from protlens.extraction.prepare import make_manifest, prepare_run
from protlens.extraction.work_off import work_off
from protlens.folder_lock import locked
from protlens.models.encoder import EncoderModel
from protlens.models.load import as_model
from protlens.models.protocol import AttentionModel
from protlens.output_folders import open_folder
from protlens.properties.mask import Property
from protlens.properties.selection import choose_properties
from protlens.registry import each_name
from protlens.runs.format import MANIFEST, RUN_FOLDER
from protlens.runs.manifest import Manifest
from protlens.runs.store import Run
from protlens.typing import PathInput, Progress

WAIT = 60.0
"""Seconds to wait for another process that makes the same folder ready, or writes its tables."""


def extract(
    model: PathInput | AttentionModel,
    dataset: PathInput | Dataset,
    properties: str | Iterable[str | Property] | None = None,
    *,
    out: PathInput,
    options: ExtractionOptions | None = None,
    fresh: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> Run:
    """Run a model over a dataset and keep the sums in a run directory.

    A directory that holds part of the same run is completed; what is there is not computed again, but for proteins that
    were skipped as the memory was too short. Several processes may work on it at once: each takes what is left. Counts
    do not depend on batches, shards or interruptions; a pair whose weight lies within rounding of an edge may stand in
    the neighbouring bin of the histograms.

    Parameters
    ----------
    model
        A name of the catalog, a hub name, a folder, or a loaded model.
    dataset
        A name of the catalog, a file, or a dataset.
    properties
        Names (see :func:`select_properties`) or properties of your own, each name once; None takes all the dataset
        has labels for.
    out
        The run directory.
    options
        The defaults if None.
    fresh
        Start over if the directory holds a run.
    on_progress
        Called with the proteins done and the proteins in all.

    Raises
    ------
    OptionError
        If there is no property, or two of one name.
    DatasetError
        If MMseqs2 is needed to find relatives, and fails.
    RunError
        If the directory holds another run, or something that is not a run.
    StorageError
        If the disk is full; what was written so far stays and the run can be resumed.

    Examples
    --------
    >>> model, proteins = protlens.load_model("mini-bert"), protlens.load_dataset("pdb-mini")
    >>> run = protlens.extract(model, proteins[:2], [protlens.Contact()], out="two-proteins")
    >>> run.proteins()["id"].to_list()
    ['11AS.A', '19HC.A']
    """
    options, proteins = options or ExtractionOptions(), as_dataset(dataset)
    if fresh and options.part is not None:
        hint = "remove the folder before the first part is begun"
        raise OptionError(explain("a part of a run", found="fresh=True", hint=hint))
    given, source = None if properties is None else each_name(properties), proteins.source
    if options.join_chains:
        proteins, model = join_input(proteins, as_model(model), options)
    chosen = choose_properties(proteins, given)
    _check_names(given or [], chosen)
    folder = open_folder(Path(out), RUN_FOLDER)
    adapter = as_model(model)
    options = replace(options, shard_residues=_shard_residues(folder.path, options, fresh=fresh))
    plan = make_plan(proteins, options, max_residues=adapter.info.max_residues)
    manifest, shards = make_manifest(adapter, proteins, chosen, plan, options), options.shards(len(plan.shards))
    inner = without_linkers(adapter)
    own = inner.source if isinstance(inner, EncoderModel) else None
    with locked(folder.path, wait=WAIT):
        run = prepare_run(
            folder,
            manifest,
            plan_table(plan, proteins),
            sources={"model": own, "dataset": source},
            shards=shards,
            fresh=fresh,
        )
    job = Job(
        run=run.path.resolve(),
        fingerprint=run.manifest.fingerprint,
        model=adapter,
        dataset=proteins,
        plan=plan,
        properties=tuple(sorted(chosen, key=lambda prop: prop.level == "pair")),
        bins=run.bins,
        batch_tokens=options.batch_tokens,
    )
    drawn = proteins.take(plan.chosen)
    relatives = None if options.part else relatives_of(run, drawn)
    work_off(job, options.engine or InProcess(), shards, on_progress)
    return run if options.part is not None else finish_run(run, drawn, relatives)


def _shard_residues(run: Path, options: ExtractionOptions, *, fresh: bool) -> int:
    """Return the size of shards that a run has that is there, as no number depends on it, else that of the options."""
    if fresh or not (run / MANIFEST).exists():
        return options.shard_residues
    return int(Manifest.read(run).options["shard_residues"])


def _check_names(given: Sequence[str | Property], chosen: Sequence[Property]) -> None:
    names = [one.name for one in given if not isinstance(one, str)]
    if not chosen:
        raise OptionError(explain("properties", found="none", allowed="one or more"))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise OptionError(explain(f"property {twice[0]!r}", found="asked for twice"))
