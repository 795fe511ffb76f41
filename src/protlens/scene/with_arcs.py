"""Arcs on a structure: which are drawn, and how they join its state, as ``frontend/src/structure/scene.ts`` does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeAlias

from protlens.naming import property_words
from protlens.scene.backdrop import CARTOON, STYLE

ArcVerdict: TypeAlias = Literal["holds", "fails", "unknown"]
"""Whether the chosen property holds for an arc; each names a colour of ``SceneStyle``."""

VERDICTS: dict[str, ArcVerdict] = {"1": "holds", "0": "fails", "?": "unknown"}
"""By the character of a mask."""

Point: TypeAlias = tuple[float, float, float]


class Arc(NamedTuple):
    """A residue pair: zero-based positions, attention weight, distance in angstrom, and the property's verdict."""

    query: int
    key: int
    weight: float
    distance: float | None
    verdict: ArcVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcsOnChain:
    """What is drawn upon one chain of a scene.

    Parameters
    ----------
    asym
        The chain's ``label_asym_id``.
    names
        Names of all residues, as :func:`protlens.scene.residue_names.residue_names` gives them.
    points
        Positions of all residues in angstrom, None where not resolved.
    marked
        Zero-based positions of residues that take the property's colour, ascending.
    arcs
        Strongest first.
    """

    asym: str
    names: Sequence[str]
    points: Sequence[Point | None]
    marked: Sequence[int]
    arcs: Sequence[Arc]


def strongest(arcs: Iterable[Arc], *, threshold: float, most: int) -> list[Arc]:
    """Return the first arcs of at least the threshold between two different residues, at most ``most``.

    Parameters
    ----------
    arcs
        Strongest first.
    threshold
        The smallest weight.
    most
        How many are returned at most.
    """
    return list(islice((arc for arc in arcs if arc.weight >= threshold and arc.query != arc.key), most))


Scene: TypeAlias = dict[str, Any]
"""A MolViewSpec state, or a node of one."""


def dress(scene: Scene, chains: Sequence[ArcsOnChain], *, property_name: str, threshold: float) -> Scene:
    """Return a copy of a base scene with arcs as tubes and the property's residues in its colour.

    Parameters
    ----------
    scene
        Of :func:`protlens.scene.backdrop.base_scene`.
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
    called = property_words(property_name)
    words = {"holds": called, "fails": f"not {called}", "unknown": f"{called} unknown"}
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
        "tooltip": escape(arc_tooltip(chain, arc, property_name), quote=False),  # viewers take it for HTML
    }
