"""Random orders of the residues of a chain.

An order is ``int64 [residue]``: the residue at place i of the result is the one that was at ``order[i]``.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Int64

Order: TypeAlias = Int64[np.ndarray, " residue"]

LEAST_SHIFT = 6
"""Residues by which a chain is shifted at least, where it is long enough: that far apart, pairs count as contacts."""


def any_order(length: int, rng: np.random.Generator) -> Order:
    """Return an order of which each is as likely as any other."""
    return rng.permutation(length).astype(np.int64)


def neighbour_order(symbols: Sequence[str], rng: np.random.Generator) -> Order:
    """Return an order in which each symbol is followed by each other exactly as often as before.

    Of the sequences with the same first symbol and the same counts of ordered neighbours each is as likely as any
    other: they are the Eulerian paths of the graph with an edge for each pair of neighbours. The last edges that leave
    each symbol form a tree towards the last symbol, which is drawn first (by loop-erased walks); the others are
    shuffled.

    Parameters
    ----------
    symbols
        One for each residue, at least one.

    References
    ----------
    Altschul and Erickson, Mol. Biol. Evol. 2 (1985) 526; Kandel, Matias, Unger and Winkler, Discrete Appl. Math. 71
    (1996) 171, for the walks.
    """
    leaving: dict[str, list[int]] = {}
    for place, symbol in enumerate(symbols[:-1]):
        leaving.setdefault(symbol, []).append(place)
    last = _last_edges(symbols, leaving, rng)
    for symbol, edges in leaving.items():
        kept = [edge for edge in edges if edge != last.get(symbol)]
        rng.shuffle(kept)
        leaving[symbol] = [*kept, *([last[symbol]] if symbol in last else [])][::-1]
    order = [0]
    for _ in symbols[1:]:
        order.append(leaving[symbols[order[-1]]].pop() + 1)
    return np.array(order, np.int64)


def _last_edges(symbols: Sequence[str], leaving: dict[str, list[int]], rng: np.random.Generator) -> dict[str, int]:
    """Return the edge by which each symbol but the last is left for the last time: a random tree towards the last."""
    joined, chosen = {symbols[-1]}, dict[str, int]()
    for symbol in leaving:
        at = symbol
        while at not in joined:  # walk at random; a later visit overwrites an earlier one, which erases the loop
            chosen[at] = leaving[at][rng.integers(len(leaving[at]))]
            at = symbols[chosen[at] + 1]
        at = symbol
        while at not in joined:
            joined.add(at)
            at = symbols[chosen[at] + 1]
    return chosen


def run_order(track: str, rng: np.random.Generator) -> Order:
    """Return an order in which the longest stretches of equal symbols stay whole and follow each other at random."""
    symbols = np.array(list(track))
    starts = np.flatnonzero(np.r_[True, symbols[1:] != symbols[:-1]])
    stretches = np.split(np.arange(len(symbols)), starts[1:])
    chosen = [stretches[place] for place in rng.permutation(len(stretches))]
    return np.concatenate(chosen).astype(np.int64)


def shifted_order(length: int, rng: np.random.Generator) -> Order:
    """Return an order in which the chain is shifted in a circle, by ``LEAST_SHIFT`` or more in either direction.

    A chain that is too short for that is shifted by one or more; a single residue stays.
    """
    least = LEAST_SHIFT if length >= 2 * LEAST_SHIFT else 1
    offset = int(rng.integers(least, length - least + 1)) if length > 1 else 0
    return ((np.arange(length) - offset) % length).astype(np.int64)
