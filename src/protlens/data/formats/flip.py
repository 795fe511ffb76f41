"""FLIP's FASTA files: sequences, one label a residue, and a mask.

The benchmark (Dallago et al. 2021, NeurIPS Datasets and Benchmarks) keeps each task in a folder of its own with
``sequences.fasta``, a file of labels, and for some tasks ``mask.fasta``, where ``0`` marks residues without a
measured label. Headers of the label file carry ``SET=train|test VALIDATION=True|False``.
"""

from pathlib import Path
from typing import Literal, TypeAlias

from protlens.data.formats.fasta import Record, read_records, sequence_of
from protlens.data.protein import UNKNOWN, Protein
from protlens.errors import FileFormatError, explain
from protlens.typing import PathInput

FlipSplit: TypeAlias = Literal["train", "validation", "test"]


def read_flip(
    sequences: PathInput,
    labels: PathInput,
    *,
    mask: PathInput | None = None,
    track: str | None = None,
    split: FlipSplit | None = None,
) -> list[Protein]:
    """Read proteins with one label a residue.

    Parameters
    ----------
    sequences, labels
        FASTA files with the same ids; a protein without labels is left without the track.
    mask
        A FASTA file of ``0`` and ``1``; where it says ``0``, the label is not known.
    track
        The track's name. Without it, labels of ``H``, ``E`` and ``C`` become ``ss3``, others the name of the task's
        folder, which holds the files or a folder ``splits`` of them, as FLIP's archives unpack.
    split
        Keep only the proteins of this part; residues for validation are not part of ``train``.

    Raises
    ------
    FileFormatError
        If the files contradict each other, or no protein is in the split.
    """
    labelled = {record.id: record for record in read_records(labels)}
    masks = {record.id: record for record in read_records(mask)} if mask else {}
    name = track or _track_name(labelled, Path(labels))
    proteins = []
    for record in read_records(sequences):
        label = labelled.pop(record.id, None)
        if split is None or (label is not None and _split(label) == split):
            proteins.append(_protein(record, label, masks.get(record.id), name))
    if labelled:
        odd = next(iter(labelled.values()))
        raise FileFormatError(explain(odd.where, found=f"labels for {odd.id!r}, which has no sequence"))
    if not proteins:
        raise FileFormatError(explain(f"split {split!r} of {labels}", found="no proteins"))
    return proteins


def read_flip_folder(folder: PathInput, *, track: str | None = None, split: FlipSplit | None = None) -> list[Protein]:
    """Read a task's folder, with ``sequences.fasta``, ``sampled.fasta`` and perhaps ``mask.fasta``.

    Each file may be compressed with gzip. If the labels lie in another file, use :func:`read_flip`.

    Raises
    ------
    FileFormatError
        If a file is missing, or the files contradict each other.
    """
    found = {path.name.removesuffix(".gz"): path for path in sorted(Path(folder).glob("*.fasta*"))}
    if missing := [name for name in ("sequences.fasta", "sampled.fasta") if name not in found]:
        there = ", ".join(found) or "no FASTA file"
        raise FileFormatError(explain(f"FLIP folder {folder}: {missing[0]} is missing", found=there))
    return read_flip(
        found["sequences.fasta"],
        found["sampled.fasta"],
        mask=found.get("mask.fasta"),
        track=track,
        split=split,
    )


def _track_name(labelled: dict[str, Record], path: Path) -> str:
    if all(set(record.body) <= set("HEC") for record in labelled.values()):
        return "ss3"
    folder = path.resolve().parent
    return folder.parent.name if folder.name == "splits" else folder.name


def _split(record: Record) -> FlipSplit:
    words = dict(word.split("=", 1) for word in record.header.split()[1:] if "=" in word)
    if words.get("VALIDATION") == "True":
        return "validation"
    if words.get("SET") == "train":
        return "train"
    if words.get("SET") == "test":
        return "test"
    raise FileFormatError(explain(record.where, found=f"header {record.header!r}", allowed="SET=train or SET=test"))


def _protein(record: Record, label: Record | None, mask: Record | None, track: str) -> Protein:
    sequence = sequence_of(record)
    if label is None:
        return Protein(id=record.id, sequence=sequence)
    symbols = _aligned(label, record)
    if mask is not None:
        kept = _aligned(mask, record)
        if not set(kept) <= set("01"):
            raise FileFormatError(explain(mask.where, found=f"mask of {mask.id!r}", allowed="characters 0 and 1"))
        symbols = "".join(s if keep == "1" else UNKNOWN for s, keep in zip(symbols, kept, strict=True))
    return Protein(id=record.id, sequence=sequence, tracks={track: symbols})


def _aligned(label: Record, record: Record) -> str:
    expected = len(sequence_of(record))
    if len(label.body) != expected or not label.body.isascii():
        found = f"{len(label.body)} characters for the {expected} residues of {label.id!r}"
        raise FileFormatError(explain(label.where, found=found, allowed="one ASCII character a residue"))
    return label.body
