"""The structure on which arcs are drawn, as a MolViewSpec state, and its colours."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from molviewspec.builder import create_builder
from molviewspec.nodes import ComponentExpression, GlobalMetadata, State

from protlens.data.protein import Protein
from protlens.scene.mmcif import TOOLTIPS
from protlens.scene.scene_structure import SceneStructure


class SceneStyle(TypedDict):
    """Colours as ``#rrggbb``; ``radius`` is that of an arc of weight 0 and of weight 1, in angstrom.

    ``holds``, ``fails`` and ``unknown`` colour arcs, ``property`` the residues where the chosen property holds,
    ``chain`` the chains whose attention is shown, ``attended`` the residues that get most of it, ``other`` further
    chains, ``ligand`` what is bound to them. ``opacity`` lists from which weight on an arc is how solid,
    strongest first.
    """

    holds: str
    fails: str
    unknown: str
    property: str
    chain: str
    attended: str
    other: str
    ligand: str
    radius: tuple[float, float]
    opacity: tuple[tuple[float, float], ...]


STYLE: SceneStyle = {
    "holds": "#1b7fd6",
    "fails": "#d55e00",
    "unknown": "#7f7f7f",
    "property": "#e0b000",
    "chain": "#b4bfca",
    "attended": "#3d4852",
    "other": "#dad6cc",
    "ligand": "#2a9d6f",
    "radius": (0.12, 0.6),
    "opacity": ((0.6, 1.0), (0.4, 0.75), (0.2, 0.5), (0.0, 0.3)),
}


CARTOON = "cartoon"
"""The ref of the representation that takes the colour of a property."""

STRUCTURE, ATTENDED = "structure", "attended"
"""The refs of the structure, to which the residues attended to are added, and of these."""

OTHERS, NUCLEIC_ACIDS, LIGANDS, SIDE_CHAINS = "others", "nucleic_acids", "ligands", "side_chains"
"""The refs of the other representations; each is there if the structure has such a part."""

_EPOCH = "1970-01-01T00:00:00+00:00"
"""The format asks for a time; always this one, so that the same input gives the same scene."""


def base_scene(structure: SceneStructure, proteins: Sequence[Protein]) -> dict[str, Any]:
    """Return a MolViewSpec state that draws a structure, without arcs.

    Parameters
    ----------
    structure
        Of :func:`structure_of_file` or :func:`structure_of_protein`.
    proteins
        Those of the structure whose attention is shown.
    """
    builder = create_builder()
    text = base64.b64encode(structure.text.encode()).decode("ascii")
    drawn = (
        builder.download(url=f"data:chemical/x-cif;base64,{text}").parse(format="mmcif").model_structure(ref=STRUCTURE)
    )
    drawn.tooltip_from_source(schema="residue", category_name=TOOLTIPS, field_name="tooltip")
    chains = _chains(asym for one in proteins for asym in (structure.asyms[one.id], *structure.further.get(one.id, ())))
    drawn.component(selector=chains).representation(type="cartoon", ref=CARTOON).color(color=STYLE["chain"])
    for ref, asyms, kind, color in (
        (OTHERS, structure.others, "cartoon", STYLE["other"]),
        (NUCLEIC_ACIDS, structure.nucleic_acids, "cartoon", STYLE["ligand"]),
        (LIGANDS, structure.ligands, "ball_and_stick", STYLE["ligand"]),
    ):
        if asyms:
            drawn.component(selector=_chains(asyms)).representation(type=kind, ref=ref).color(color=color)
    if structure.side_chains:
        shown = drawn.component(selector=_atoms(structure))
        shown.representation(type="ball_and_stick", size_factor=0.6, ref=SIDE_CHAINS).color(color=STYLE["chain"])
    metadata = GlobalMetadata(version="1", timestamp=_EPOCH)
    scene: dict[str, Any] = State(root=builder.get_node(), metadata=metadata).to_dict()
    return scene


def _chains(asyms: Iterable[str]) -> list[ComponentExpression]:
    return [ComponentExpression(label_asym_id=asym) for asym in asyms]


def _atoms(structure: SceneStructure) -> list[ComponentExpression]:
    return [
        ComponentExpression(label_asym_id=asym, label_seq_id=number, label_atom_id=atom)
        for asym, number, atoms in structure.side_chains
        for atom in atoms
    ]
