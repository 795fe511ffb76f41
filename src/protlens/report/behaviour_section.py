"""The section on what each head does, where ``protlens heads`` was run."""

import polars as pl

from protlens.behaviour.behaviour_summary import UNNAMED, behaviour_tables, count_behaviours, most_asked
from protlens.behaviour.behaviours import BEHAVIOURS
from protlens.behaviour.stored import HeadEvidence, stored_evidence
from protlens.number_text import NOTHING, count, counted, interval, listed, percent
from protlens.plots.head_poster import head_poster
from protlens.report.parts import Section, Table, picture
from protlens.runs.store import Run


def behaviour_section(run: Run, heads: pl.DataFrame, *, about: str) -> Section | None:
    """Return what each head does; None where that was not asked, or is of other thresholds.

    Parameters
    ----------
    run, heads
        A finished run and its table of heads.
    about
        The line under the poster's title.
    """
    kept = stored_evidence(run)
    if kept is None:
        return None
    table = behaviour_tables(kept.table, heads).heads
    named = table.filter(~pl.col("behaviour").is_in(list(UNNAMED)))
    poster = picture(
        head_poster(table, about=about),
        alt="Layers by heads; each cell is coloured and named by what the head does first.",
        caption="What each head does. The number is the share in percent; a stripe shows what else holds.",
    )
    return Section(
        title="What each head does",
        paragraphs=[f"{counted(len(named), 'head')} of {count(len(table))} are named. {_evidence(kept)}"],
        tables=[_by_layer(table)],
        pictures=[poster],
        parts=[Section(title="Every head that is named", tables=[_heads(named)])] if len(named) else (),
    )


def _evidence(kept: HeadEvidence) -> str:
    if not kept.with_model:
        return (
            "The model was not at hand: special tokens, the residue itself, its neighbours, amino acids, contacts and"
            " sites are told from the run alone, the rest is not known."
        )
    return (
        f"A behaviour is named where its share of attention, over {most_asked(kept.table)} proteins that vote alike,"
        " and its lift over chance reach their thresholds with their whole 95 % intervals. Contacts and sites are those"
        " of the tables above; repeats were inserted. A name says where attention goes, not what it is used for."
    )


def _by_layer(table: pl.DataFrame) -> Table:
    """Return how many heads of each layer are named first after what."""
    order = [row["title"] for row in count_behaviours(table).iter_rows(named=True)]
    titles = {name: one.title for name, one in BEHAVIOURS.items()} | UNNAMED
    counts = table.group_by("layer", title=pl.col("behaviour").replace(titles)).len()
    found = {(layer, title): number for layer, title, number in counts.iter_rows()}
    layers = sorted(table["layer"].unique())
    rows = [[title, *(count(found.get((layer, title), 0)) for layer in layers)] for title in order]
    return Table("Heads by first behaviour and layer", ("Behaviour", *(str(layer + 1) for layer in layers)), rows)


def _heads(named: pl.DataFrame) -> Table:
    rows = [
        [
            row["label"],
            row["title"],
            percent(row["share"]),
            interval(row["ci_low"], row["ci_high"]),
            percent(row["baseline"]),
            listed(row["also"].split(", ")) or NOTHING,
        ]
        for row in named.sort("layer", "head").iter_rows(named=True)
    ]
    columns = ("Head", "Behaviour", "Share", "95 % interval", "Chance", "Also")
    return Table("The first behaviour of each head, and what else holds, with its share in percent", columns, rows)
