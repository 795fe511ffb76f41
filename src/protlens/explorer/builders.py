"""The documents of a run, built: what the page is told of the run, of its heads, of a protein, and of a head's arcs."""

from functools import partial
from itertools import pairwise
from typing import cast

import numpy as np
import polars as pl

from protlens.data.protein import Protein
from protlens.explorer.alone import heads_alone
from protlens.explorer.arc_sources import ArcSource, PredictedContacts
from protlens.explorer.beside import beside_heads
from protlens.explorer.facts import Facts
from protlens.explorer.rounding import distances, points, shares, statistics, weights_down, weights_up
from protlens.explorer.schema import (
    CONTACTS,
    Arcs,
    FurtherChain,
    Gallery,
    HeadColumns,
    Heads,
    Index,
    Limits,
    PropertyEntry,
    ProteinDocument,
    Start,
)
from protlens.heads import head_label, head_labels
from protlens.runs.protein_arcs import ProteinArcs
from protlens.runs.store import Run
from protlens.scene.backdrop import STYLE
from protlens.scene.residue_names import chain_names
from protlens.scene.scene_structure import SceneStructure
from protlens.stats.head_statistics import head_table, support_columns
from protlens.stats.run_tables import stored_heads
from protlens.typing import Mode


def protein_document(facts: Facts, structure: SceneStructure | None) -> ProteinDocument:
    """Return a protein with what the run's properties say about it.

    Parameters
    ----------
    facts
        What is known of the protein.
    structure
        What is drawn of it; None where it has no coordinates.
    """
    protein = facts.shown.protein
    holding = {name: facts.holding(name) for name in facts.pairs}
    return {
        "id": protein.id,
        "title": protein.title,
        "organism": protein.organism,
        "chain": chain_names(protein)[0],
        "sequence": protein.sequence,
        "analysed": facts.shown.analysed,
        "numbers": list(protein.residue_numbers),
        "tracks": dict(protein.tracks),
        "masks": dict(facts.masks),
        "pairs": {name: {"query": query, "key": key} for name, (query, key) in holding.items()},
        "annotations": [
            {"track": note.track, "name": note.name, "residues": list(note.residues)} for note in protein.annotations
        ],
        "points": None if structure is None else points(structure.ends[protein.id]),
        "asym": "" if structure is None else structure.asyms[protein.id],
        "further": _further(protein, structure),
        "group": list(facts.shown.group),
    }


def _further(protein: Protein, structure: SceneStructure | None) -> list[FurtherChain]:
    names = chain_names(protein)[1:]
    asyms = [""] * len(names) if structure is None else structure.further.get(protein.id, ())
    return [
        {"start": start, "name": name, "asym": asym}
        for start, name, asym in zip(protein.chain_starts, names, asyms, strict=True)
    ]


_WHOLE = ("label", "layer", "head", "proteins", "arcs", "hits", "supported", "control_name", "verdict", "reason")
_STATISTICS = (
    *("alignment", "background", "lift", "ci_low", "ci_high", "p_value", "q_value"),
    *("control", "control_lift", "control_lift_low", "control_lift_high", "control_q_value"),
)


def heads_document(run: Run, name: str, mode: Mode) -> Heads:
    """Return the numbers of all heads for one property class; p-values are corrected within it.

    Parameters
    ----------
    run
        A finished run.
    name, mode
        A property class of the run, ``matched`` or ``paper``.
    """
    table = _heads(run, name, mode)
    beside = beside_heads(run, table, name=name, mode=mode)
    columns = {
        **{column: table[column].to_list() for column in _WHOLE},
        **{column: statistics(table[column]) for column in _STATISTICS},
        **{column: beside[column].to_list() for column in ("does", "null_kind", "null_repeats")},
        **{column: statistics(beside[column]) for column in ("null_best", "null_p")},
    }
    return {
        "property": name,
        "level": run.manifest.properties[name],
        "mode": mode,
        "threshold": run.manifest.options["threshold"],
        "columns": cast(HeadColumns, {column: columns[column] for column in HeadColumns.__annotations__}),
    }


def _heads(run: Run, name: str, mode: Mode) -> pl.DataFrame:
    stored, options = stored_heads(run), run.manifest.options
    if stored is not None and stored["mode"][0] == mode:
        return stored.filter(property=name)
    return head_table([run.property_blocks(name)], threshold=options["threshold"], mode=mode)


