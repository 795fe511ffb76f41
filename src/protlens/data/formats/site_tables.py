"""Sites of proteins without a structure: UniProt-style tables of modifications, and bindPredict's binding residues.

Positions count from one and refer to the sequence of the same accession.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from protlens.data.formats.fasta import read_records, sequence_of
from protlens.data.formats.text import read_lines
from protlens.data.identifiers import accession
from protlens.data.protein import Protein, binary_track
from protlens.errors import FileFormatError, explain
from protlens.typing import PathInput

MODIFICATIONS = {
    "phos_st": "phosphorylation_st",
    "phos_y": "phosphorylation_y",
    "ubi_k": "ubiquitination",
    "sumo_k": "sumoylation",
    "acet_k": "acetylation",
    "gly_n": "n_glycosylation",
    "met_k": "methylation_k",
    "met_r": "methylation_r",
}
"""Readable names for the short codes of the modification table; other codes are kept as they are."""

LIGANDS = {"metal": "metal", "nuclear": "nucleic_acid", "small": "small_molecule"}
"""Names of the ligand kinds for the last word of bindPredict's file names."""


@dataclass(frozen=True, slots=True)
class _Sites:
    accession: str
    kind: str
    positions: tuple[int, ...]
    where: str


def read_uniprot_sites(sequences: PathInput, table: PathInput) -> list[Protein]:
    """Read modification sites, one track a kind.

    Parameters
    ----------
    sequences
        A FASTA file; only its proteins that the table lists are returned.
    table
        Tab-separated with a header: accession, kind, positions joined by commas.

    Returns
    -------
    list of Protein
        With ``modification:KIND`` for each kind that the protein is listed for, and ``modification`` for any of them.
        A kind the protein is not listed for was perhaps never looked for, so it has no track.

    Raises
    ------
    FileFormatError
        If a row has the wrong form, its protein has no sequence, or a position lies outside of it.
    """
    listed = _by_accession(_rows(table, columns=3, header=True))
    kinds = {
        accession: {f"modification:{MODIFICATIONS.get(row.kind, row.kind)}": [row] for row in rows}
        for accession, rows in listed.items()
    }
    proteins = _annotated(sequences, kinds, "modification")
    if missing := listed.keys() - {protein.id for protein in proteins}:
        row = listed[min(missing)][0]
        found = f"accession {row.accession!r} has no sequence in {sequences}"
        raise FileFormatError(explain(row.where, found=found))
    return proteins


def read_bindpredict(sequences: PathInput, tables: Mapping[str, PathInput]) -> list[Protein]:
    """Read binding residues by kind of ligand (bindPredict, Littmann et al. 2021, Sci. Rep. 11:23916).

    Parameters
    ----------
    sequences
        A FASTA file; its proteins that no table lists are left out, as are listed ones without a sequence.
    tables
        By kind, as in ``{"metal": path}``: tab-separated without a header, accession and positions joined by commas.

    Returns
    -------
    list of Protein
        With ``binding_site:KIND`` for every kind and ``binding_site`` for any. As in the publication, a residue that
        is not listed does not bind, and a protein that is listed for one kind only binds no other.

    Raises
    ------
    FileFormatError
        If a row has the wrong form or a position lies outside the sequence.
    """
    kinds: dict[str, dict[str, list[_Sites]]] = defaultdict(lambda: {f"binding_site:{kind}": [] for kind in tables})
    for kind, table in tables.items():
        for row in _rows(table, columns=2, header=False):
            kinds[row.accession][f"binding_site:{kind}"].append(row)
    return _annotated(sequences, kinds, "binding_site")


def read_bindpredict_folder(folder: PathInput) -> list[Protein]:
    """Read a folder with one FASTA file and tables ``*binding_residues*_metal.txt``, ``_nuclear`` and ``_small``.

    Each file may be compressed with gzip.

    Raises
    ------
    FileFormatError
        If a file is missing or stands more than once, or is not what it should be.
    """
    folder = Path(folder)
    tables: dict[str, PathInput] = {
        kind: _only(folder, f"*binding_residues*_{word}.txt*") for word, kind in LIGANDS.items()
    }
    return read_bindpredict(_only(folder, "*.fasta*"), tables)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FileFormatError(explain(f"folder {folder}", found=f"{len(found)} files {pattern}", allowed="one"))
    return found[0]


def _by_accession(rows: Iterable[_Sites]) -> dict[str, list[_Sites]]:
    grouped: dict[str, list[_Sites]] = defaultdict(list)
    for row in rows:
        if any(row.kind == other.kind for other in grouped[row.accession]):
            raise FileFormatError(explain(row.where, found=f"{row.accession} and {row.kind} stand twice"))
        grouped[row.accession].append(row)
    return grouped


def _rows(table: PathInput, *, columns: int, header: bool) -> Iterator[_Sites]:
    lines = read_lines(table)
    if header:
        next(lines, None)
    number = 0
    for number, line in lines:
        if line.strip():
            yield _row(line, columns, f"{table}, line {number}")
    if not number:
        raise FileFormatError(explain(f"site table {table}", found="no rows"))


def _row(line: str, columns: int, where: str) -> _Sites:
    cells = line.split("\t")
    if len(cells) != columns or not all(cells):
        raise FileFormatError(explain(where, found=f"{len(cells)} columns", allowed=f"{columns}, with tabs between"))
    try:
        positions = tuple(int(cell) for cell in cells[-1].split(","))
    except ValueError as error:
        allowed = "whole numbers joined by commas"
        raise FileFormatError(explain(where, found=f"positions {cells[-1][:40]!r}", allowed=allowed)) from error
    return _Sites(accession(cells[0]), cells[1] if columns == 3 else "", positions, where)


def _annotated(sequences: PathInput, kinds: Mapping[str, Mapping[str, list[_Sites]]], track: str) -> list[Protein]:
    proteins = []
    for record in read_records(sequences):
        if record.id in kinds:
            sequence = sequence_of(record)
            by_kind = {name: _positives(rows, len(sequence)) for name, rows in sorted(kinds[record.id].items())}
            by_kind = {track: set().union(*by_kind.values()), **by_kind}
            tracks = {name: binary_track(len(sequence), sites) for name, sites in by_kind.items()}
            proteins.append(Protein(id=record.id, sequence=sequence, tracks=tracks))
    return proteins


def _positives(rows: Iterable[_Sites], length: int) -> set[int]:
    for row in rows:
        if outside := [position for position in row.positions if not 1 <= position <= length]:
            found = f"position {outside[0]} of {row.accession}"
            raise FileFormatError(explain(row.where, found=found, allowed=f"1 to {length}"))
    return {position - 1 for row in rows for position in row.positions}
