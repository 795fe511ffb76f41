import shutil

import pytest

from planted import planted_dataset
from protlens.nulls.null_analysis import null
from protlens.number_text import percent, times
from protlens.report.null_section import null_section
from protlens.report.report import write_report
from protlens.runs.store import Run
from protlens.stats.run_tables import read_tables
from sharp import PLANTED, PROTEINS, sharp_model, sharp_run

pytestmark = pytest.mark.slow

PARTS = {"model": sharp_model(), "dataset": planted_dataset(PROTEINS)}


@pytest.fixture(scope="module")
def with_nulls(tmp_path_factory):
    run = sharp_run(tmp_path_factory.mktemp("nulls") / "run", properties=["contact", "amino_acid:W", "amino_acid:A"])
    for kind in ("rows", "labels"):
        null(run, kind=kind, repeats=2, **PARTS)
    return run.path


def test_a_run_without_nulls_has_no_section(with_nulls, tmp_path):
    alone = shutil.copytree(with_nulls, tmp_path / "run", ignore=shutil.ignore_patterns("nulls"))
    run = Run.open(alone)
    assert null_section(run, read_tables(run)) is None
    written = write_report(run, out=tmp_path / "x.html", proteins=0, **PARTS)
    assert "null run" not in written.path.read_text()


def test_each_kind_has_a_table_with_the_numbers_of_the_nulls(with_nulls):
    run = Run.open(with_nulls)
    section = null_section(run, read_tables(run))
    assert [table.caption.partition(".")[0] for table in section.tables] == [
        "2 null runs, rows shuffled",
        "Amino acids beside 2 null runs, rows shuffled",
        "2 null runs, labels permuted",
    ]
    tables = null(run, kind="rows", repeats=2).tables
    [head] = tables.nulls.filter(property="contact", label=PLANTED).iter_rows(named=True)
    [row] = section.tables[0].rows
    assert dict(zip(section.tables[0].columns, row, strict=True)) == {
        "Property": "Contact",
        "Head": PLANTED,
        "Alignment": percent(head["alignment"]),
        "Best null head": percent(head["null_best"]),
        "p": "0.33",
        "Lift": times(head["lift"]),
        "Best null lift": times(head["null_best_lift"]),
        "p of lift": "0.33",
        "p of all null heads": "0.077",
        "Null findings": f"{head['null_findings']} of 12",
    }
    letters = section.tables[1]
    assert [row[0] for row in letters.rows] == ["Trp (W)", "Ala (A)"]
    [row] = tables.amino_acids.filter(property="amino_acid:A").iter_rows(named=True)
    shown = dict(zip(letters.columns, letters.rows[1], strict=True))
    assert shown["Share of attention"] == percent(row["share"])
    assert shown["Null alignment"] == percent(row["null_alignment"])
    assert shown["Null share"] == percent(row["null_share"])


def test_the_report_shows_the_section(with_nulls, tmp_path):
    written = write_report(with_nulls, out=tmp_path / "x.html", proteins=0, **PARTS)
    text = written.path.read_text()
    assert "Beside null runs" in text
    assert "2 null runs, labels permuted. The runs of like labels of each protein stand in another order" in text
