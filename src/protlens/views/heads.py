"""The document of heads: one property in one mode."""

from typing import cast

from protlens.runs.store import Run
from protlens.stats.controls import control_share
from protlens.stats.stored import stored_heads
from protlens.stats.table import head_table
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
    options = run.manifest.options
    counts, stored = run.property_counts(name), stored_heads(run)
    if stored is not None and stored["mode"][0] == mode:
        table = stored.filter(property=name)
    else:
        table = head_table([counts], threshold=options["threshold"], mode=mode, seed=options["seed"])
    control = control_share(counts, run.stratum_counts(name))
    columns = {
        **{column: table[column].to_list() for column in _WHOLE},
        **{column: statistics(table[column]) for column in _STATISTICS},
        "control": statistics([None] * table.height if control is None else control.ravel().tolist()),
    }
    return {
        "property": name,
        "level": counts.level,
        "mode": mode,
        "threshold": options["threshold"],
        "columns": cast(HeadColumns, {column: columns[column] for column in HeadColumns.__annotations__}),
    }
