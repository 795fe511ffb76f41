"""Arcs and the residues of a property, put into a base scene; the same as ``frontend/src/structure/scene.ts`` does."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from protlens.scene.arcs import Arc, ArcsOnChain, Point
from protlens.scene.base import CARTOON
from protlens.scene.style import STYLE

Scene: TypeAlias = dict[str, Any]
"""A MolViewSpec state, or a node of one."""


def dress(scene: Scene, chains: Sequence[ArcsOnChain], *, property_name: str, threshold: float) -> Scene:
    """Return a copy of a base scene with arcs as tubes and the property's residues in its colour.

    Parameters
    ----------
    scene
        Of :func:`protlens.scene.base.base_scene`.
    chains
        Chains of the scene; their arcs are drawn in this order.
    property_name
        What the verdicts are about.
    threshold
        The weight that is drawn with the smallest radius.
    """
    root: Scene = scene["root"]
    selector = [
        {"label_asym_id": chain.asym, "label_seq_id": position + 1} for chain in chains for position in chain.marked
    ]
    if selector:
        color = {"kind": "color", "params": {"selector": selector, "color": STYLE["property"]}}
        root = _with_child(root, CARTOON, color)
    tubes = [
        {"kind": "primitive", "params": _tube(chain, arc, ends, property_name=property_name, threshold=threshold)}
        for chain in chains
        for arc, ends in drawable(chain)
    ]
    if tubes:
        root = {**root, "children": [*root["children"], {"kind": "primitives", "children": tubes}]}
    return {**scene, "root": root}


def drawable(chain: ArcsOnChain) -> Iterator[tuple[Arc, tuple[Point, Point]]]:
    """Yield the arcs whose two residues are resolved, with the positions of these."""
    for arc in chain.arcs:
        start, end = chain.points[arc.query], chain.points[arc.key]
        if start is not None and end is not None and arc.query != arc.key:
            yield arc, (start, end)


def tube_radius(weight: float, threshold: float) -> float:
    """Return a radius in angstrom: the first of the style at the threshold, the second at a weight of one."""
    thin, thick = STYLE["radius"]
    if threshold >= 1:
        return thin
    return round(min(max(thin + (thick - thin) * (weight - threshold) / (1 - threshold), thin), thick), 3)


def arc_tooltip(chain: ArcsOnChain, arc: Arc, property_name: str) -> str:
    """Return ``Phe 148 A → Ser 343 A, 0.758, contact 6.1 A``."""
    words = {"holds": property_name, "fails": f"not {property_name}", "unknown": f"{property_name} unknown"}
    distance = "" if arc.distance is None else f" {arc.distance:.1f} A"
    return f"{chain.names[arc.query]} → {chain.names[arc.key]}, {arc.weight:.3f}, {words[arc.verdict]}{distance}"


def _with_child(node: Scene, ref: str, child: Scene) -> Scene:
    """Return a copy of a tree in which the node of that ref has one more child."""
    if node.get("ref") == ref:
        return {**node, "children": [*node.get("children", []), child]}
    if "children" not in node:
        return node
    return {**node, "children": [_with_child(below, ref, child) for below in node["children"]]}


def _tube(
    chain: ArcsOnChain, arc: Arc, ends: tuple[Point, Point], *, property_name: str, threshold: float
) -> dict[str, Any]:
    start, end = ends
    return {
        "kind": "tube",
        "start": list(start),
        "end": list(end),
        "radius": tube_radius(arc.weight, threshold),
        "color": STYLE[arc.verdict],
        "tooltip": arc_tooltip(chain, arc, property_name),
    }
