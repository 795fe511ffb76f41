"""docs/run-format.md says what a run holds, and the run of version 1 stays readable."""

import re
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate, write_tables
from reference import attention_of, count_property, same_counts
from toy import HEADS, toy_dataset, toy_model

PAGE = (Path(__file__).parents[1] / "docs" / "run-format.md").read_text(encoding="utf-8")
V1 = Path(__file__).parent / "data_files" / "run_v1"
FILES = re.findall(r"^### (\S+\.parquet)$", PAGE, re.MULTILINE)
NAMES = ["contact", "binding_site", "modification", "secondary_structure"]
LONGEST = 35
ADDED = {
    "proteins.parquet": ["cluster", "cluster_method"],
    "heads.parquet": [
        *("residues", "effective_proteins", "control_name", "control", "control_lift", "control_lift_low"),
        *("control_lift_high", "control_q_value", "verdict", "reason"),
    ],
}
"""Columns that runs of before lack; readers find columns by name, so the version stays."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = toy_dataset()
    out = tmp_path_factory.mktemp("format") / "run"
    options = ExtractionOptions(keep_arcs=0.35, shard_residues=80)
    made = extract(toy_model(max_residues=LONGEST), data, select_properties(data, NAMES), out=out, options=options)
    write_tables(made, tabulate(made))
    return made


def _described(file: str, run: Run) -> list[tuple[str, str]]:
    """Return the columns that the page gives for a file, with CLASS written out."""
    section = PAGE.partition(f"### {file}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", section, re.MULTILINE)
    levels = run.manifest.properties
    plain = [row for row in rows if not re.search(r":(CLASS|RES|PAIR)$", row[0])]
    names = sorted(levels, key=lambda name: levels[name] == "pair")
    sizes = {"H": HEADS, "B": len(run.bins.edges) - 2, "20": 20, "9": 9, "2": 2}
    repeated = []
    for name in names:
        groups = {"CLASS", "RES" if levels[name] == "residue" else "PAIR"}
        repeated += [(f"{c.partition(':')[0]}:{name}", kind) for c, kind in rows if c.partition(":")[2] in groups]
    return [(column, _sized(kind, sizes)) for column, kind in plain + repeated]


def _sized(kind: str, sizes: dict[str, int]) -> str:
    base, _, shape = kind.partition("[")
    size = 1
    for factor in shape.rstrip("]").split("*") if shape else ():
        size *= sizes[factor]
    return f"{base}[{size}]" if shape else base


def _kind(found: pa.DataType) -> str:
    if pa.types.is_list(found):
        return f"list<{found.value_type}>"
    if pa.types.is_fixed_size_list(found):
        return f"{found.value_type}[{found.list_size}]"
    return str(found).removeprefix("large_")


def test_the_page_describes_ten_files():
    assert len(FILES) == len(set(FILES)) == 10


@pytest.mark.parametrize("file", FILES)
def test_the_columns_of_each_file_are_those_of_the_page(run, file):
    found = sorted(run.path.glob(file))
    assert found
    for one in found:
        assert [(field.name, _kind(field.type)) for field in pq.read_schema(one)] == _described(file, run)


def test_version_1_lacks_what_the_page_says_and_nothing_else(run):
    later = {"labels.parquet", "columns.parquet", "cells.parquet"}
    for file in FILES:
        found = sorted(V1.glob(file))
        assert bool(found) == (Path(file).name not in later)
        added = ADDED.get(file, [])
        described = [row for row in _described(file, run) if not row[0].startswith("residues:") and row[0] not in added]
        for one in found:
            columns = [(field.name, _kind(field.type)) for field in pq.read_schema(one)]
            assert columns == described


@pytest.mark.parametrize("place", ["", "shards/00000"])
def test_no_file_is_left_undescribed(run, place):
    there = {path.name for path in (run.path / place).iterdir() if path.is_file()}
    assert there <= {Path(file).name for file in FILES} | {"manifest.json", "heads.csv", "files.json", "seal.json"}


def test_the_entries_of_the_manifest_are_those_of_the_page(run):
    section = PAGE.partition("## manifest.json\n")[2].partition("\n## ")[0]
    rows = {row[0]: row[1] for row in re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)}
    for entry in ("model", "dataset", "options", "versions"):
        assert set(getattr(run.manifest, entry)) <= set(re.findall(r"`(\w+)`", rows[entry])), entry


def test_the_run_of_version_1_has_the_integers_of_plain_loops():
    run = Run.open(V1)
    proteins = [protein.cut(LONGEST) for protein in toy_dataset()]
    attentions = [attention_of(toy_model(), protein.sequence) for protein in proteins]
    assert len(list(run.counts())) == 8
    for counts in run.counts():
        same_counts(counts, count_property(counts.name, counts.level, proteins, attentions, 0.3))


def test_the_run_of_version_1_gives_its_table_again_with_simpler_statistics():
    found, kept = tabulate(Run.open(V1)).heads, pl.read_parquet(V1 / "heads.parquet")
    plain = ["property", "level", "label", "proteins", "arcs", "hits", "alignment", "background", "lift", "threshold"]
    assert_frame_equal(found.select(plain), kept.select(plain), rel_tol=1e-9)
    assert found["residues"].null_count() == found.height
    assert set(found["control_name"].drop_nulls()) == {"separation (bands)", "amino acid (rates)"}


def test_the_run_of_version_1_gives_the_table_of_paper_mode_bit_for_bit(run):
    columns = pl.read_parquet(V1 / "heads.parquet").columns
    old, new = (tabulate(one, mode="paper").heads.select(columns) for one in (Run.open(V1), run))
    assert old.equals(new)


def test_the_run_of_version_1_has_its_arcs_and_proteins(run):
    old = Run.open(V1)
    assert old.arcs().height == 572
    assert_frame_equal(old.arcs(), run.arcs())
    assert_frame_equal(old.proteins(), run.proteins().drop(ADDED["proteins.parquet"]))
    assert old.proteins()["status"].to_list() == ["analysed"] * 6 + ["cut"]
