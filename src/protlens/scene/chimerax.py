"""A scene for UCSF ChimeraX: a command file, and beside it the structure as mmCIF and the arcs as BILD.

A command file cannot hold a structure. Whatever stands in it is a number, a colour, a plain name of a chain or of an
atom, or a name of a residue in letters, so that no name is ever read as a command.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import gemmi

from protlens.scene.scene_parts import PROPERTY, Node, primitives, read_atoms, scene_parts, structure_text

_SHOWN = {"cartoon": "cartoon {spec}", "sticks": "show {spec} atoms", "spheres": "style {spec} ball"}
_PLAIN = re.compile(r"[A-Za-z0-9]{1,4}")
_NAME = re.compile(r"[\w .()-]+")
_POINT = ("Cartn_x", "Cartn_y", "Cartn_z")


class ChimeraX(NamedTuple):
    """Three texts: the commands, the structure, and the arcs."""

    commands: str
    structure: str
    arcs: str


def chimerax_files(scene: Node, *, structure: str, arcs: str) -> ChimeraX:
    """Return what draws a scene of :func:`protlens.scene.with_arcs.dress` in ChimeraX 1.0 or later.

    Parameters
    ----------
    scene
        The scene.
    structure, arcs
        The names of the files beside the commands; of letters, digits, dots, dashes and underscores.
    """
    text = _with_plain_chains(structure_text(scene))
    specs = _places(text)
    parts = sorted(scene_parts(scene, read_atoms(text)), key=lambda part: part["name"] == PROPERTY)
    lines = [
        "# Attention upon a structure, written by protlens. Open this file in ChimeraX; it closes what is open.",
        "close",
        f"open {structure} format mmcif",
        "hide atoms",
        "hide cartoons",
        *(line for part in parts for line in _part_lines(part, specs)),
        *(f'label {_near(one["position"], specs.values())} residues text "{one["text"]}"' for one in _names(scene)),
        f"open {arcs} format bild",
        "set bgColor white",
        "lighting soft",
        "view",
    ]
    return ChimeraX("\n".join(lines) + "\n", text, _bild(scene))


def _with_plain_chains(text: str) -> str:
    """Return an mmCIF in which a chain with an odd name has that of its ``label_asym_id``, which is of letters."""
    block = gemmi.cif.read_string(text).sole_block()
    for row in block.find("_atom_site.", ["auth_asym_id", "label_asym_id"]):
        if not _PLAIN.fullmatch(row.str(0)):
            row[0] = row[1]
    return str(block.as_string())


class _AtomPlace(NamedTuple):
    chain: str
    number: str
    atom: str
    point: gemmi.Position


def _places(text: str) -> dict[int, _AtomPlace]:
    """Return where each atom is, as ChimeraX names it, by its number."""
    columns = ["id", "auth_asym_id", "auth_seq_id", "pdbx_PDB_ins_code", "label_atom_id", *_POINT]
    table = gemmi.cif.read_string(text).sole_block().find("_atom_site.", columns)
    return {
        int(row[0]): _AtomPlace(
            row.str(1), row.str(2) + row.str(3), row.str(4), gemmi.Position(*(float(row[at]) for at in (5, 6, 7)))
        )
        for row in table
    }


def _part_lines(part: Mapping[str, Any], specs: Mapping[int, _AtomPlace]) -> Iterator[str]:
    if not part["atoms"]:
        return
    spec = _spec([specs[atom] for atom in part["atoms"]], whole=part["name"] != "side_chains")
    for style in part["shown"]:
        yield _SHOWN[style].format(spec=spec)
    yield f"color {spec} {part['color'].replace('0x', '#')}"


def _spec(places: Sequence[_AtomPlace], *, whole: bool) -> str:
    """Return a specification of residues, or of their atoms."""
    if whole:
        chains = groupby(dict.fromkeys((one.chain, one.number) for one in places), key=lambda one: one[0])
        return "".join(f"/{chain}:{','.join(number for _, number in found)}" for chain, found in chains)
    residues = groupby(places, key=lambda one: (one.chain, one.number))
    return "".join(
        f"/{chain}:{number}@{','.join(one.atom for one in found if _PLAIN.fullmatch(one.atom))}"
        for (chain, number), found in residues
    )


def _names(scene: Node) -> list[Mapping[str, Any]]:
    return [one for one in primitives(scene, "label") if _NAME.fullmatch(one["text"])]


def _near(point: Sequence[float], places: Iterable[_AtomPlace]) -> str:
    """Return the residue whose atom stands at a point, where the label of it does."""
    at = gemmi.Position(*point)
    return _spec([min(places, key=lambda place: place.point.dist(at))], whole=True)


def _bild(scene: Node) -> str:
    """Return the arrows, each from the residue that attends to the one that is attended to, and pairs as cylinders."""
    lines = []
    for one in primitives(scene, "arrow"):
        colour = " ".join(f"{int(one['color'][at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))
        ends = " ".join(f"{value:g}" for value in (*one["start"], *one["end"]))
        lines += [f".color {colour}", f".transparency {1 - one['opacity']:g}"]
        if one["show_end_cap"]:
            start, end = gemmi.Position(*one["start"]), gemmi.Position(*one["end"])
            shaft = max(0.0, 1 - one["end_cap_length"] / start.dist(end))
            lines += [f".arrow {ends} {one['tube_radius']:g} {one['end_cap_radius']:g} {shaft:.3f}"]
        else:
            lines += [f".cylinder {ends} {one['tube_radius']:g}"]
    return "\n".join(lines) + "\n"
