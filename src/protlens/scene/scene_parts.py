"""What a scene shows, part by part, for the programs that have no reader of MolViewSpec."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import gemmi

from protlens.scene.backdrop import CARTOON

Node: TypeAlias = Mapping[str, Any]


class Atom(NamedTuple):
    """An atom of the structure: its number, ``label_asym_id``, ``label_seq_id`` and name."""

    id: int
    asym: str
    seq: int | None
    name: str


_NAMES = {CARTOON: "chains"}
"""What a selection is called where its name is not the ref of the representation."""

PROPERTY = "property"
_SHOWN = {"cartoon": ["cartoon"], "ball_and_stick": ["sticks", "spheres"]}


def _find(node: Node, kind: str) -> Iterator[Node]:
    """Yield the nodes of a kind, in the order of the tree."""
    if node["kind"] == kind:
        yield node
    for child in node.get("children", ()):
        yield from _find(child, kind)


def structure_text(scene: Node) -> str:
    """Return the mmCIF that is inside a scene."""
    url: str = next(_find(scene["root"], "download"))["params"]["url"]
    return base64.b64decode(url.partition(",")[2]).decode()


def read_atoms(text: str) -> list[Atom]:
    """Return the atoms of that mmCIF."""
    columns = ["id", "label_asym_id", "label_seq_id", "label_atom_id"]
    table = gemmi.cif.read_string(text).sole_block().find("_atom_site.", columns)
    return [Atom(int(row[0]), row.str(1), int(row[2]) if row[2].isdigit() else None, row.str(3)) for row in table]


def scene_parts(scene: Node, atoms: Sequence[Atom]) -> Iterator[dict[str, Any]]:
    """Yield a selection for each representation, and one for each colour that is of a part of it."""
    for component in _find(scene["root"], "component"):
        for representation in _find(component, "representation"):
            params, ref = representation["params"], representation["ref"]
            for color in _find(representation, "color"):
                part = color["params"].get("selector")
                yield {
                    "name": _NAMES.get(ref, ref) if part is None else PROPERTY,
                    "shown": _SHOWN[params["type"]] if part is None else [],
                    "size": params.get("size_factor", 1),
                    "color": color["params"]["color"].replace("#", "0x"),
                    "atoms": _selected(part or component["params"]["selector"], atoms),
                }


def _selected(selector: Sequence[Mapping[str, Any]], atoms: Sequence[Atom]) -> list[int]:
    wanted = {(one["label_asym_id"], one.get("label_seq_id"), one.get("label_atom_id")) for one in selector}
    return [atom.id for atom in atoms if not wanted.isdisjoint(_keys(atom))]


def _keys(atom: Atom) -> set[tuple[str, int | None, str | None]]:
    return {(atom.asym, None, None), (atom.asym, atom.seq, None), (atom.asym, atom.seq, atom.name)}


def primitives(scene: Node, kind: str) -> Iterator[Mapping[str, Any]]:
    """Yield what is said of each primitive of a kind, ``arrow`` or ``label``, and of the group that it is in."""
    for group in _find(scene["root"], "primitives"):
        for one in group["children"]:
            if one["params"]["kind"] == kind:
                yield {**group["params"], **one["params"]}
