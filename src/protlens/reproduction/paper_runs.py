"""The runs of the paper: on which proteins it measured which properties, and with what settings.

A run is made by :func:`protlens.analysis.analyze` in paper mode, in a folder of its own below the result's, and goes on
where it was interrupted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from protlens.analysis import Analysis, analyze
from protlens.data.catalog import DATASETS, as_dataset, suffix_of
from protlens.data.dataset import Dataset
from protlens.data.formats.proteinnet import read_proteinnet
from protlens.data.formats.tape import read_tape_json, read_tape_lmdb
from protlens.data.protein import AMINO_ACIDS
from protlens.errors import FileFormatError, explain
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.models.protocol import AttentionModel
from protlens.naming import AMINO_ACID
from protlens.properties.mask import Property
from protlens.properties.pair import Contact
from protlens.properties.residue import AminoAcid, TrackProperty
from protlens.properties.selection import select_properties
from protlens.reproduction.reproduction_options import ReproductionOptions
from protlens.typing import PathInput, Progress

RUNS = "runs"
"""The folder below a result that holds its runs."""

THRESHOLD, MAX_LENGTH, SEED = 0.3, 510, 123
"""The paper's settings; the seed does not draw the same proteins here."""

SITES = ("paper_binding_site", "paper_modification")


@dataclass(frozen=True, slots=True)
class PaperRun:
    """One run of the paper.

    Parameters
    ----------
    name
        Of its folder.
    dataset
        The proteins.
    properties
        What is counted on them.
    """

    name: str
    dataset: Dataset
    properties: tuple[Property, ...]


def paper_runs(
    sites: PathInput | Dataset,
    proteinnet: PathInput | Dataset | None,
    secondary_structure: PathInput | Dataset | None,
) -> list[PaperRun]:
    """Return the runs that the given proteins allow; amino acids are counted on ProteinNet, or else on the sites.

    Raises
    ------
    FileFormatError, DatasetError
        If a file is not what it should be.
    """
    letters: tuple[Property, ...] = tuple(AminoAcid(letter) for letter in AMINO_ACIDS)
    marked: tuple[Property, ...] = tuple(TrackProperty(name, name) for name in SITES)
    runs = [PaperRun("sites", as_dataset(sites), marked if proteinnet is not None else (*marked, *letters))]
    if proteinnet is not None:
        structures = read_paper_file(proteinnet)
        runs.append(PaperRun("proteinnet", structures, (Contact(atom="CA"), *letters)))
    if secondary_structure is not None:
        states = read_paper_file(secondary_structure)
        runs.append(PaperRun("secondary-structure", states, tuple(select_properties(states, "secondary_structure"))))
    return runs


def read_paper_file(given: PathInput | Dataset) -> Dataset:
    """Return the proteins of a file: TAPE's LMDB or JSON, ProteinNet's text, or a dataset.

    Residues of TAPE's files that are not resolved keep the coil that the file gives them, as they did in the paper.

    Raises
    ------
    FileFormatError
        If there is no such file, or it is not what it should be.
    """
    if isinstance(given, Dataset) or (isinstance(given, str) and given in DATASETS):
        return as_dataset(given)
    path = Path(given)
    if not path.exists():
        hint = "give TAPE's LMDB or JSON file, ProteinNet's text, or a .parquet dataset"
        raise FileFormatError(explain(f"file {path}", found="not there", hint=hint))
    suffix, name = suffix_of(path), path.name.partition(".")[0]
    if suffix == ".parquet":
        return as_dataset(path)
    if suffix in (".lmdb", ".mdb") or path.is_dir():
        return Dataset(name, read_tape_lmdb(path, disordered_as_coil=True))
    if suffix in (".json", ".jsonl"):
        return Dataset(name, read_tape_json(path, disordered_as_coil=True))
    return Dataset(name, read_proteinnet(path))


def run_all(
    runs: Sequence[PaperRun],
    model: AttentionModel,
    *,
    out: Path,
    options: ReproductionOptions,
    on_progress: Progress,
) -> list[Analysis]:
    """Make the runs, or go on with those that are there."""
    settings = ExtractionOptions(threshold=THRESHOLD, max_length=MAX_LENGTH, limit=options.limit, seed=SEED)
    return [
        analyze(
            model,
            run.dataset,
            run.properties,
            out=out / RUNS / run.name,
            mode="paper",
            options=settings,
            fresh=options.fresh,
            on_progress=on_progress,
        )
        for run in runs
    ]


def told_of(runs: Sequence[PaperRun], analyses: Sequence[Analysis]) -> Iterator[str]:
    """Yield what was measured on what, and what was not, a sentence each."""
    measured = {prop.name for run in runs for prop in run.properties}
    for run, analysis in zip(runs, analyses, strict=True):
        proteins = analysis.run.proteins().filter(pl.col("status") != "skipped").height
        families = list(dict.fromkeys(_family(prop.name) for prop in run.properties))
        yield f"On {proteins} proteins of {run.dataset.name}: {', '.join(families)}."
    yield "The published figures rest on 5,000 training proteins for each property, drawn by the paper's own code."
    if "contact" not in measured:
        yield "Contacts were not measured: give ProteinNet's file as proteinnet=; amino acids were counted there too."
    if not any(name.startswith("secondary_structure:") for name in measured):
        yield "Secondary structure was not measured: give TAPE's file as secondary_structure=."


def _family(name: str) -> str:
    return "amino acids" if name.startswith(AMINO_ACID) else name.partition(":")[0].replace("_", " ")
