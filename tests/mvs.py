"""Checks of MolViewSpec states, stricter than the library's own: each node's parameters too."""

import json
from collections.abc import Iterator
from typing import Any

from molviewspec import nodes

PARAMS = {
    "download": nodes.DownloadParams,
    "parse": nodes.ParseParams,
    "structure": nodes.StructureParams,
    "tooltip_from_source": nodes.TooltipFromSourceParams,
    "component": nodes.ComponentInlineParams,
    "color": nodes.ColorInlineParams,
    "primitives": nodes.PrimitivesParams,
    "arrow": nodes.ArrowParams,
    "label": nodes.PrimitiveLabelParams,
}
REPRESENTATIONS = {"cartoon": nodes.CartoonParams, "ball_and_stick": nodes.BallAndStickParams}
BARE = {"root"}


def all_nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a node and all below it."""
    yield node
    for child in node.get("children", ()):
        yield from all_nodes(child)


def nodes_of(scene: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in all_nodes(scene["root"]) if node["kind"] == kind]


def by_ref(scene: dict[str, Any], ref: str) -> dict[str, Any]:
    (found,) = [node for node in all_nodes(scene["root"]) if node.get("ref") == ref]
    return found


def component_of(scene: dict[str, Any], ref: str) -> dict[str, Any]:
    """Return the component above the representation of that ref."""
    (found,) = [
        node for node in nodes_of(scene, "component") if any(child.get("ref") == ref for child in node["children"])
    ]
    return found


def check_scene(scene: dict[str, Any]) -> None:
    """Fail if a state is not one that MolViewSpec allows."""
    nodes.validate_state_tree(json.dumps(scene))
    assert scene["metadata"]["version"] == "1"
    for node in all_nodes(scene["root"]):
        if node["kind"] in BARE:
            assert "params" not in node
            continue
        params = node["params"]
        kind = params["kind"] if node["kind"] == "primitive" else node["kind"]
        model = REPRESENTATIONS[params["type"]] if kind == "representation" else PARAMS[kind]
        known = {field.alias or name for name, field in model.model_fields.items()}
        assert set(params) <= known, (node["kind"], set(params) - known)
        model.model_validate(params)


def arrows_of(scene: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is said of each arc that is drawn, in order."""
    return [node["params"] for node in nodes_of(scene, "primitive") if node["params"]["kind"] == "arrow"]
