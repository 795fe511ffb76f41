"""docs/run-format.md says what a run holds, and the run of version 1 stays readable."""

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from protlens.behaviour.head_evidence import SCHEMA
from protlens.behaviour.stored import SETTINGS
from protlens.errors import RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.store import Run
from protlens.runs.table_files import SAME, read_table
from protlens.stats.run_tables import read_tables, tabulate, write_tables
from reference import attention_of, count_property, same_counts
from toy import HEADS, toy_dataset, toy_model

PAGE = (Path(__file__).parents[1] / "docs" / "run-format.md").read_text(encoding="utf-8")
V1, V2 = (Path(__file__).parent / "data_files" / name for name in ("run_v1", "run_v2"))
FILES = re.findall(r"^### (\S+\.parquet)$", PAGE, re.MULTILINE)
NAMES = ["contact", "binding_site", "modification", "secondary_structure"]
LONGEST = 35
SHARE = ["share", "share_low", "share_high", "share_background"]
ADDED = {
    "proteins.parquet": ["cluster", "cluster_method"],
    "heads.parquet": [
        *("residues", "effective_proteins", "control_name", "control", "control_lift", "control_lift_low"),
        *("control_lift_high", "control_q_value", "verdict", "reason"),
        *SHARE,
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


def test_the_page_describes_eleven_files():
    assert len(FILES) == len(set(FILES)) == 11


@pytest.mark.parametrize("file", FILES)
def test_the_columns_of_each_file_are_those_of_the_page(run, file):
    found = sorted(run.path.glob(file))
    assert found
    for one in found:
        assert _columns(one) == dict(_described(file, run))


def _columns(path: Path) -> dict[str, str]:
    """Return the type of each column, of those too that are stored under another name."""
    schema = pq.read_schema(path)
    kinds = {field.name: _kind(field.type) for field in schema}
    same = json.loads((schema.metadata or {}).get(SAME, "{}")) or {name: name for name in kinds}
    return {name: kinds[stored] for name, stored in same.items()}


def test_a_column_that_was_left_out_is_found_by_its_metadata_without_protlens(run):
    whole = pl.concat(pl.read_parquet(path) for path in sorted(run.path.glob("shards/*/counts.parquet")))
    left_out = 0
    for path in sorted(run.path.glob("shards/*/counts.parquet")):
        same = json.loads(pq.read_schema(path).metadata[b"protlens.same"])
        plain, read = pq.read_table(path), read_table(run.path, path)
        assert all(read[name].equals(plain[stored]) for name, stored in same.items())
        assert set(same.values()) == set(plain.column_names)
        left_out += len(same) - plain.num_columns
    assert left_out > 0
    assert whole.height == run.proteins().filter(pl.col("status") != "skipped").height * run.layers


def test_version_2_holds_every_column_and_gives_the_same_tables(run):
    for file in FILES:
        for one in sorted(V2.glob(file)):
            described = [
                name for name, _ in _described(file, run) if not name.startswith(("weight_", "share", "burial"))
            ]
            assert dict.fromkeys(pq.read_schema(one).names) == dict.fromkeys(described)
    assert Run.open(V2).manifest.version == 2
    old, new = tabulate(Run.open(V2)).heads, tabulate(run).heads
    assert old.drop(SHARE).equals(new.drop(SHARE))
    assert old.select(SHARE).null_count().row(0) == (old.height,) * len(SHARE)
    assert read_tables(Run.open(V2)).heads.equals(old)


def test_a_part_of_version_2_is_not_completed_with_shards_of_version_3(tmp_path):
    shutil.copytree(V2, tmp_path / "part")
    shutil.rmtree(tmp_path / "part" / "shards" / "00001")
    data = toy_dataset()
    options = ExtractionOptions(keep_arcs=0.35, shard_residues=80)
    with pytest.raises(RunError, match="a part of a run of format version 2"):
        extract(
            toy_model(max_residues=LONGEST),
            data,
            select_properties(data, NAMES),
            out=tmp_path / "part",
            options=options,
        )


def test_version_1_lacks_what_the_page_says_and_nothing_else(run):
    later = {"plan.parquet", "labels.parquet", "columns.parquet", "cells.parquet"}
    for file in FILES:
        found = sorted(V1.glob(file))
        assert bool(found) == (Path(file).name not in later)
        added = ADDED.get(file, [])
        described = [
            row
            for row in _described(file, run)
            if not row[0].startswith(("residues:", "weight_")) and row[0] not in added
        ]
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


def test_the_columns_of_the_table_of_behaviours_are_those_of_the_page(run):
    kinds = {"Int64": "int64", "String": "string", "Float64": "double", "Boolean": "bool"}
    wanted = [(name, kinds[str(kind)]) for name, kind in {**SCHEMA, **SETTINGS}.items()]
    assert _described("tables/behaviour.csv", run) == wanted
