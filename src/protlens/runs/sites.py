"""The places where a property may hold, and how the arcs of each head fall on them.

The sums of ``PropertyCounts`` say how often a head hits; how surprising that is depends on how many places its arcs
share. A *site* of a residue property is a labelled residue: all arcs of a head onto it share its label. A site of a
pair property is a *cell* of one protein: its eligible pairs of like separation and like amino acids.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

import numpy as np
from jaxtyping import Float64, Int64

from protlens.data.protein import AMINO_ACIDS, APART

T = TypeVar("T")

SEPARATION_STARTS = (*range(13), 14, 16, 19, 22, 26, 32, 40, 50, 64, 80, 110, 160, APART)
"""First |i-j| of each stratum of separation, exact where the share of contacts changes fast.

The last is that of pairs of two chains, the one before it is open.
"""

LETTERS = len(AMINO_ACIDS) + 1
"""Amino acids in the order of ``AMINO_ACIDS``, and all other letters as the last."""

CELLS = len(SEPARATION_STARTS) * LETTERS**2
"""Room for cells of pairs (see ``cells``)."""

PLACES = 18
"""Places in a chain: four steps from either end over ten residues, and tenths of the chain between (see ``places``)."""

_END_STEPS = (1, 3, 6, 10)


@dataclass(frozen=True, slots=True)
class Sites:
    """Where a property may hold, over the proteins of its ``PropertyCounts``, in their order.

    Parameters
    ----------
    protein
        The row of ``PropertyCounts`` in which the site lies, ascending.
    position
        For a residue property the place of the residue in its chain, ascending within a protein; for a pair property
        the number of the cell.
    trials, positive
        Eligible pairs of a cell and those where the property holds; for a residue 1, and 1 or 0.
    factors
        What controls hold fixed: the number of the class of each site, from zero.
    offered
        How many residues can attend to the site, over the mean of the labelled ones of its protein; None where all
        attend to all, and for cells, whose trials count the pairs that can.
    """

    protein: Int64[np.ndarray, " site"]
    position: Int64[np.ndarray, " site"]
    trials: Int64[np.ndarray, " site"]
    positive: Int64[np.ndarray, " site"]
    factors: dict[str, Int64[np.ndarray, " site"]]
    offered: Float64[np.ndarray, " site"] | None = None
    _made: dict[Hashable, tuple[object, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _of_places: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def weights(self) -> Float64[np.ndarray, " site"]:
        """``offered``, or ones."""
        if self.offered is not None:
            return self.offered
        return self.once_of_places("weights", lambda: np.ones(len(self.protein)))

    def labelled(self, positive: Int64[np.ndarray, " site"]) -> "Sites":
        """Return the same places with other labels; what was made of the places alone is shared."""
        return replace(self, positive=positive)

    def once(self, name: str, make: Callable[[], T], *, of: object = None) -> T:
        """Return what is made of these sites, made once: a fit asks for it in each of its steps.

        Parameters
        ----------
        name
            What it is called.
        make
            Called the first time.
        of
            What it is made of besides; kept as long as the sites, and told by its identity.
        """
        key = (name, id(of))
        if key not in self._made:
            self._made[key] = of, make()
        return cast("T", self._made[key][1])

    def forget(self, name: str, *, of: object = None) -> None:
        """Let go of what was made."""
        self._made.pop((name, id(of)), None)

    def once_of_places(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what is made of the places and not of the labels, made once for all that share them."""
        if name not in self._of_places:
            self._of_places[name] = make()
        return cast("T", self._of_places[name])


@dataclass(frozen=True, slots=True)
class SiteArcs:
    """The eligible arcs of all heads by site, ordered by protein, head and site; each place stands once.

    Parameters
    ----------
    head
        ``layer * heads + head``.
    site
        The row of ``Sites``.
    arcs
        How many arcs of the head fall on the site, at least one.
    """

    head: Int64[np.ndarray, " row"]
    site: Int64[np.ndarray, " row"]
    arcs: Int64[np.ndarray, " row"]
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what is made of these arcs and their sites, whatever the labels, made once."""
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])


def places(length: int) -> Int64[np.ndarray, " residue"]:
    """Return the place in the chain of each residue, below ``PLACES``; see :func:`chain_places`."""
    return chain_places(np.arange(length), np.full(length, length, np.int64))


def chain_places(
    position: Int64[np.ndarray, " residue"], length: Int64[np.ndarray, " residue"]
) -> Int64[np.ndarray, " residue"]:
    """Return the place in the chain of residues, given how long the chain of each is.

    0 to 3: the first residue, the second and third, the fourth to sixth, the seventh to tenth. 4 to 7: the same from
    the other end, which yields to the nearer one. 8 to 17: the tenths of the chain, for the residues between.
    """
    after = length - 1 - position
    start, end = (np.searchsorted(_END_STEPS, distance, side="right") for distance in (position, after))
    middle = 8 + 10 * position // np.maximum(length, 1)
    near = position <= after
    return np.where(near & (start < 4), start, np.where(~near & (end < 4), 4 + end, middle)).astype(np.int64)


def cells(
    letters: Int64[np.ndarray, "..."], other: Int64[np.ndarray, "..."], separation: Int64[np.ndarray, "..."]
) -> Int64[np.ndarray, "..."]:
    """Return the cell of residue pairs: stratum of |i-j| times the two amino acids, whatever their order.

    Parameters
    ----------
    letters, other
        The amino acids of both residues, below ``LETTERS``.
    separation
        The distance along the chain, ``APART`` for residues of two chains.
    """
    stratum = np.searchsorted(SEPARATION_STARTS, separation, side="right") - 1
    return np.asarray((stratum * LETTERS + np.minimum(letters, other)) * LETTERS + np.maximum(letters, other))


def cell_factors(cell: Int64[np.ndarray, " site"]) -> dict[str, Int64[np.ndarray, " site"]]:
    """Return the stratum of separation and the pair of amino acids of each cell."""
    return {"separation": cell // LETTERS**2, "amino acids": cell % LETTERS**2}
