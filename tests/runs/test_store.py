"""What is read of one protein or one head against what is read of all, which tests/test_run_format.py holds."""

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from protlens.attention.single import protein_arcs
from protlens.errors import RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate, write_tables
from toy import HEADS, LAYERS, toy_dataset, toy_model

LONGEST = 35
COLUMNS = ("layer", "head", "query", "key", "weight")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = toy_dataset()
    options = ExtractionOptions(keep_arcs=0.2, shard_residues=60)
    out = tmp_path_factory.mktemp("store") / "run"
    made = extract(toy_model(max_residues=LONGEST), data, select_properties(data), out=out, options=options)
    assert made.manifest.shards > 2
    return made


def test_kept_arcs_of_a_protein_are_those_of_one_pass(run):
    for number, protein in enumerate(toy_dataset()):
        kept = run.protein_arcs(number)
        once = protein_arcs(toy_model(), protein.sequence[:LONGEST], floor=0.2)
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(kept, name), getattr(once, name), err_msg=f"{protein.id} {name}")
            assert getattr(kept, name).dtype == getattr(once, name).dtype
        np.testing.assert_array_equal(kept.complete_from, once.complete_from)
        assert kept.residues == once.residues
        assert kept.received is None


def test_only_the_rows_of_the_protein_are_read(run, monkeypatch):
    read = []

    def watched(path, **options):
        read.append((path.name, table := plain(path, **options)))
        return table

    plain = pq.read_table
    monkeypatch.setattr(pq, "read_table", watched)
    arcs = run.protein_arcs(0)
    rows = sum(len(table) for name, table in read if name == "arcs.parquet")
    assert rows == len(arcs.weight) < run.arcs().height


def test_a_protein_without_arcs_has_none(tmp_path):
    data = toy_dataset()
    options = ExtractionOptions(keep_arcs=0.99)
    made = extract(toy_model(), data, select_properties(data, ["contact"]), out=tmp_path / "run", options=options)
    arcs = made.protein_arcs(1)
    assert len(arcs.weight) == 0
    assert arcs.residues == 1
    assert arcs.complete_from.tolist() == np.full((LAYERS, HEADS), 0.99, np.float32).tolist()


def test_a_run_that_kept_no_arcs_says_so(tmp_path):
    data = toy_dataset()
    made = extract(toy_model(), data, select_properties(data, ["contact"]), out=tmp_path / "run")
    with pytest.raises(RunError, match="it kept no single arcs; make it again with keep_arcs="):
        made.protein_arcs(0)


def test_arcs_of_a_head_are_counted_by_protein(run):
    above = run.arcs().filter(pl.col("weight") >= np.float32(0.3))
    for layer in range(LAYERS):
        for head in range(HEADS):
            counts = run.arc_counts(layer, head)
            assert sorted(counts) == list(range(7))
            mine = above.filter(layer=layer, head=head)
            assert counts == {number: mine.filter(protein=number).height for number in counts}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_the_mode_is_that_of_the_table(tmp_path, run, mode):
    moved = Run(tmp_path, run.manifest)
    assert moved.mode == "matched"
    write_tables(moved, tabulate(run, mode=mode))
    assert moved.mode == mode


def test_a_damaged_table_is_no_reason_to_fail(tmp_path, run):
    (tmp_path / "heads.parquet").write_bytes(b"PAR1 is not enough")
    assert Run(tmp_path, run.manifest).mode == "matched"


def test_the_proteins_with_a_property_are_those_in_which_it_holds_somewhere(run):
    found = 0
    for prop in select_properties(toy_dataset()):
        masks = (prop.mask(protein.cut(LONGEST)) for protein in toy_dataset())
        wanted = {number for number, mask in enumerate(masks) if mask is not None and mask.holds.any()}
        if run.manifest.properties[prop.name] == "residue":
            assert run.proteins_with(prop.name) == wanted, prop.name
        else:
            assert run.proteins_with(prop.name) <= wanted, prop.name
        found += len(wanted)
    assert found > 10


def test_a_notebook_shows_what_was_run_on_what(run):
    shown = run._repr_html_()
    assert "<table" in shown
    assert f"of {run.manifest.shards} shard" in shown
    assert str(run.path) in shown
