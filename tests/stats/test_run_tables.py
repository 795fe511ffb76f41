import shutil

import polars as pl
import pytest

from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import read_tables, stored_controls, stored_heads, tabulate, write_tables
from toy import toy_dataset, toy_model


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("stored") / "run"
    run = extract(toy_model(), toy_dataset(), select_properties(toy_dataset()), out=out)
    write_tables(run, tabulate(run))
    return run


@pytest.fixture
def run(made, tmp_path):
    shutil.copytree(made.path, tmp_path / "run")
    return Run.open(tmp_path / "run")


def test_what_was_written_is_read_back(run):
    tables = tabulate(run)
    assert stored_heads(run).equals(tables.heads)
    assert stored_controls(run).equals(tables.controls)


def test_paper_mode_is_read_back_as_such(run):
    write_tables(run, tabulate(run, mode="paper"))
    assert stored_heads(run)["mode"].unique().to_list() == ["paper"]


def test_nothing_is_read_where_nothing_is(run):
    (run.path / "heads.parquet").unlink()
    (run.path / "tables" / "controls.parquet").unlink()
    assert stored_heads(run) is None
    assert stored_controls(run) is None


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"PAR1 but no more"])
def test_a_damaged_table_of_heads_is_computed_anew_in_its_mode(run, content):
    tables = tabulate(run, mode="paper")
    write_tables(run, tables)
    (run.path / "heads.parquet").write_bytes(content)
    assert run.mode == "paper"
    assert read_tables(run).heads.equals(tables.heads)


@pytest.mark.parametrize("content", [b"", b"PAR1 but no more", b"property,layer\ncontact,0\n", b"\xff\xfe\x00"])
def test_damaged_files_are_not_read(run, content):
    (run.path / "heads.parquet").write_bytes(content)
    (run.path / "tables" / "controls.parquet").write_bytes(content)
    assert stored_heads(run) is None
    assert stored_controls(run) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.head(len(table) - 1),
        lambda table: table.reverse(),
        lambda table: table.with_columns(layer=pl.col("layer") + 1),
        lambda table: table.with_columns(property=pl.lit("other")),
        lambda table: table.drop("arcs"),
        lambda table: table.with_columns(pl.col("arcs").cast(pl.Int32)),
    ],
)
def test_tables_of_something_else_are_not_read(run, change):
    change(pl.read_parquet(run.path / "heads.parquet")).write_parquet(run.path / "heads.parquet")
    assert stored_heads(run) is None


def test_heads_at_another_threshold_are_not_read(run):
    heads = pl.read_parquet(run.path / "heads.parquet").with_columns(threshold=pl.lit(0.4))
    heads.write_parquet(run.path / "heads.parquet")
    assert stored_heads(run) is None


def test_controls_of_other_heads_are_not_read(run):
    controls = run.path / "tables" / "controls.parquet"
    pl.read_parquet(controls).with_columns(head=pl.col("head") + 1).write_parquet(controls)
    assert stored_controls(run) is None


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_several_processes_give_the_same_tables(run, mode, tmp_path):
    for workers in (1, 2):
        tables = tabulate(run, mode=mode, workers=workers)
        tables.heads.write_parquet(tmp_path / f"heads-{workers}")
        tables.controls.write_parquet(tmp_path / f"controls-{workers}")
    for name in ("heads", "controls"):
        assert (tmp_path / f"{name}-1").read_bytes() == (tmp_path / f"{name}-2").read_bytes()
