"""Label tables: a user's own facts about residues.

A table is a text file with tab-separated columns and this header::

    id      position    label

A row says that the residue at a position (counted from one) of a protein has a label. Each label becomes a track
of ``0`` and ``1`` under its name. A protein with at least one row for a label is known everywhere for it; a row with
an empty position says that the protein is labelled and has no such residue. A protein without rows for a label does
not carry the track.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from protlens.data.formats.text import TextSource, read_lines, source_name
from protlens.data.identifiers import accession
from protlens.data.protein import Protein, binary_track
from protlens.errors import FileFormatError, explain

_HEADER = ["id", "position", "label"]
_NOT_BINARY = frozenset({"dssp", "ss3"})


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    position: int | None
    label: str
    where: str


def add_labels(proteins: Iterable[Protein], table: TextSource) -> list[Protein]:
    """Return the proteins with the labels of a table as further tracks.

    Parameters
    ----------
    proteins
        The proteins that the table speaks of.
    table
        A tab-separated file, plain or compressed with gzip, or one that is open for reading text (see the module).

    Raises
    ------
    FileFormatError
        If a row has the wrong form, names an unknown protein or a track it already carries, or its position lies
        outside the sequence; the message names file and line.
    """
    by_id = {protein.id: protein for protein in proteins}
    positives: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in _rows(table):
        _check(row, by_id.get(row.id))
        sites = positives[row.id][row.label]
        if row.position is not None:
            sites.add(row.position - 1)
    return [_with_tracks(protein, positives.get(protein.id, {})) for protein in by_id.values()]


def _with_tracks(protein: Protein, positives: dict[str, set[int]]) -> Protein:
    tracks = {label: binary_track(len(protein), sites) for label, sites in positives.items()}
    return replace(protein, tracks={**protein.tracks, **tracks})


def _rows(table: TextSource) -> Iterable[_Row]:
    lines, name = read_lines(table), source_name(table)
    _, header = next(lines, (0, ""))
    if header.split("\t") != _HEADER:
        found = f"the first line is {header[:60]!r}"
        raise FileFormatError(explain(f"label table {name}", found=found, allowed="id, position, label (tabs between)"))
    rows = [_row(line, f"{name}, line {number}") for number, line in lines if line.strip()]
    if not rows:
        raise FileFormatError(explain(f"label table {name}", found="no rows"))
    return rows


def _row(line: str, where: str) -> _Row:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != len(_HEADER):
        raise FileFormatError(explain(where, found=f"{len(cells)} columns", allowed="three, with tabs between"))
    name, position, label = cells
    if not name or not label or label in _NOT_BINARY:
        allowed = f"an id, and a label other than {' and '.join(sorted(_NOT_BINARY))}"
        raise FileFormatError(explain(where, found=f"id {name!r}, label {label!r}", allowed=allowed))
    if position and not (position.isascii() and position.isdecimal()):
        allowed = "a whole number counted from one, or nothing"
        raise FileFormatError(explain(where, found=f"position {position[:20]!r}", allowed=allowed))
    return _Row(accession(name), int(position[:18]) if position else None, label, where)


def _check(row: _Row, protein: Protein | None) -> None:
    if protein is None:
        hint = "use the first word of the sequence's header"
        raise FileFormatError(explain(row.where, found=f"id {row.id!r} is not among the sequences", hint=hint))
    if row.label in protein.tracks:
        raise FileFormatError(explain(row.where, found=f"{row.id!r} has a track {row.label!r} already"))
    if row.position is not None and not 1 <= row.position <= len(protein):
        found = f"position {row.position} of {row.id!r}"
        raise FileFormatError(explain(row.where, found=found, allowed=f"1 to {len(protein)}"))
