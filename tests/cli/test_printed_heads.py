import polars as pl
import pytest

from protlens.analysis import Analysis
from protlens.cli.printed_heads import print_summary
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.stats.run_tables import tabulate
from toy import toy_dataset, toy_model


def _analysis(out, *names, mode="matched", **options):
    data = toy_dataset()
    options = ExtractionOptions(**options)
    run = extract(toy_model(), data, select_properties(data, names), out=out, options=options)
    return Analysis(run, tabulate(run, mode=mode), ())


def _replace(analysis, **columns):
    """Write other values into the table of heads: the toy has too few proteins to support a head in matched mode."""
    heads = analysis.tables.heads
    for name, value in columns.items():
        heads.replace_column(heads.get_column_index(name), heads.with_columns(pl.lit(value).alias(name))[name])
    return analysis


@pytest.mark.parametrize(("mode", "interval"), [("matched", "95 % interval"), ("paper", "0.05/m interval")])
def test_the_interval_is_named_after_its_level(tmp_path, capsys, mode, interval):
    analysis = _analysis(tmp_path / "run", "binding_site", mode=mode, threshold=0.05)
    print_summary(_replace(analysis, supported=True))
    assert interval in capsys.readouterr().out


def test_a_run_without_supported_heads_says_so_and_shows_no_table(tmp_path, capsys):
    print_summary(_analysis(tmp_path / "run", "contact", threshold=0.9))
    shown = capsys.readouterr().out
    assert shown.startswith("7 of 7 proteins analysed, 152 residues")
    assert "No head with support: Contact" in shown


def test_a_value_too_small_for_a_number_is_not_shown_as_zero(tmp_path, capsys):
    analysis = _analysis(tmp_path / "run", "binding_site", threshold=0.05)
    print_summary(_replace(analysis, supported=True, background=1e-6))
    assert "<0.01" in capsys.readouterr().out
