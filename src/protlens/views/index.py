"""The document that says what was analysed and what can be shown."""

import polars as pl

from protlens.runs.store import Run
from protlens.scene.style import STYLE
from protlens.stats.alignment import SUPPORT
from protlens.stats.run_tables import stored_heads
from protlens.typing import Mode
from protlens.views.documents import Index, Limits, PropertyEntry, Start
from protlens.views.source import ArcSource

MODES: tuple[Mode, ...] = ("matched", "paper")

UPLOAD_BYTES = 20 * 1024 * 1024
"""How large an upload may be."""


def property_entries(run: Run) -> list[PropertyEntry]:
    """Return the property classes of a run, each with the number of its supported heads in matched mode."""
    levels, stored = run.manifest.properties, stored_heads(run)
    matched = stored if stored is not None and stored["mode"][0] == "matched" else None
    return [{"name": name, "level": levels[name], "supported": _supported(run, name, matched)} for name in levels]


def _supported(run: Run, name: str, stored: pl.DataFrame | None) -> int:
    if stored is not None:
        return stored.filter(pl.col("supported"), property=name).height
    arcs = run.histogram(name).eligible[..., run.bins.threshold_bin :].sum(axis=-1)
    return int((arcs >= SUPPORT).sum())


def index_document(run: Run, source: ArcSource, *, title: str, properties: list[PropertyEntry], start: Start) -> Index:
    """Return the index of a run.

    Parameters
    ----------
    run, source
        A finished run, and where arcs come from.
    title
        What the page is called.
    properties, start
        Of :func:`property_entries`, and what is shown first.
    """
    limits: Limits | None = None if source.residues is None else {"bytes": UPLOAD_BYTES, "residues": source.residues}
    manifest = run.manifest
    return {
        "title": title,
        "model": manifest.model,
        "dataset": manifest.dataset,
        "options": manifest.options,
        "versions": manifest.versions,
        "threshold": manifest.options["threshold"],
        "floor": source.floor,
        "properties": properties,
        "modes": list(MODES),
        "start": start,
        "accepts": limits,
        "note": source.note,
        "style": {**STYLE, "radius": list(STYLE["radius"])},
    }
