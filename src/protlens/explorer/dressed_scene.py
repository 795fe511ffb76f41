"""What is drawn of a head upon a structure: the arcs that were chosen, and the scene with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from protlens.data.protein import UNKNOWN
from protlens.explorer.schema import CONTACTS, Arcs, ProteinDocument
from protlens.page.hosting import DocumentSource
from protlens.registry import unknown_name
from protlens.scene.residue_names import residue_names
from protlens.scene.with_arcs import VERDICTS, Arc, ArcsOnChain, Scene, dress, strongest
from protlens.typing import Level

ShownArcs: TypeAlias = Literal["all", "holds", "fails"]
"""Which arcs are drawn, by whether the property holds for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcChoice:
    """Which arcs are drawn, as on the page.

    Parameters
    ----------
    property
        Colours arcs by whether it holds, and the residues where it does.
    threshold
        Smallest attention weight of an arc.
    arcs
        Drawn at most on each chain, strongest first.
    show
        All of these, or those alone for which the property holds or fails.

    Examples
    --------
    >>> ArcChoice(property="contact", threshold=0.3, arcs=30).show
    'all'
    """

    property: str
    threshold: float
    arcs: int
    show: ShownArcs = "all"


def arcs_on_chain(protein: ProteinDocument, arcs: Arcs, *, level: Level, choice: ArcChoice) -> ArcsOnChain:
    """Return the arcs to draw upon one chain, and its residues that take the property's colour.

    Parameters
    ----------
    protein, arcs
        Documents of the same protein.
    level, choice
        That of the property; which arcs are drawn.
    """
    mask = protein["masks"].get(choice.property, "")
    paired = arcs["head"] == CONTACTS
    about = zip(arcs["query"], arcs["key"], strict=True) if paired else zip(arcs["key"], strict=True)
    symbols = arcs["holds"][choice.property] if level == "pair" else (_any_symbol(mask, ends) for ends in about)
    columns = (arcs["query"], arcs["key"], arcs["weight"], arcs["distance"], symbols)
    listed = (
        Arc(query, key, weight, distance, VERDICTS[symbol])
        for query, key, weight, distance, symbol in zip(*columns, strict=True)
    )
    fitting = (arc for arc in listed if choice.show in ("all", arc.verdict))
    return ArcsOnChain(
        asym=protein["asym"],
        names=_names(protein),
        points=protein["points"] or [None] * len(protein["sequence"]),
        marked=[position for position, symbol in enumerate(mask) if level == "residue" and symbol == "1"],
        arcs=strongest(fitting, threshold=choice.threshold, most=choice.arcs),
        further=[(chain["start"], chain["asym"]) for chain in protein["further"]],
        paired=paired,
    )


def _any_symbol(mask: str, positions: Iterable[int]) -> str:
    """Return whether a mask holds at any of these positions: ``1``, ``0``, or ``?`` where that is not known."""
    symbols = {mask[position : position + 1] or UNKNOWN for position in positions}
    return next(symbol for symbol in ("1", UNKNOWN, "0") if symbol in symbols)


def _names(protein: ProteinDocument) -> list[str]:
    """Return what the residues of each chain are called, one chain after the other."""
    starts, names = [0], [protein["chain"]]
    for chain in protein["further"]:
        starts.append(chain["start"])
        names.append(chain["name"])
    parts = zip(starts, [*starts[1:], len(protein["sequence"])], names, strict=True)
    return [
        name
        for start, stop, chain in parts
        for name in residue_names(protein["sequence"][start:stop], protein["numbers"][start:stop], chain)
    ]


def dressed_scene(source: DocumentSource, *, protein: str, head: str, choice: ArcChoice) -> Scene:
    """Return the scene that the page shows of a head on a protein and its group, nothing being selected.

    Parameters
    ----------
    source
        An explorer.
    protein, head
        Id and label.
    choice
        Which arcs are drawn.

    Raises
    ------
    UnknownNameError
        If there is no such protein, head or property.
    OptionError
        If the protein has no coordinates.

    Examples
    --------
    >>> choice = ArcChoice(property="contact", threshold=0.3, arcs=30)
    >>> sorted(dressed_scene(explorer, protein="1CRN.A", head="3-3", choice=choice))
    ['kind', 'metadata', 'root']
    """
    levels = {entry["name"]: entry["level"] for entry in source.document("index", {})["properties"]}
    if choice.property not in levels:
        raise unknown_name("property", choice.property, list(levels))
    group = source.document("protein", {"id": protein})["group"]
    documents: list[tuple[Any, Any]] = [
        (source.document("protein", {"id": name}), source.document("arcs", {"protein": name, "head": head}))
        for name in group
    ]
    drawn = [arcs_on_chain(*both, level=levels[choice.property], choice=choice) for both in documents]
    return dress(dict(source.document("scene", {"protein": protein})), drawn, property_name=choice.property)
