"""The heads of one structure looked at by itself: counts, and nothing that would need more proteins."""

from typing import Any, cast

import numpy as np

from protlens.explorer.rounding import statistics
from protlens.explorer.schema import HeadColumns, Heads
from protlens.heads import head_label
from protlens.number_text import counted
from protlens.runs.store import Run
from protlens.typing import Mode

LEAST_ARCS = 10
"""Of how many arcs a share is told."""

_COUNTED = {"proteins": 0, "arcs": 0, "hits": 0, "supported": False, "verdict": "unsupported", "does": ""}
"""What stands in a column that is never null where nothing was counted."""


def heads_alone(run: Run, name: str, mode: Mode) -> Heads:
    """Return the arcs of all heads for one property class, those for which it holds, and their share.

    A test, an interval or an expectation would take the chains of one structure for a sample of proteins; the columns
    of these are null.

    Parameters
    ----------
    run
        A finished run over the chains of one structure.
    name, mode
        A property class of the run, and what is told as the mode.
    """
    counts = run.property_counts(name)
    arcs, eligible, hits = (part.sum(axis=0).ravel() for part in (counts.arcs, counts.eligible, counts.hits))
    supported = eligible >= LEAST_ARCS
    share = np.where(supported, hits / np.maximum(eligible, 1), np.nan)
    places = [(layer, head) for layer in range(run.layers) for head in range(run.heads)]
    columns: dict[str, list[Any]] = {
        column: [_COUNTED.get(column)] * len(places) for column in HeadColumns.__annotations__
    }
    columns |= {
        "label": [head_label(*place) for place in places],
        "layer": [layer for layer, _ in places],
        "head": [head for _, head in places],
        "proteins": (counts.arcs > 0).sum(axis=0).ravel().tolist(),
        "arcs": arcs.tolist(),
        "hits": hits.tolist(),
        "alignment": statistics(share),
        "supported": supported.tolist(),
        "reason": [None if enough else f"fewer than {counted(LEAST_ARCS, 'arc')}" for enough in supported],
    }
    return {
        "property": name,
        "level": run.manifest.properties[name],
        "mode": mode,
        "threshold": run.manifest.options["threshold"],
        "columns": cast(HeadColumns, columns),
    }
