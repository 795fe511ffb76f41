"""How single residues are called; the same names as in ``frontend/src/data/residues.ts``."""

from collections.abc import Sequence
from dataclasses import replace

from protlens.data.protein import Protein
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


def chain_names(protein: Protein) -> tuple[str, ...]:
    """Return the author's name of each chain of a protein, ``#1``, ``#2`` where joined chains have no names.

    Examples
    --------
    >>> chain_names(Protein(id="two", sequence="MKTMKT", chain="A+B", chain_starts=(3,)))
    ('A', 'B')
    """
    if not protein.chain_starts:
        return (protein.chain,)
    names, many = tuple(protein.chain.split("+")), len(protein.chain_starts) + 1
    return names if len(names) == many else tuple(f"#{number}" for number in range(1, many + 1))


def single_chains(protein: Protein) -> list[Protein]:
    """Return the chains of a protein one by one, under their own names; those of one chain as it is."""
    if not protein.chain_starts:
        return [protein]
    starts, stops = (0, *protein.chain_starts), (*protein.chain_starts, len(protein))
    return [
        replace(protein.part(start, stop), chain=name)
        for start, stop, name in zip(starts, stops, chain_names(protein), strict=True)
    ]
