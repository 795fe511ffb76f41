import polars as pl
import pytest

from protlens.behaviour.head_evidence import SCHEMA
from protlens.behaviour.stored import HeadEvidence, write_evidence
from protlens.explorer.beside import beside_heads
from protlens.explorer.builders import heads_document
from protlens.extraction.run import extract
from protlens.files import write_table
from protlens.output_folders import list_files
from protlens.runs.format import BEHAVIOUR, NULL_TABLE, RUN_FOLDER
from protlens.stats.head_statistics import head_table
from protlens.stats.null_comparison import NULL_TABLE_SCHEMA
from protlens.stats.run_tables import tabulate, write_tables
from toy import toy_dataset, toy_model

NAMES = ["contact", "binding_site"]


@pytest.fixture
def run(tmp_path):
    made = extract(toy_model(), toy_dataset(), NAMES, out=tmp_path / "run")
    write_tables(made, tabulate(made))
    return made


def null_rows(*rows: tuple[str, str, int, int, float, float | None]) -> pl.DataFrame:
    names = ("kind", "property", "layer", "head", "null_best", "p_best")
    found = pl.DataFrame([dict(zip(names, row, strict=True)) | {"repeats": 3} for row in rows])
    empty = NULL_TABLE_SCHEMA.to_frame(eager=True)
    return pl.concat([empty, found], how="diagonal_relaxed").cast(NULL_TABLE_SCHEMA)


def write_nulls(run, table: pl.DataFrame) -> None:
    write_table(table, run.path / NULL_TABLE)
    list_files(run.path, RUN_FOLDER, [run.path / NULL_TABLE])


def evidence(*named: tuple[int, int, str, float, int]) -> pl.DataFrame:
    names = ("layer", "head", "behaviour", "share", "rank")
    rows = [
        dict(zip(names, row, strict=True)) | {"named": True, "label": f"{row[0] + 1}-{row[1] + 1}"} for row in named
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), pl.DataFrame(rows)], how="diagonal_relaxed").cast(SCHEMA)


def test_nothing_is_told_where_nothing_was_asked(run):
    columns = heads_document(run, "contact", "matched")["columns"]
    assert set(columns["does"]) == {""}
    assert set(columns["null_p"]) == set(columns["null_kind"]) == {None}
    assert len(columns["null_p"]) == len(columns["label"])


def test_the_nulls_of_a_head_are_those_that_come_closest_to_it(run):
    write_nulls(
        run,
        null_rows(
            ("rows", "contact", 0, 1, 0.04, 0.25),
            ("labels", "contact", 0, 1, 0.09, 0.75),
            ("rows", "contact", 1, 0, 0.05, 0.5),
            ("rows", "contact", 2, 1, 0.01, None),
            ("rows", "binding_site", 0, 0, 0.02, 0.25),
        ),
    )
    columns = heads_document(run, "contact", "matched")["columns"]
    at = {label: place for place, label in enumerate(columns["label"])}
    told = {label: (columns["null_kind"][i], columns["null_best"][i], columns["null_p"][i]) for label, i in at.items()}
    assert told["1-2"] == ("labels", 0.09, 0.75)
    assert told["2-1"] == ("rows", 0.05, 0.5)
    assert {label for label, (kind, _, _) in told.items() if kind} == {"1-2", "2-1"}
    assert columns["null_repeats"][at["1-2"]] == 3
    assert set(heads_document(run, "contact", "paper")["columns"]["null_kind"]) == {None}


def test_a_table_of_nulls_that_was_changed_is_not_believed(run):
    write_nulls(run, null_rows(("rows", "contact", 0, 1, 0.04, 0.25)))
    path = run.path / NULL_TABLE
    path.write_text(path.read_text().replace("0.25", "0.01"))
    assert set(heads_document(run, "contact", "matched")["columns"]["null_kind"]) == {None}


def test_what_a_head_does_is_said_with_its_share_and_what_else_it_does(run):
    named = evidence((0, 1, "offset", 0.914, 1), (0, 1, "contact", 0.3, 2), (1, 0, "self", 0.5, 1))
    write_evidence(run, HeadEvidence(named, sample=3, seed=0, with_model=True))
    list_files(run.path, RUN_FOLDER, [run.path / BEHAVIOUR])
    heads = head_table([run.property_counts("contact")], threshold=0.3, mode="matched")
    does = dict(zip(heads["label"], beside_heads(run, heads, name="contact", mode="matched")["does"], strict=True))
    assert "(91.4 %), also " in does["1-2"]
    assert "30.0" in does["1-2"]
    assert does["2-1"].endswith("(50.0 %)")
    assert [label for label, text in does.items() if text] == ["1-2", "2-1"]
