"""The document of heads: one property in one mode."""

from typing import cast

import polars as pl

from protlens.runs.store import Run
from protlens.stats.controls import control_share
from protlens.stats.head_table import head_table
from protlens.stats.run_tables import stored_controls, stored_heads
from protlens.typing import Mode
from protlens.views.documents import HeadColumns, Heads
from protlens.views.numbers import statistics

_WHOLE = ("label", "layer", "head", "proteins", "arcs", "hits", "supported")
_STATISTICS = ("alignment", "background", "lift", "ci_low", "ci_high", "p_value", "q_value")


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
    columns = {
        **{column: table[column].to_list() for column in _WHOLE},
        **{column: statistics(table[column]) for column in _STATISTICS},
        "control": statistics(_control(run, name) or [None] * table.height),
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
    return head_table([run.property_counts(name)], threshold=options["threshold"], mode=mode, seed=options["seed"])


def _control(run: Run, name: str) -> list[float | None] | None:
    """Return what the strata of each head alone would give, None for a property that they decide."""
    stored = stored_controls(run)
    if stored is not None:
        return stored.filter(property=name)["expected"].to_list() or None
    share = control_share(run.property_counts(name), run.stratum_counts(name))
    return None if share is None else share.ravel().tolist()
