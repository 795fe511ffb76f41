"""A scene as a PyMOL script, with the structure inside.

All that comes from the structure stands in the script as base64, so that no name in it is ever read as a command.
"""

import base64
import json
import textwrap
import zlib

import numpy as np

from protlens.scene.backdrop import STYLE
from protlens.scene.scene_parts import PROPERTY, Node, primitives, read_atoms, scene_parts, structure_text
from protlens.scene.with_arcs import VERDICTS

_CYLINDER, _ALPHA, _CONE = 9.0, 25.0, 27.0
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
    text = structure_text(scene)
    atoms = read_atoms(text)
    data = {
        "structure": text,
        "trace": int(not any(atom.name == "C" for atom in atoms)),
        "parts": sorted(scene_parts(scene, atoms), key=lambda part: part["name"] == PROPERTY),
        "arcs": _arcs(scene),
        "labels": [[one["text"], one["position"]] for one in primitives(scene, "label")],
    }
    packed = base64.b64encode(zlib.compress(json.dumps(data).encode())).decode("ascii")
    return _SCRIPT.replace("{data}", "\n".join(textwrap.wrap(packed, 100)))


def _arcs(scene: Node) -> dict[str, list[float]]:
    """Return how solid, a cylinder and the cone at its end, if it has one, for each arc, by its class."""
    names = {STYLE[verdict]: f"arcs_{verdict}" for verdict in VERDICTS.values()}
    arcs: dict[str, list[float]] = {}
    for params in primitives(scene, "arrow"):
        rgb = [int(params["color"][place : place + 2], 16) / 255 for place in (1, 3, 5)]
        start, end = np.array(params["start"]), np.array(params["end"])
        neck, cone = end, []
        if params["show_end_cap"]:
            neck = end - params["end_cap_length"] * (end - start) / np.linalg.norm(end - start)
            cone = [_CONE, *neck.tolist(), *end.tolist(), params["end_cap_radius"], 0.0, *rgb, *rgb, 1.0, 0.0]
        cylinder = [_CYLINDER, *start.tolist(), *neck.tolist(), params["tube_radius"], *rgb, *rgb]
        arcs.setdefault(names[params["color"]], []).extend([_ALPHA, params["opacity"], *cylinder, *cone])
    return arcs
