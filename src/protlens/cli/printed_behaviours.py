"""What each head does, as one line a head on a terminal of 80 columns."""

import polars as pl

from protlens.behaviour.behaviour_summary import UNNAMED, most_asked
from protlens.behaviour.behaviours import BEHAVIOURS
from protlens.behaviour.head_behaviours import HeadBehaviours
from protlens.cli.options import with_options
from protlens.cli.screen import notes, print_table
from protlens.errors import OptionError, explain
from protlens.number_text import bare_interval, bare_percent, counted
from protlens.runs.format import BEHAVIOUR
from protlens.runs.store import Run

_COLUMNS = ["head", "behaviour", "share %", "95 % interval", "chance %", "also"]
_WIDTHS = {"title": 22, "also": 14}
"""Letters of the texts, so that a line has at most 80."""


def check_filters(run: Run, *, layer: int | None, behaviour: str | None) -> None:
    """Raise OptionError for a layer or a behaviour that there is not."""
    if layer is not None and not 1 <= layer <= run.layers:
        raise OptionError(explain(f"layer {layer}", allowed=f"1 to {run.layers}"))
    if behaviour is not None and behaviour not in (*BEHAVIOURS, *UNNAMED):
        raise OptionError(explain(f"behaviour {behaviour!r}", allowed=[*BEHAVIOURS, *UNNAMED]))


def print_behaviours(found: HeadBehaviours, *, layer: int | None, behaviour: str | None) -> None:
    """Print the heads, layer by layer, and where the files are.

    Parameters
    ----------
    found
        What each head does.
    layer
        Counted from one; None prints all.
    behaviour
        Prints the heads that have it, as their first or beside another; None prints all.
    """
    heads = _chosen(found, layer=layer, behaviour=behaviour)
    about = found.run.manifest
    rows: list[list[str]] = []
    for (number,), part in heads.group_by("layer", maintain_order=True):
        rows += [["", *[""] * (len(_COLUMNS) - 1)]] if rows and number else []
        rows += [_row(row) for row in part.iter_rows(named=True)]
    if rows:
        print_table(f"What each head of {about.model['name']} does on {about.dataset['name']}", _COLUMNS, rows)
    print(f"\n{_sums(found)}" if rows else "No head has this behaviour.")
    if found.note is not None:
        text = with_options(f"From what is in the run: {found.note}")
        notes().print(text, markup=False, highlight=False, soft_wrap=True)
    print(f"All behaviours of all heads: {found.folder / BEHAVIOUR}")
    print(f"Poster: {found.figures[0]} (and .svg, .png)")


def _chosen(found: HeadBehaviours, *, layer: int | None, behaviour: str | None) -> pl.DataFrame:
    heads, evidence = found.tables.heads, found.tables.evidence
    if layer is not None:
        heads = heads.filter(layer=layer - 1)
    if behaviour in UNNAMED:
        return heads.filter(behaviour=behaviour)
    if behaviour is not None:
        heads = heads.join(evidence.filter("named", behaviour=behaviour), on=["layer", "head"], how="semi")
    return heads.sort("layer", "head")


def _sums(found: HeadBehaviours) -> str:
    heads = found.tables.heads
    named = heads.filter(~pl.col("behaviour").is_in(list(UNNAMED)))
    asked = most_asked(found.tables.evidence)
    return (
        f"{len(named)} of {counted(len(heads), 'head')} named\n"
        f"share: of attention, a mean over {asked} proteins; of arcs for contact and site\n"
        "chance: an even spread, or a control; docs/behaviour.md says which"
    )


def _row(row: dict[str, object]) -> list[str]:
    return [
        str(row["label"]),
        _short(str(row["title"]), _WIDTHS["title"]),
        *(("", "", "") if row["share"] is None else _numbers(row)),
        _short(str(row["also"]), _WIDTHS["also"]),
    ]


def _numbers(row: dict[str, object]) -> tuple[str, str, str]:
    share, low, high, baseline = (
        None if row[name] is None else float(str(row[name])) for name in ("share", "ci_low", "ci_high", "baseline")
    )
    return bare_percent(share), bare_interval(low, high), bare_percent(baseline)


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}\N{HORIZONTAL ELLIPSIS}"
