"""How single residues are called; the same names as in ``frontend/src/data/residues.ts``."""

from collections.abc import Sequence

from protlens.naming import THREE_LETTERS


def residue_names(sequence: str, numbers: Sequence[str], chain: str) -> list[str]:
    """Return for each residue the amino acid, the number, and the chain if it has a name: ``Phe 148 A``.

    Parameters
    ----------
    sequence
        One-letter codes.
    numbers
        The author's numbers, or none at all; where one is empty, the position counted from one stands for it.
    chain
        The author's name of the chain, or an empty string.
    """
    given = numbers or [""] * len(sequence)
    names = (
        f"{THREE_LETTERS[letter]} {number or position}"
        for position, (letter, number) in enumerate(zip(sequence, given, strict=True), 1)
    )
    return [f"{name} {chain}" if chain else name for name in names]