def arcs_document(facts: Facts, arcs: ProteinArcs, place: tuple[int, int]) -> Arcs:
    """Return the arcs of one head.

    Parameters
    ----------
    facts, arcs
        What is known of a protein, and its arcs.
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


def contacts_document(facts: Facts, contacts: PredictedContacts) -> Arcs:
    """Return predicted contacts as the arcs of a head.

    Parameters
    ----------
    facts, contacts
        What is known of a protein, and which of its residues are thought to touch.
    """
    weight = weights_down(contacts.probability.astype(np.float32))
    complete_from = (
        weights_up(np.array([contacts.complete_from], np.float32)) if contacts.complete_from else np.zeros(1)
    )
    order = np.lexsort((contacts.second, contacts.first, -weight))
    query, key = (ends[order].astype(np.int32) for ends in (contacts.first, contacts.second))
    return {
        "protein": facts.shown.protein.id,
        "head": CONTACTS,
        "complete_from": float(complete_from[0]),
        "query": query.tolist(),
        "key": key.tolist(),
        "weight": weight[order].tolist(),
        "distance": distances(facts.distances(query, key)),
        "holds": {name: facts.of_arcs(name, query, key) for name in facts.pairs},
        "received": None,
    }


GALLERY_ARCS = 24
"""The most arcs of each head in the gallery."""


def gallery_document(facts: Facts, arcs: ProteinArcs) -> Gallery:
    """Return the strongest arcs of all heads on one protein.

    Parameters
    ----------
    facts, arcs
        What is known of a protein, and its arcs.
    """
    layers, heads = arcs.complete_from.shape
    gallery: Gallery = {
        "protein": facts.shown.protein.id,
        "label": head_labels(layers, heads),
        "query": [],
        "key": [],
        "weight": [],
        "holds": {name: [] for name in facts.pairs},
    }
    weight, place = weights_down(arcs.weight), arcs.layer.astype(np.int64) * heads + arcs.head
    order = np.lexsort((arcs.key, arcs.query, -weight, place))
    order = order[arcs.query[order] != arcs.key[order]]
    ends = np.searchsorted(place[order], np.arange(layers * heads + 1))
    for start, end in pairwise(ends.tolist()):
        mine = order[start : min(end, start + GALLERY_ARCS)]
        query, key = arcs.query[mine], arcs.key[mine]
        gallery["query"].append(query.tolist())
        gallery["key"].append(key.tolist())
        gallery["weight"].append(weight[mine].tolist())
        for name, symbols in gallery["holds"].items():
            symbols.append(facts.of_arcs(name, query, key))
    return gallery


MODES: tuple[Mode, ...] = ("matched", "paper")

UPLOAD_BYTES = 20 * 1024 * 1024
"""How large an upload may be."""


def property_entries(run: Run, *, alone: bool = False) -> list[PropertyEntry]:
    """Return the property classes of a run, each with the number of its supported heads in matched mode.

    Parameters
    ----------
    run
        A finished run.
    alone
        Whether it is over one structure, of which counts are told.
    """
    levels, stored = run.manifest.properties, stored_heads(run)
    matched = stored if stored is not None and stored["mode"][0] == "matched" else None
    supported = _supported_alone if alone else partial(_supported, stored=matched)
    return [{"name": name, "level": levels[name], "supported": supported(run, name)} for name in levels]


def _supported_alone(run: Run, name: str) -> int:
    return sum(heads_alone(run, name, run.mode)["columns"]["supported"])


def _supported(run: Run, name: str, stored: pl.DataFrame | None) -> int:
    if stored is not None:
        return stored.filter(pl.col("supported"), property=name).height
    return int(support_columns(run.property_blocks(name), mode="matched")["supported"].sum())


def index_document(
    run: Run, source: ArcSource, *, title: str, properties: list[PropertyEntry], start: Start, alone: bool = False
) -> Index:
    """Return the index of a run.

    Parameters
    ----------
    run, source
        A finished run, and where arcs come from.
    title
        What the page is called.
    properties, start
        Of :func:`property_entries`, and what is shown first.
    alone
        Whether the run is over one structure, which nothing is tested on.
    """
    limits: Limits | None = None if source.residues is None else {"bytes": UPLOAD_BYTES, "residues": source.residues}
    manifest = run.manifest
    return {
        "title": title,
        "alone": alone,
        "model": manifest.model,
        "dataset": manifest.dataset,
        "options": manifest.options,
        "versions": manifest.versions,
        "threshold": manifest.options["threshold"],
        "floor": source.floor,
        "properties": properties,
        "modes": [run.mode] if alone else list(MODES),
        "start": start,
        "accepts": limits,
        "note": source.note,
        "contacts": source.predicts,
        "style": {**STYLE, "radius": list(STYLE["radius"]), "opacity": list(map(list, STYLE["opacity"]))},
    }
