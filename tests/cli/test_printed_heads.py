import pytest

from made_tables import made_tables
from protlens.cli.printed_heads import summary_lines
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate
from toy import toy_dataset, toy_model


def _run(out, *names, **options):
    data = toy_dataset()
    return extract(toy_model(), data, select_properties(data, names), out=out, options=ExtractionOptions(**options))


def print_summary(run, tables, *, full=False):
    print("\n".join(summary_lines(run, tables, full=full)))


@pytest.fixture
def run(tmp_path):
    return _run(tmp_path / "run", "contact", threshold=0.9)


@pytest.mark.parametrize(("mode", "interval"), [("matched", "95 % interval"), ("paper", "0.05/m interval")])
def test_the_interval_is_named_after_its_level(run, capsys, mode, interval):
    print_summary(run, made_tables({"property": "binding_site", "mode": mode}), full=True)
    assert interval in capsys.readouterr().out


def test_full_has_three_heads_of_a_property_and_all_columns(run, capsys):
    rows = [{"property": "binding_site", "hits": 500 - n} for n in range(5)] + [
        {"property": "rare", "arcs": 9, "hits": 1}
    ]
    print_summary(run, made_tables(*rows), full=True)
    shown = capsys.readouterr().out
    assert [line.split()[2] for line in shown.splitlines() if line.startswith("Binding site ")] == ["1-1", "1-2", "1-3"]
    assert "verdict" in shown
    assert "No head with support: Rare" in shown


def test_a_value_too_small_for_a_number_is_not_shown_as_zero(run, capsys):
    row = {"property": "binding_site", "background": 1e-6, "q_value": 0.001}
    for full in (True, False):
        print_summary(run, made_tables(row), full=full)
        assert "<0.01" in capsys.readouterr().out


@pytest.mark.parametrize("full", [True, False])
def test_a_run_without_supported_heads_says_so_and_shows_no_table(run, capsys, full):
    print_summary(run, tabulate(run), full=full)
    shown = capsys.readouterr().out
    assert "alignment" not in shown
    assert ("No head with support: Contact" if full else "Too little support to tell: contact") in shown
    assert "7 of 7 proteins analysed, 152 residues" in shown


def test_the_files_and_what_to_do_next_stand_at_the_end(run, capsys):
    print_summary(run, tabulate(run))
    folder = run.path
    assert capsys.readouterr().out.splitlines()[-3:] == [
        f"Files: {folder} (heads.csv: all heads)",
        f"In words, as one file: protlens report {folder}",
        f"Look at it: protlens serve {folder}",
    ]


def test_a_run_of_version_1_says_what_its_controls_are_worth(data_files, capsys):
    run = Run.open(data_files / "run_v1")
    print_summary(run, tabulate(run))
    assert "A run of format version 1: coarser controls" in capsys.readouterr().out
