"""Tables of heads with given numbers."""

import polars as pl

from protlens.stats.controls import CONTROL_TABLE_SCHEMA
from protlens.stats.head_statistics import HEAD_TABLE_SCHEMA
from protlens.stats.run_tables import RunTables


def made_tables(*rows: dict) -> RunTables:
    """Return tables with one row for each property and head, the heads of a property numbered from 1-1 on.

    A row has ``property`` and, where they differ from a plain one, columns of the table of heads, ``control`` and
    ``control_q``. Without ``control`` the head has none.
    """
    seen: dict[str, int] = {}
    heads, controls = [], []
    for row in rows:
        place = seen[row["property"]] = seen.get(row["property"], -1) + 1
        head = _head(place, **{name: value for name, value in row.items() if not name.startswith("control")})
        heads.append(head)
        if "control" in row:
            controls.append(_control(head, row["control"], row.get("control_q", 0.5)))
    return RunTables(
        heads=pl.DataFrame(heads, schema=HEAD_TABLE_SCHEMA),
        controls=pl.DataFrame(controls, schema=CONTROL_TABLE_SCHEMA),
    )


def _head(place: int, *, property: str, arcs: int = 1000, hits: int = 500, background: float = 0.1, **given) -> dict:
    alignment = hits / arcs if arcs else None
    row = {
        "property": property,
        "level": "pair" if property == "contact" else "residue",
        "layer": 0,
        "head": place,
        "label": f"1-{place + 1}",
        "proteins": 50,
        "arcs": arcs,
        "hits": hits,
        "alignment": alignment,
        "background": background,
        "lift": None if alignment is None else alignment / background,
        "ci_low": None if alignment is None else 0.9 * alignment,
        "ci_high": None if alignment is None else min(1.1 * alignment, 1.0),
        "z": 1.0,
        "p_value": 0.01,
        "p_bonferroni": 0.02,
        "q_value": 0.5,
        "supported": arcs >= 100,
        "threshold": 0.3,
        "mode": "matched",
    }
    return row | given


def _control(head: dict, expected: float, q: float) -> dict:
    row = {name: head[name] for name in CONTROL_TABLE_SCHEMA if name in head}
    lift = None if head["alignment"] is None else head["alignment"] / expected
    return row | {"control": "amino acid", "expected": expected, "lift": lift, "q_value": q}
