"""Arcs of one head, chosen to be drawn upon a structure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, TypeAlias

Verdict: TypeAlias = Literal["holds", "fails", "unknown"]
"""Whether the chosen property holds for an arc; each names a colour of ``SceneStyle``."""

VERDICTS: dict[str, Verdict] = {"1": "holds", "0": "fails", "?": "unknown"}
"""By the character of a mask."""

Point: TypeAlias = tuple[float, float, float]


class Arc(NamedTuple):
    """A residue pair: zero-based positions, attention weight, distance in angstrom, and the property's verdict."""

    query: int
    key: int
    weight: float
    distance: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcsOnChain:
    """What is drawn upon one chain of a scene.

    Parameters
    ----------
    asym
        The chain's ``label_asym_id``.
    names
        Of all residues, as :func:`protlens.scene.names.residue_names` gives them.
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
