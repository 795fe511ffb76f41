"""Tables of heads with given numbers."""

import polars as pl

from protlens.stats.head_statistics import CONTROL_TABLE_SCHEMA, HEAD_TABLE_SCHEMA
from protlens.stats.run_tables import RunTables
from protlens.stats.verdict import with_verdict


def made_tables(*rows: dict) -> RunTables:
    """Return tables with one row for each property and head, the heads of a property numbered from 1-1 on.

    A row has ``property`` and, where they differ from a plain one, columns of the table of heads. Without ``control``
    the head has none; ``control_q`` is its q-value.
    """
    seen: dict[str, int] = {}
    heads = []
    for row in rows:
        place = seen[row["property"]] = seen.get(row["property"], -1) + 1
        heads.append(_head(place, **row))
    table = with_verdict(pl.DataFrame(heads, schema=HEAD_TABLE_SCHEMA))
    controls = [_control(head) for head in heads if head["control"] is not None]
    return RunTables(heads=table, controls=pl.DataFrame(controls, schema=CONTROL_TABLE_SCHEMA))


def _head(
    place: int,
    *,
    property: str,
    arcs: int = 1000,
    hits: int = 500,
    background: float = 0.1,
    control: float | None = None,
    control_q: float = 0.5,
    **given,
) -> dict:
    alignment = hits / arcs if arcs else None
    pair = property == "contact"
    over = None if alignment is None or control is None else alignment / control
    row = {
        "property": property,
        "level": "pair" if pair else "residue",
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
        "residues": 400,
        "effective_proteins": 45.0,
        "control_name": None if control is None else "separation" if pair else "amino acid",
        "control": control,
        "control_lift": over,
        "control_lift_low": None if over is None else 0.9 * over,
        "control_lift_high": None if over is None else 1.1 * over,
        "control_q_value": None if control is None else control_q,
    }
    return row | given


def _control(head: dict) -> dict:
    row = {name: head[name] for name in CONTROL_TABLE_SCHEMA if name in head}
    found = {"expected": "control", "lift": "control_lift", "lift_low": "control_lift_low"}
    found |= {"lift_high": "control_lift_high", "q_value": "control_q_value", "control": "control_name"}
    return row | {name: head[column] for name, column in found.items()}
