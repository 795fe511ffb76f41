"""Proteins from a structure or a sequence that someone hands over."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from protlens.data.formats.fasta import parse_records, sequence_of
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError, explain, shortened
from protlens.scene.scene_structure import SceneStructure, structure_of_file
from protlens.typing import PathInput

RESIDUES = 2000
"""Residues of a chain that are kept."""

SEQUENCES = 100
"""Sequences that are taken at once."""

FreeIds: TypeAlias = Callable[[Sequence[str]], list[str]]
"""Returns ids that are not taken, as close to the given ones as that allows."""


def read_structure_file(path: PathInput, *, name_freely: FreeIds) -> tuple[list[Protein], SceneStructure]:
    """Return the protein chains of a structure file under free ids, and what is drawn of it.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or holds no protein.
    """
    proteins = _renamed([protein.cut(RESIDUES) for protein in read_structure(path)], name_freely)
    return proteins, structure_of_file(path, proteins)


def read_sequences(text: str, *, name: str, name_freely: FreeIds) -> list[Protein]:
    """Return the proteins of a FASTA text, or of one sequence in bare letters, under free ids.

    Raises
    ------
    FileFormatError
        If it is neither, or holds too many sequences.
    """
    called = " ".join(name.split()) or "sequence"
    bare = not text.lstrip().startswith(">")
    lines = enumerate((">sequence\n" + text if bare else text).splitlines(), 0 if bare else 1)
    records = list(islice(parse_records(lines, name=shortened(called)), SEQUENCES + 1))
    if len(records) > SEQUENCES:
        found = f"more than {SEQUENCES} sequences"
        raise FileFormatError(explain(shortened(called), found=found, hint="hand over fewer at once"))
    ids = [called, *(record.id for record in records[1:])] if bare else [record.id for record in records]
    sequences = [sequence_of(record)[:RESIDUES] for record in records]
    proteins = [Protein(id=one, sequence=sequence) for one, sequence in zip(ids, sequences, strict=True)]
    return _renamed(proteins, name_freely)


def _renamed(proteins: Sequence[Protein], name_freely: FreeIds) -> list[Protein]:
    ids = name_freely([protein.id for protein in proteins])
    return [replace(protein, id=name) for protein, name in zip(proteins, ids, strict=True)]
