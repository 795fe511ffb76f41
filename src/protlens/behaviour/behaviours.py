"""The behaviours that a head can be named after, and from when on it is."""

from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from protlens.files import json_checksum
from protlens.naming import AMINO_ACID, property_title, property_words

Source: TypeAlias = Literal["weights", "repeats", "arcs"]
"""Where the evidence is from: attention in the run's proteins, in those with a repeat inserted, or the run's arcs."""

Family: TypeAlias = Literal["place", "sequence", "structure", "repeat", "site", "sink"]

FLOOR = 0.2
"""The least share: a fifth of what a head gives to residues. Five behaviours can hold at once, not fifteen."""

MOST = 0.5
"""The least share of a sink, which takes most of the attention."""

LIFT = 2.0
"""The least share over that of chance; common amino acids reach the floor with a lift of two."""

POSITION_LIFT = 4.0
"""The same for places in the chain: in a chain of 20 residues, the shortest that votes, three are 15 % of it."""

OWN_LIFT = 1.25
"""The least lift where the baseline is what the head does elsewhere, and not an even spread."""

STRAND_FLOOR = 0.05
"""The least share of strand partners: a residue in a strand has two or three among hundreds."""

CONTROL_LIFT = 1.5
"""The least lift over a control, which knows separations already, and in a run amino acids and places."""

LEAST_BETWEEN = 0.1
"""A head that gives less than this share of its attention to residues is not named after where that goes."""

LEAST_RESIDUES = 20
"""Shorter chains have no vote: chance alone comes near the floor in them."""

FEWEST_PROTEINS = 8
"""Fewer votes name no head: of five proteins one odd one moves the lower end of an interval by a fifth."""

OFFSETS = tuple(k for k in range(-16, 17) if k)
"""Offsets k at which attention from i to i+k is measured."""

END_RESIDUES = 3
"""Residues that are the beginning, or the end, of a chain."""

LEAST_STATE = 10
"""Residues in strands, or in helices and outside of them, from which on a protein has a vote on these."""

CONTACT_SEPARATION = 6
"""Least |i-j| of a contact."""

PARTNER_SEPARATION = 4
"""Least |i-j| of strand partners; nearer pairs touch in any fold."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that a head can do.

    Parameters
    ----------
    name
        As in tables.
    title
        As in text, whatever the variant.
    short
        As in a cell of the poster; ``{}`` stands for the variant.
    family
        What it depends on; the colour of the poster.
    source
        Where its evidence is from.
    floor, lift
        What the lower ends of the 95 % intervals of the share and of its lift over the baseline must reach.
    """

    name: str
    title: str
    short: str
    family: Family
    source: Source
    floor: float = FLOOR
    lift: float = LIFT


BEHAVIOURS = {
    one.name: one
    for one in (
        Behaviour("offset", "fixed offset", "{}", "place", "weights", lift=POSITION_LIFT),
        Behaviour("self", "itself", "self", "place", "weights", lift=POSITION_LIFT),
        Behaviour("beginning", "beginning", "start", "place", "weights", lift=POSITION_LIFT),
        Behaviour("end", "end", "end", "place", "weights", lift=POSITION_LIFT),
        Behaviour("turn_spacing", "3 and 4 apart", "±3, ±4", "place", "weights"),
        Behaviour("helix", "helix turn", "helix", "structure", "weights", lift=OWN_LIFT),
        Behaviour("strand_partner", "strand partner", "strand", "structure", "weights", STRAND_FLOOR, CONTROL_LIFT),
        Behaviour("contact", "contact", "contact", "structure", "arcs", lift=CONTROL_LIFT),
        Behaviour("site", "site", "{}", "site", "arcs", lift=CONTROL_LIFT),
        Behaviour("amino_acid", "one amino acid", "{}", "sequence", "weights"),
        Behaviour("same_amino_acid", "same amino acid", "same", "sequence", "weights"),
        Behaviour("similar_amino_acid", "similar amino acid", "similar", "sequence", "weights"),
        Behaviour("repeat", "repeat", "repeat", "repeat", "repeats"),
        Behaviour("induction", "induction", "induct.", "repeat", "repeats"),
        Behaviour("one_residue", "sink: one residue", "1 res.", "sink", "weights", floor=MOST),
        Behaviour("special", "sink: special tokens", "special", "sink", "weights", floor=MOST, lift=POSITION_LIFT),
    )
}
"""All behaviours by name."""

AFTERWARDS = {**dict.fromkeys(("repeat", "induction"), 1), **dict.fromkeys(("one_residue", "special"), 2)}
"""What a head is named after only where nothing else is known: what it does with made-up repeats, and its sinks."""

_SHORT_SITES = {
    "binding_site": "site",
    "binding_site:metal": "metal",
    "binding_site:nucleic_acid": "nucl.",
    "binding_site:peptide": "peptide",
    "binding_site:small_molecule": "ligand",
    "modification": "modif.",
    "modification:n_glycosylation": "N-glyc.",
}


def title_of(name: str, which: str | None) -> str:
    """Return what a behaviour is called in text: ``"offset i-1"``, ``"Cys (C)"``, ``"binding site: metal"``."""
    if which is None:
        return BEHAVIOURS[name].title
    if name == "amino_acid":
        return property_title(f"{AMINO_ACID}{which}")
    return property_words(which) if name == "site" else f"offset {_signed(which)}"


def short_of(name: str, which: str | None) -> str:
    """Return the same for a cell of the poster: ``"i-1"``, ``"C"``, ``"metal"``."""
    if name == "site":
        kind = (which or "").rpartition(":")[2].replace("_", " ")
        return _SHORT_SITES.get(which or "", kind if len(kind) <= _CELL else f"{kind[: _CELL - 1]}.")
    return BEHAVIOURS[name].short.format(None if which is None else _signed(which))


_CELL = 8
"""Letters that fit into a cell."""


def _signed(text: str) -> str:
    """Return an offset with a minus sign."""
    return text.replace("-", "\N{MINUS SIGN}")


VERSION = 1
"""Of the measures; a table that was made by another is made anew."""


def rules() -> str:
    """Return a digest of all that decides which head is named after what."""
    numbers = [VERSION, LEAST_BETWEEN, LEAST_RESIDUES, FEWEST_PROTEINS, END_RESIDUES, LEAST_STATE]
    return json_checksum({"behaviours": [asdict(one) for one in BEHAVIOURS.values()], "numbers": numbers})
