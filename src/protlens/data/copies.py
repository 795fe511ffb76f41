"""Chains that say the same thing twice: identical and nearly identical ones, as the copies in a homo-oligomer."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from protlens.data.protein import Protein
from protlens.data.relatives import COVERAGE
from protlens.data.shared_words import align, are_alike, families_by_words

IDENTITY = 0.95
"""Equal among aligned residues from which a chain counts as a copy."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A chain that adds nothing to another.

    Parameters
    ----------
    id
        The id of the chain.
    kept
        The id of the chain that stands for it.
    identity
        Equal among aligned residues; 1.0 for equal sequences, and for one that lies within the other.
    """

    id: str
    kept: str
    identity: float

    @property
    def reason(self) -> str:
        """Why it is left out."""
        return f"{identity_words(self.identity)} to {self.kept}, which is kept"


@dataclass(frozen=True, slots=True)
class _Chain:
    id: str
    sequence: str
    resolved: int


def identity_words(identity: float) -> str:
    """Return an identity as words, ``"identical"`` or ``"97 % identical"``, never rounded up to 100 %."""
    return "identical" if identity == 1 else f"{int(100 * identity)} % identical"


def find_copies(proteins: Iterable[Protein]) -> list[Copy]:
    """Find which proteins are copies of others: at least 95 % identical over at least 80 % of both.

    Of those alike, the one with the most residues with coordinates stays, the first of equals; every copy is that close
    to the one that stands for it. The search is by shared words, which at this identity misses next to nothing.

    Parameters
    ----------
    proteins
        In the order of which the first is preferred; none of them is kept in memory.

    Returns
    -------
    list of Copy
        In the order of the proteins.
    """
    chains = [_Chain(one.id, one.sequence, _resolved(one)) for one in proteins]
    families: dict[int, list[int]] = {}
    numbers = families_by_words([one.sequence for one in chains], identity=IDENTITY, coverage=COVERAGE)
    for place, number in enumerate(numbers):
        families.setdefault(number, []).append(place)
    copies: dict[int, Copy] = {}
    for members in families.values():
        kept: list[_Chain] = []
        for place in sorted(members, key=lambda place: (-chains[place].resolved, place)):
            one = chains[place]
            like = next((other for other in kept if _is_copy(one.sequence, other.sequence)), None)
            if like is None:
                kept.append(one)
            else:
                copies[place] = Copy(one.id, like.id, _identity(one.sequence, like.sequence))
    return [copies[place] for place in sorted(copies)]


def _is_copy(one: str, other: str) -> bool:
    return one == other or are_alike(one, other, identity=IDENTITY, coverage=COVERAGE)


def _identity(one: str, other: str) -> float:
    equal, aligned = align(one, other)
    return equal / aligned


def _resolved(protein: Protein) -> int:
    return 0 if protein.ca is None else int(np.isfinite(protein.ca).all(axis=1).sum())
