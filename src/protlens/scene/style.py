"""The colours and sizes of a scene, said once.

Arcs and property colours differ in lightness or along blue and yellow, so that they stay apart under every common
colour blindness; arcs keep a contrast of 3:1 on a white and on a near-black ground.
"""

from typing import TypedDict


class SceneStyle(TypedDict):
    """Colours as ``#rrggbb``; ``radius`` is that of the weakest and of the strongest arc, in angstrom.

    ``holds``, ``fails`` and ``unknown`` colour arcs, ``property`` the residues where the chosen property holds,
    ``chain`` the chains whose attention is shown, ``other`` further chains, ``ligand`` what is bound to them.
    """

    holds: str
    fails: str
    unknown: str
    property: str
    chain: str
    other: str
    ligand: str
    radius: tuple[float, float]


STYLE: SceneStyle = {
    "holds": "#1b7fd6",
    "fails": "#d55e00",
    "unknown": "#7f7f7f",
    "property": "#e0b000",
    "chain": "#b4bfca",
    "other": "#dad6cc",
    "ligand": "#2a9d6f",
    "radius": (0.12, 0.6),
}
