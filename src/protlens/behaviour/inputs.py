"""The model and the proteins of a run, found as ``open_run`` finds them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from protlens.behaviour.behaviours import LEAST_RESIDUES
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import ProtlensError
from protlens.extraction.joined_input import linked_as
from protlens.extraction.run_parts import check_weights, dataset_of, place_of_model
from protlens.models.load import Device, load_model, model_info
from protlens.models.protocol import AttentionModel
from protlens.runs.store import Run
from protlens.typing import PathInput


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a pass of the model takes.

    Parameters
    ----------
    model, proteins
        The run's, the proteins cut as the run cut them.
    """

    model: AttentionModel
    proteins: tuple[Protein, ...]


def find_inputs(
    run: Run,
    *,
    model: PathInput | AttentionModel | None,
    dataset: PathInput | Dataset | None,
    sample: int,
    seed: int,
    device: Device,
) -> Inputs | str:
    """Return the model of a run and some of its proteins, or a sentence on what is missing.

    Parameters
    ----------
    run
        A finished run.
    model, dataset
        What is given must be the run's; None looks where it was, and for its name.
    sample, seed
        See :func:`draw_proteins`.
    device
        Where the model runs.

    Raises
    ------
    ProtlensError
        If what is given is not the run's, or cannot be had.
    """
    about = run.manifest.model
    named = place_of_model(run) if model is None else model
    if named is None:
        return f"model {about['name']!r} is not on this machine; give it with model="
    if model is not None:
        check_weights(model.info if isinstance(model, AttentionModel) else model_info(model), run)
    try:
        loaded = named if isinstance(named, AttentionModel) else load_model(named, device=device, dtype=about["dtype"])
        check_weights(loaded.info, run)
    except ProtlensError as error:
        if model is not None:
            raise
        return f"model {about['name']!r} cannot be used: {error}"
    try:
        proteins = dataset_of(run, dataset)
    except ProtlensError as error:
        if dataset is not None:
            raise
        return str(error)
    return Inputs(linked_as(run.manifest, loaded), draw_proteins(run, proteins, sample=sample, seed=seed))


def draw_proteins(run: Run, dataset: Dataset, *, sample: int, seed: int) -> tuple[Protein, ...]:
    """Return proteins that a run analysed, drawn at random, one of each cluster of relatives.

    Parameters
    ----------
    run, dataset
        A finished run and its dataset.
    sample
        The most proteins; those with fewer than ``LEAST_RESIDUES`` residues are never drawn.
    seed
        Of the draw.
    """
    table = run.proteins().filter((pl.col("status") != "skipped") & (pl.col("residues") >= LEAST_RESIDUES))
    table = table[np.random.default_rng(seed).permutation(len(table))]
    if "cluster" in table.columns:
        alone = pl.when(pl.col("cluster").fill_null("") == "").then("id").otherwise("cluster")
        table = table.with_columns(relatives=alone).unique("relatives", keep="first", maintain_order=True)
    place = {name: number for number, name in enumerate(dataset.ids)}
    rows = table.head(sample).select("id", "residues").rows()
    return tuple(dataset[place[name]].cut(residues) for name, residues in rows)
