"""A scene as a PyMOL script, with the structure inside.

All that comes from the structure stands in the script as base64, so that no name in it is ever read as a command.
"""

import base64
import json
import textwrap
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import gemmi
import numpy as np

from protlens.scene.backdrop import CARTOON, STYLE
from protlens.scene.with_arcs import VERDICTS

Node: TypeAlias = Mapping[str, Any]


class Atom(NamedTuple):
    """An atom of the structure: its number, ``label_asym_id``, ``label_seq_id`` and name."""

    id: int
    asym: str
    seq: int | None
    name: str


_NAMES = {CARTOON: "chains"}
"""What a selection is called where its name is not the ref of the representation."""

_PROPERTY = "property"
_SHOWN = {"cartoon": ["cartoon"], "ball_and_stick": ["sticks", "spheres"]}
_CYLINDER, _CONE = 9.0, 27.0
"""The codes in a compiled graphics object (``pymol.cgo``)."""

_SCRIPT = '''\
# Attention upon a structure, written by protlens. Run with: pymol FILE
# Selections: chains, others, nucleic_acids, ligands, side_chains, attended and property, where the structure has them.
# Arcs: the objects arcs_holds, arcs_fails and arcs_unknown, by whether the property holds for them; names: labels.
python
import base64, json, zlib
from pymol import cmd

data = json.loads(zlib.decompress(base64.b64decode("""
{data}
""")))
cmd.load_raw(data["structure"], "cif", "structure")
cmd.hide("everything", "structure")
cmd.set("cartoon_trace_atoms", data["trace"], "structure")
for part in data["parts"]:  # of a property last, over the colour of its chain
    cmd.select_list(part["name"], "structure", part["atoms"], mode="id")
    cmd.color(part["color"], part["name"])
    for style in part["shown"]:
        cmd.show(style, part["name"])
        cmd.set("stick_radius", 0.25 * part["size"], part["name"])
        cmd.set("sphere_scale", 0.25 * part["size"], part["name"])
for name, cylinders in data["arcs"].items():
    cmd.load_cgo(cylinders, name)
for text, position in data["labels"]:
    cmd.pseudoatom("labels", pos=position, label=text)
cmd.bg_color("white")
cmd.deselect()
cmd.orient("structure")
python end
'''


def pymol_script(scene: Node) -> str:
    """Return a script that draws a scene of :func:`protlens.scene.with_arcs.dress` in PyMOL 2.3 or later."""
    text = _structure_text(scene)
    atoms = _read_atoms(text)
    data = {
        "structure": text,
        "trace": int(not any(atom.name == "C" for atom in atoms)),
        "parts": sorted(_parts(scene, atoms), key=lambda part: part["name"] == _PROPERTY),
        "arcs": _arcs(scene),
        "labels": [[one["text"], one["position"]] for one in _primitives(scene, "label")],
    }
    packed = base64.b64encode(zlib.compress(json.dumps(data).encode())).decode("ascii")
    return _SCRIPT.replace("{data}", "\n".join(textwrap.wrap(packed, 100)))


def _find(node: Node, kind: str) -> Iterator[Node]:
    """Yield the nodes of a kind, in the order of the tree."""
    if node["kind"] == kind:
        yield node
    for child in node.get("children", ()):
        yield from _find(child, kind)


def _structure_text(scene: Node) -> str:
    url: str = next(_find(scene["root"], "download"))["params"]["url"]
    return base64.b64decode(url.partition(",")[2]).decode()


def _read_atoms(text: str) -> list[Atom]:
    columns = ["id", "label_asym_id", "label_seq_id", "label_atom_id"]
    table = gemmi.cif.read_string(text).sole_block().find("_atom_site.", columns)
    return [Atom(int(row[0]), row.str(1), int(row[2]) if row[2].isdigit() else None, row.str(3)) for row in table]


def _parts(scene: Node, atoms: Sequence[Atom]) -> Iterator[dict[str, Any]]:
    """Yield a selection for each representation, and one for each colour that is of a part of it."""
    for component in _find(scene["root"], "component"):
        for representation in _find(component, "representation"):
            params, ref = representation["params"], representation["ref"]
            for color in _find(representation, "color"):
                part = color["params"].get("selector")
                yield {
                    "name": _NAMES.get(ref, ref) if part is None else _PROPERTY,
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


def _primitives(scene: Node, kind: str) -> Iterator[Mapping[str, Any]]:
    return (one["params"] for one in _find(scene["root"], "primitive") if one["params"]["kind"] == kind)


def _arcs(scene: Node) -> dict[str, list[float]]:
    """Return a cylinder and the cone at its end for each arc, by its class."""
    names = {STYLE[verdict]: f"arcs_{verdict}" for verdict in VERDICTS.values()}
    arcs: dict[str, list[float]] = {}
    for params in _primitives(scene, "arrow"):
        rgb = [int(params["color"][place : place + 2], 16) / 255 for place in (1, 3, 5)]
        start, end = np.array(params["start"]), np.array(params["end"])
        neck = end - params["end_cap_length"] * (end - start) / np.linalg.norm(end - start)
        cylinder = [_CYLINDER, *start.tolist(), *neck.tolist(), params["tube_radius"], *rgb, *rgb]
        cone = [_CONE, *neck.tolist(), *end.tolist(), params["end_cap_radius"], 0.0, *rgb, *rgb, 1.0, 0.0]
        arcs.setdefault(names[params["color"]], []).extend([*cylinder, *cone])
    return arcs
