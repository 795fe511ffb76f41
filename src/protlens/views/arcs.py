"""The document of one head's arcs within one protein."""

import numpy as np

from protlens.heads import head_label
from protlens.runs.arcs import ProteinArcs
from protlens.views.documents import Arcs
from protlens.views.facts import Facts
from protlens.views.numbers import distances, shares, weights_down, weights_up


def arcs_document(facts: Facts, arcs: ProteinArcs, place: tuple[int, int]) -> Arcs:
    """Return the arcs of one head.

    Parameters
    ----------
    facts, arcs
        Of the same protein.
    place
        Layer and head, zero-based.
    """
    layer, head = place
    mine = np.flatnonzero((arcs.layer == layer) & (arcs.head == head))
    weight = weights_down(arcs.weight[mine])
    order = np.lexsort((arcs.key[mine], arcs.query[mine], -weight))
    query, key = arcs.query[mine][order], arcs.key[mine][order]
    return {
        "protein": facts.shown.protein.id,
        "head": head_label(layer, head),
        "complete_from": float(weights_up(arcs.complete_from[place])),
        "query": query.tolist(),
        "key": key.tolist(),
        "weight": weight[order].tolist(),
        "distance": distances(facts.distances(query, key)),
        "holds": {name: facts.of_arcs(name, query, key) for name in facts.pairs},
        "received": None if arcs.received is None else shares(arcs.received[place]),
    }
