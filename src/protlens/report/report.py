"""A run as one HTML file."""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from protlens.data.dataset import Dataset
from protlens.errors import OptionError, explain
from protlens.explorer.opening import open_run
from protlens.folder_lock import locked
from protlens.glance import Glance, Shown
from protlens.models.protocol import AttentionModel
from protlens.naming import HEAD_NUMBERS, property_title
from protlens.number_text import counted, percent, probability
from protlens.output_folders import list_files
from protlens.page.hosting import page_assets
from protlens.page.single_file import page_text, templates, write_page
from protlens.report.about import GLOSSARY, bibtex, citations, definition_table, manifest_table, sized_run
from protlens.report.cautions import cautions
from protlens.report.finding_lines import finding_lines
from protlens.report.findings import Finding, find
from protlens.report.interactive import (
    MOST,
    carried,
    choose_examples,
    freeze_examples,
    introduction,
    jump,
    telling,
)
from protlens.report.parts import Section
from protlens.report.property_pictures import drawn_properties, lead_map
from protlens.report.sections import sections
from protlens.report.sentences import VERDICTS, items
from protlens.report.verdict_strip import verdict_strips
from protlens.runs.format import RUN_FOLDER
from protlens.runs.store import Run
from protlens.stats.head_statistics import top_heads
from protlens.stats.run_tables import RunTables, read_tables
from protlens.typing import PathInput

if TYPE_CHECKING:
    from protlens.contacts.contact_result import ContactAnalysis
    from protlens.probing.probe_analysis import ProbeAnalysis

BYTES = 5_800_000
"""What a report takes at most, unless its text, figures and tables alone take more."""


@dataclass(frozen=True, slots=True, repr=False)
class Report(Shown):
    """A report that was written.

    Parameters
    ----------
    path
        The file.
    tables
        The tables of the run that it reports.
    proteins
        Ids of the proteins that it shows.
    note
        Why it shows no arcs, where that is so.

    Examples
    --------
    >>> protlens.write_report("protlens-run", proteins=1).path.name
    'report.html'
    """

    path: Path
    tables: RunTables
    proteins: tuple[str, ...]
    note: str | None

    @property
    def folder(self) -> Path:
        """Where the file is."""
        return self.path.parent

    @property
    def figures(self) -> tuple[Path, ...]:
        """The file, which carries all figures."""
        return (self.path,)

    def _glance(self) -> Glance:
        columns = ("property", "head", *(HEAD_NUMBERS[name] for name in ("alignment", "background", "q_value")))
        rows = [
            (
                property_title(row["property"]),
                row["label"],
                percent(row["alignment"]),
                percent(row["background"]),
                probability(row["q_value"]),
            )
            for row in top_heads(self.tables.heads).iter_rows(named=True)
        ]
        shown = counted(len(self.proteins), "protein")
        return Glance(f"Report {self.path.name}, with {shown} in 3-D: the top heads", columns, rows, self.folder)


def write_report(
    run: PathInput | Run,
    *,
    out: PathInput | None = None,
    model: PathInput | AttentionModel | None = None,
    dataset: PathInput | Dataset | None = None,
    proteins: int = MOST,
    contacts: "PathInput | ContactAnalysis | None" = None,
    probes: "PathInput | ProbeAnalysis | None" = None,
) -> Report:
    """Write a run as one HTML file that opens offline: what was found, in words, tables, figures and 3-D.

    Parameters
    ----------
    run
        A finished run, or its directory.
    out
        The file; ``report.html`` in the run directory if None.
    model, dataset
        Those of the run; None looks for them where they were, and under their names. Without the model the arcs that
        the run kept are shown, and the report says so if there are none.
    proteins
        The most proteins that are shown, up to 12.
    contacts, probes
        What ``protlens contacts`` and ``protlens probe`` gave, or their folders, to be reported as well.

    Raises
    ------
    OptionError
        If the number of proteins is out of range.
    PageError
        If the page was not built when protlens was installed.
    ProtlensError
        If the run, its dataset or a folder cannot be used, with one clear line.

    Examples
    --------
    >>> report = protlens.write_report("protlens-run", proteins=1)
    >>> len(report.proteins)
    1
    """
    if not 0 <= proteins <= MOST:
        raise OptionError(explain(f"proteins {proteins}", allowed=f"0 to {MOST}"))
    page_assets()
    explorer = open_run(run, model=model, dataset=dataset)
    tables = read_tables(explorer.run)
    findings, mode = find(tables), str(tables.heads["mode"][0])
    shown = telling(findings)
    examples = choose_examples(explorer.run, shown, explorer.entries(), count=proteins)
    parts = {"contacts": _folder_of(contacts), "probes": _folder_of(probes)}
    below = sections(explorer.run, tables, findings, **parts)
    above = _above(explorer.run, tables, findings, mode=mode) | {"sections": below, "link": jump(shown, examples)}
    around = {
        "title": above["title"],
        "after": _filled("after.html", **_after(explorer.run, mode=mode), sections=below),
        "style": _text("report.css") + _text("strip.css"),
    }
    fixed = len(page_text({}, before=_filled("before.html", **above, look=[], carried=None), **around).encode())
    frozen = freeze_examples(explorer, shown, proteins=examples, mode=mode, budget=BYTES - fixed)
    note = explorer.document("index", {})["note"]
    told = {"proteins": len(examples), "note": note}
    look = {"look": introduction(**told), "carried": carried(frozen, shown, **told)}
    path = explorer.run.path / "report.html" if out is None else Path(out)
    with locked(path.parent) if out is None else nullcontext():
        write_page(path, frozen.elements, before=_filled("before.html", **above, **look), **around)
        if out is None:
            list_files(path.parent, RUN_FOLDER, [path])
    return Report(path, tables, tuple(examples), note)


def _folder_of(result: "PathInput | ContactAnalysis | ProbeAnalysis | None") -> Path | None:
    if result is None:
        return None
    return Path(result) if isinstance(result, str | PathLike) else result.folder


def _above(run: Run, tables: RunTables, findings: Sequence[Finding], *, mode: str) -> dict[str, Any]:
    """Return what the part above the page is filled with."""
    drawn = drawn_properties(findings)
    return {
        "title": f"What the attention of {run.manifest.model['name']} follows",
        "run_line": sized_run(run, mode=mode),
        "lead": finding_lines(run, tables),
        "strips": verdict_strips(findings),
        "map": None if not drawn else lead_map(drawn[0], tables),
        "items": items(findings),
        "cautions": cautions(run, findings, mode=mode),
        "verdicts": VERDICTS,
    }


def _after(run: Run, *, mode: str) -> dict[str, Any]:
    """Return what the part below the page is filled with, beside its sections."""
    return {
        "manifest": manifest_table(run, mode=mode),
        "definitions": Section(title="How each property was defined", tables=[definition_table(run)]),
        "glossary": GLOSSARY,
        "citations": citations(),
        "bibtex": bibtex(),
    }


def _filled(template: str, **content: Any) -> Markup:
    environment = templates("protlens.report")
    environment.filters["whole"] = _whole
    return Markup(environment.get_template(template).render(**content))


def _whole(text: str) -> Markup:
    """Return a text as HTML in which no label of a head and no number is broken across two lines."""
    return Markup(re.sub(r"\b\d+e?-\d+\b|[\d.]+ %", r'<span class="label">\g<0></span>', str(escape(text))))


def _text(name: str) -> str:
    return files("protlens.report").joinpath("templates", name).read_text(encoding="utf-8")
