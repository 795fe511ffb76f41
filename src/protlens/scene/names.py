"""How residues are called; the same names as in ``frontend/src/naming.ts``."""

from collections.abc import Mapping

from protlens.data.protein import Protein

THREE_LETTERS: Mapping[str, str] = {
    "A": "Ala",
    "B": "Asx",
    "C": "Cys",
    "D": "Asp",
    "E": "Glu",
    "F": "Phe",
    "G": "Gly",
    "H": "His",
    "I": "Ile",
    "J": "Xle",
    "K": "Lys",
    "L": "Leu",
    "M": "Met",
    "N": "Asn",
    "O": "Pyl",
    "P": "Pro",
    "Q": "Gln",
    "R": "Arg",
    "S": "Ser",
    "T": "Thr",
    "U": "Sec",
    "V": "Val",
    "W": "Trp",
    "X": "Xaa",
    "Y": "Tyr",
    "Z": "Glx",
}
"""The names of the IUPAC-IUB recommendations, by letter."""


def residue_number(protein: Protein, position: int) -> str:
    """Return the author's number of a residue, or its position counted from one if it has none."""
    number = protein.residue_numbers[position] if protein.residue_numbers else ""
    return number or str(position + 1)


def residue_name(protein: Protein, position: int) -> str:
    """Return the amino acid, the number, and the chain if it has a name: ``Phe 148 A``."""
    name = f"{THREE_LETTERS[protein.sequence[position]]} {residue_number(protein, position)}"
    return f"{name} {protein.chain}" if protein.chain else name
