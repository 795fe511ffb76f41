"""ProteinNet's text records (AlQuraishi 2019, BMC Bioinformatics 20:311).

A record is a list of sections, each a name in brackets followed by its lines; an empty line ends it. Read are
``[ID]``, ``[PRIMARY]``, ``[SECONDARY]`` (DSSP's letters, ``L`` for none), ``[TERTIARY]`` (three lines x, y, z, with
N, CA and C of each residue, in picometre) and ``[MASK]`` (``-`` where a residue is not resolved). Other sections,
as the profile in ``[EVOLUTIONARY]``, are passed over.
"""

from collections.abc import Iterator

import numpy as np

from protlens.data.formats.text import read_lines
from protlens.data.protein import Protein, resolved_points
from protlens.errors import DatasetError, FileFormatError, explain
from protlens.typing import Coordinates, PathInput

_LINES = {"[ID]": 1, "[PRIMARY]": 1, "[SECONDARY]": 1, "[TERTIARY]": 3, "[MASK]": 1}
_PICOMETRE = 0.01
_ATOMS = 3
_CA = 1


def read_proteinnet(path: PathInput) -> Iterator[Protein]:
    """Yield the proteins of a ProteinNet text file, with CA positions where the record has them.

    Parameters
    ----------
    path
        The text file, plain or compressed with gzip.

    Raises
    ------
    FileFormatError
        If the file holds no record, or a record lacks a section or has one of the wrong size.
    """
    seen = 0
    for where, sections in _records(path):
        seen += 1
        try:
            yield _protein(sections)
        except (ValueError, DatasetError) as error:
            raise FileFormatError(explain(where, found=str(error))) from error
    if not seen:
        raise FileFormatError(explain(f"ProteinNet file {path}", found="no records", allowed="records that begin [ID]"))


def _records(path: PathInput) -> Iterator[tuple[str, dict[str, list[str]]]]:
    sections: dict[str, list[str]] = {}
    where, name = "", ""
    for number, line in read_lines(path):
        if line == "[ID]":
            if sections:
                yield where, sections
            sections, where = {}, f"{path}, record at line {number}"
        if line.startswith("["):
            name = line
            if name in _LINES:
                sections[name] = []
        elif name in _LINES and line and len(sections[name]) < _LINES[name]:
            sections[name].append(line)
    if sections:
        yield where, sections


def _protein(sections: dict[str, list[str]]) -> Protein:
    for name in ("[ID]", "[PRIMARY]"):
        if not sections.get(name):
            raise ValueError(f"section {name} is missing")
    sequence = sections["[PRIMARY]"][0].upper()
    secondary = sections.get("[SECONDARY]")
    return Protein(
        id=sections["[ID]"][0],
        sequence=sequence,
        tracks={"dssp": secondary[0].replace("L", "C")} if secondary else {},
        ca=_coordinates(sections, len(sequence)),
    )


def _coordinates(sections: dict[str, list[str]], length: int) -> Coordinates | None:
    if "[TERTIARY]" not in sections:
        return None
    rows = [np.array(line.split(), np.float64) for line in sections["[TERTIARY]"]]
    if [len(row) for row in rows] != [length * _ATOMS] * 3:
        raise ValueError(f"[TERTIARY] has {[len(row) for row in rows]} numbers for {length} residues")
    points = np.stack(rows, axis=1)[_CA::_ATOMS] * _PICOMETRE
    mask = "".join(sections.get("[MASK]", []))
    if len(mask) != length or not set(mask) <= set("+-"):
        raise ValueError(f"[MASK] has {len(mask)} of {length} characters + and -")
    return resolved_points(points, np.array([state == "+" for state in mask]))
