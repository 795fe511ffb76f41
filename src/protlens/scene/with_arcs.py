"""Arcs on a structure: which are drawn, and how they join its state, as ``frontend/src/structure/scene.ts`` does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from protlens.naming import property_words
from protlens.scene.backdrop import ATTENDED, CARTOON, STRUCTURE, STYLE

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
    """What is drawn upon one chain of a scene, or upon several that are one protein.

    Parameters
    ----------
    asym
        The chain's ``label_asym_id``; that of the first where several are joined.
    names
        Names of all residues, as :func:`protlens.scene.residue_names.residue_names` gives them.
    points
        Where arcs start and end at each residue, in angstrom, None where not resolved.
    marked
        Zero-based positions of residues that take the property's colour, ascending.
    arcs
        Strongest first.
    further
        Where further chains begin, zero-based and ascending, and their ``label_asym_id``.
    paired
        Whether the arcs have no direction and their weights are probabilities, as those of predicted contacts.
    """

    asym: str
    names: Sequence[str]
    points: Sequence[Point | None]
    marked: Sequence[int]
    arcs: Sequence[Arc]
    further: Sequence[tuple[int, str]] = ()
    paired: bool = False

    def residue(self, position: int) -> dict[str, str | int]:
        """Return what selects a residue in the scene: its chain's ``label_asym_id``, and ``label_seq_id``."""
        chains = [(0, self.asym), *self.further]
        start, asym = next(chain for chain in reversed(chains) if chain[0] <= position)
        return {"label_asym_id": asym, "label_seq_id": position - start + 1}

    def links_chains(self, arc: "Arc") -> bool:
        """Return whether the two residues of an arc are of different chains."""
        return self.residue(arc.query)["label_asym_id"] != self.residue(arc.key)["label_asym_id"]


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


def dress(scene: Scene, chains: Sequence[ArcsOnChain], *, property_name: str) -> Scene:
    """Return a copy of a base scene with arcs as arrows, pairs as lines, what they lead to, and the property's colour.

    Parameters
    ----------
    scene
        Of :func:`protlens.scene.backdrop.base_scene`.
    chains
        Chains of the scene; their arcs are drawn in this order.
    property_name
        What the verdicts are about.
    """
    root: Scene = scene["root"]
    selector = [chain.residue(position) for chain in chains for position in chain.marked]
    if selector:
        color = {"kind": "color", "params": {"selector": selector, "color": STYLE["property"]}}
        root = _with_child(root, CARTOON, color)
    arrows = _arrows(chains, property_name)
    if arrows:
        named = [(chain, position) for chain in chains for position in most_attended(chain)]
        root = _with_child(root, STRUCTURE, _sticks(named))
        names = _primitives(_labels(named, _reach(chains)), _READABLE)
        root = {**root, "children": [*root["children"], names, *arrows]}
    return {**scene, "root": root}


def _arrows(chains: Sequence[ArcsOnChain], property_name: str) -> list[Scene]:
    """Return the arcs as one group of arrows for each step of opacity, the solid ones first."""
    groups: dict[float, list[dict[str, Any]]] = {}
    for chain in chains:
        for arc, ends in drawable(chain):
            groups.setdefault(opacity(arc.weight), []).append(_arrow(chain, arc, ends, property_name))
    return [
        {**_primitives(groups[step], {"opacity": step}), "ref": f"arcs_{round(100 * step)}"}
        for step in sorted(groups, reverse=True)
    ]


def opacity(weight: float) -> float:
    """Return how solid an arc is, in the steps of the style: the same in every picture."""
    return next((solid for least, solid in STYLE["opacity"] if weight >= least), STYLE["opacity"][-1][1])


NAMED = 3
"""The most residues of a chain that are drawn as sticks and named, as most attention ends on them."""


def most_attended(chain: ArcsOnChain) -> list[int]:
    """Return the positions to which the drawn arcs of a chain lead with most weight, at most ``NAMED``, most first.

    An arc leads to the residue that is attended to, a pair without direction to both of its residues.
    """
    received: dict[int, float] = {}
    for arc, _ in drawable(chain):
        for position in (arc.query, arc.key) if chain.paired else (arc.key,):
            received[position] = received.get(position, 0.0) + arc.weight
    return sorted(received, key=lambda position: (-received[position], position))[:NAMED]


