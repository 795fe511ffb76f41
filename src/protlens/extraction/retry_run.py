"""What is missing of a run, worked off anew by what the run itself says of its model, dataset and properties."""

from dataclasses import replace

from protlens.data.dataset import Dataset
from protlens.errors import RunError, explain
from protlens.extraction.engine import Engine
from protlens.extraction.run import extract
from protlens.extraction.run_parts import dataset_of, defined_properties, model_of, options_of
from protlens.models.load import Device
from protlens.models.protocol import AttentionModel
from protlens.properties.mask import Property
from protlens.runs.store import Run, as_run
from protlens.typing import PathInput, Progress


def retry(
    run: PathInput | Run,
    *,
    model: PathInput | AttentionModel | None = None,
    dataset: PathInput | Dataset | None = None,
    engine: Engine | None = None,
    device: Device = "auto",
    on_progress: Progress = lambda done, total: None,
) -> Run:
    """Work off the shards that a run lacks, those that were given up too.

    Parameters
    ----------
    run
        A run, or its directory.
    model, dataset
        Those that it was made with, if they are neither where they were nor of a name.
    engine
        What works on it; None for this process.
    device
        Where the model runs.
    on_progress
        Called with the proteins done and the proteins in all.

    Raises
    ------
    RunError
        If it has properties of the user's own, or shards fail again.
    ModelError, DatasetError
        If the model or the dataset cannot be had, or are others.

    Examples
    --------
    >>> options = protlens.ExtractionOptions(part=(1, 2), limit=3, shard_residues=300)
    >>> run = protlens.extract("mini-bert", "pdb-mini", ["contact"], out="half-a-run", options=options)
    >>> len(run.shards_done), len(protlens.retry(run).shards_done)
    (1, 2)
    """
    run = as_run(run)
    return extract(
        model_of(run, model, device),
        dataset_of(run, dataset),
        _properties(run),
        out=run.path,
        options=replace(options_of(run), engine=engine),
        on_progress=on_progress,
    )


def _properties(run: Run) -> list[Property]:
    known = defined_properties(run)
    if len(known) < len(run.manifest.properties):
        hint = "call protlens.extract as it was called first"
        raise RunError(explain(f"run {run.path}", found="properties that are not protlens' own", hint=hint))
    return known
