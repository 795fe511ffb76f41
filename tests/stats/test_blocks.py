"""The tables of a run, however its proteins are split over blocks and rounds: those of all proteins in memory."""

import numpy as np
import polars as pl
import pytest

from planted import planted_dataset, planted_model, planted_proteins
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.runs import blocks, label_reader
from protlens.runs.property_blocks import Families, PropertyBlocks
from protlens.runs.store import Run
from protlens.stats import units
from protlens.stats.head_statistics import head_tables
from protlens.stats.run_tables import tabulate
from protlens.stats.units import OpenUnits, rounds
from reference import same_counts

NAMES = ("contact", "amino_acid:L")
WHOLE = 2**40


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Twenty-seven chains in families of three, whose lengths differ, so that they lie in different shards."""
    proteins = planted_proteins(27, length=24, per_cluster=3)
    options = ExtractionOptions(threshold=0.02, shard_residues=110)
    out = tmp_path_factory.mktemp("blocks") / "run"
    run = extract(planted_model(proteins), planted_dataset(proteins), list(NAMES), out=out, options=options)
    assert run.manifest.shards > 5
    return out


@pytest.fixture(scope="module")
def whole(folder):
    run = Run.open(folder)
    counts = [run.property_counts(name) for name in NAMES]
    return head_tables(counts, threshold=0.02, mode="matched")


def same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Assert that counts and names are the same, and fractions but for rounding."""
    exact = [name for name, kind in expected.schema.items() if kind != pl.Float64]
    assert found.select(exact).equals(expected.select(exact))
    for name in set(expected.columns) - set(exact):
        one, other = (table[name].fill_null(np.nan).to_numpy() for table in (found, expected))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-15, err_msg=name)


SPLITS = {
    "one block": {},
    "a block a shard": {"block": 800_000},
    "parts of shards": {"block": 100_000},
    "two families at a time": {"block": 800_000, "families": 2},
    "a family at a time, labels read anew": {"block": 100_000, "families": 1, "kept": 0},
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["matched", "paper"])
@pytest.mark.parametrize("split", SPLITS)
def test_any_split_gives_the_same_tables(folder, whole, split, mode, monkeypatch):
    options = SPLITS[split]
    monkeypatch.setattr(blocks, "BLOCK", options.get("block", WHOLE))
    monkeypatch.setattr(units, "OPEN", 8 * 12 * 12 * options.get("families", 1000))
    monkeypatch.setattr(label_reader, "KEPT", options.get("kept", label_reader.KEPT))
    run = Run.open(folder)
    planned = run._blocks("residue")
    assert (len(planned) > 1) == ("block" in options)
    assert any(block.rows for block in planned) == (options.get("block") == 100_000)
    if mode == "paper":
        counts = [run.property_counts(name) for name in NAMES]
        whole = head_tables(counts, threshold=0.02, mode="paper")
    tables = tabulate(run, mode=mode)
    same(tables.heads, whole.heads)
    same(tables.controls, whole.controls)
    assert tables.controls.height > 0
    assert tables.heads.equals(tabulate(Run.open(folder), mode=mode).heads)


def test_blocks_hold_each_protein_once_with_its_own_sums(folder, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 100_000)
    run = Run.open(folder)
    for name in NAMES:
        found = [counts for _, counts in run.property_blocks(name).counts(None)]
        numbers = np.concatenate([block.proteins for block in run._blocks(run.manifest.properties[name])])
        order = np.argsort(numbers)
        assert numbers[order].tolist() == list(range(27))
        counts = run.property_counts(name)
        joined = counts.__class__(
            name,
            counts.level,
            *(
                np.concatenate([getattr(one, part) for one in found])[order]
                for part in (
                    "arcs",
                    "eligible",
                    "hits",
                    "pairs",
                    "positive_pairs",
                    "sites",
                    "positive_sites",
                    "residues",
                )
            ),
        )
        same_counts(joined, counts)
        assert np.concatenate([one.units for one in found])[order].tolist() == counts.units.tolist()
        assert sum(len(one.attended.arcs) for one in found) == len(counts.attended.arcs)
        assert sum(len(one.labelled.protein) for one in found) == len(counts.labelled.protein)


def test_sums_of_a_run_are_those_of_its_blocks(folder, monkeypatch):
    expected = Run.open(folder).head_sums(), Run.open(folder).histogram("contact")
    monkeypatch.setattr(blocks, "BLOCK", 100_000)
    found = Run.open(folder).head_sums(), Run.open(folder).histogram("contact")
    for one, other in zip(found, expected, strict=True):
        for name in type(one).__dataclass_fields__:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def test_sums_in_memory_are_one_block(folder):
    counts = Run.open(folder).property_counts("contact")
    one = PropertyBlocks.of(counts)
    assert [(number, found is counts) for number, found in one.counts(None)] == [(0, True)]


def test_families_are_closed_with_the_last_of_their_members():
    families = Families.of([np.array([0, 1, 1]), np.array([2, 0]), np.array([2, 3])])
    assert families.first.tolist() == [0, 0, 1, 2]
    assert families.last.tolist() == [1, 0, 2, 2]
    carried = OpenUnits(families)
    values = np.arange(7.0)[:, None, None]
    parts = [(np.array([0, 1, 1]), values[:3]), (np.array([2, 0]), values[3:5]), (np.array([2, 3]), values[5:])]
    closed = [carried.closed(block, *part).ravel().tolist() for block, part in enumerate(parts)]
    assert closed == [[3.0], [4.0], [8.0, 6.0]]


def test_rounds_take_each_family_once_and_hold_few_open(monkeypatch):
    rng = np.random.default_rng(3)
    members = [rng.integers(0, 40, 25) for _ in range(6)]
    families = Families.of(members)
    monkeypatch.setattr(units, "OPEN", 5 * 100)
    found = [chosen.copy() for chosen in rounds(families, bytes_each=100)]
    assert len(found) > 2
    assert np.flatnonzero(np.sum(found, axis=0)).tolist() == np.unique(np.concatenate(members)).tolist()
    assert np.sum(found, axis=0).max() == 1
    for chosen in found:
        for block in range(5):
            assert (chosen & (families.first <= block) & (families.last > block)).sum() <= 5
    assert list(rounds(families, bytes_each=1)) == [None]
    assert list(rounds(None, bytes_each=1)) == [None]