def _sticks(named: Sequence[tuple[ArcsOnChain, int]]) -> Scene:
    """Return the residues as balls and sticks, with their side chains where the structure has them."""
    selector = [chain.residue(position) for chain, position in named]
    drawn = {
        "kind": "representation",
        "params": {"type": "ball_and_stick", "size_factor": 0.8},
        "children": [{"kind": "color", "params": {"color": STYLE["attended"]}}],
        "ref": ATTENDED,
    }
    return {"kind": "component", "params": {"selector": selector}, "children": [drawn]}


_NAME_SIZE, _NAME_BEFORE = 0.075, 0.8
"""How tall names are, and how far before their residue, as shares of how far the chains reach: before most of them."""


def _reach(chains: Sequence[ArcsOnChain]) -> float:
    """Return half the diagonal of the box about all residues, in angstrom."""
    points = [point for chain in chains for point in chain.points if point is not None]
    return float(np.linalg.norm(np.ptp(points, axis=0))) / 2


def _labels(named: Iterable[tuple[ArcsOnChain, int]], reach: float) -> Iterator[dict[str, Any]]:
    for chain, position in named:
        yield {
            "kind": "label",
            "position": list(chain.points[position] or ()),
            "text": chain.names[position],
            "label_size": round(_NAME_SIZE * reach, 1),
            "label_color": "#000000",
            "label_offset": round(_NAME_BEFORE * reach, 1),
        }


_READABLE = {"label_background_color": "#ffffff"}
"""Names stand on white, as what is behind them may be of any colour."""


def _primitives(params: Iterable[dict[str, Any]], common: Mapping[str, str | float]) -> Scene:
    children = [{"kind": "primitive", "params": one} for one in params]
    return {"kind": "primitives", "params": dict(common), "children": children}


def drawable(chain: ArcsOnChain) -> Iterator[tuple[Arc, tuple[Point, Point]]]:
    """Yield the arcs whose two residues are resolved, with the positions of these."""
    for arc in chain.arcs:
        start, end = chain.points[arc.query], chain.points[arc.key]
        if start is not None and end is not None and arc.query != arc.key:
            yield arc, (start, end)


def tube_radius(weight: float) -> float:
    """Return a radius in angstrom, the same in every picture: the first of the style at 0, the second at 1."""
    thin, thick = STYLE["radius"]
    return round(min(max(thin + (thick - thin) * weight, thin), thick), 3)


def arc_tooltip(chain: ArcsOnChain, arc: Arc, property_name: str) -> str:
    """Return ``Phe 148 A → Ser 343 A, 0.758, contact 6.1 Å``; a pair with a dash and ``probability 0.758``."""
    called = property_words(property_name)
    words = {"holds": called, "fails": f"not {called}", "unknown": f"{called} unknown"}
    distance = "" if arc.distance is None else f" {arc.distance:.1f} Å"
    sign, weight = ("\N{EN DASH}", "probability ") if chain.paired else ("→", "")
    ends = f"{chain.names[arc.query]} {sign} {chain.names[arc.key]}"
    return f"{ends}, {weight}{arc.weight:.3f}, {words[arc.verdict]}{distance}"


def _with_child(node: Scene, ref: str, child: Scene) -> Scene:
    """Return a copy of a tree in which the node of that ref has one more child."""
    if node.get("ref") == ref:
        return {**node, "children": [*node.get("children", []), child]}
    if "children" not in node:
        return node
    return {**node, "children": [_with_child(below, ref, child) for below in node["children"]]}


def _arrow(chain: ArcsOnChain, arc: Arc, ends: tuple[Point, Point], property_name: str) -> dict[str, Any]:
    start, end = ends
    radius = tube_radius(arc.weight)
    cap = {"end_cap_radius": round(2 * radius + 0.25, 3), "end_cap_length": round(4 * radius + 0.5, 3)}
    return {
        "kind": "arrow",
        "start": list(start),
        "end": list(end),
        "show_tube": True,
        "tube_radius": radius,
        **({"show_end_cap": False} if chain.paired else {"show_end_cap": True, **cap}),
        "color": STYLE[arc.verdict],
        "tooltip": escape(arc_tooltip(chain, arc, property_name), quote=False),  # viewers take it for HTML
    }
