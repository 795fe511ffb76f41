import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from commands import snapshot
from planted import planted_dataset
from protlens.errors import ModelError, OptionError, RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.nulls.null_analysis import null
from protlens.nulls.null_folders import finished_nulls
from protlens.nulls.null_kinds import KINDS
from protlens.nulls.null_proteins import CHANGES, null_dataset
from protlens.nulls.shuffled_rows import ShuffledRows
from protlens.properties.selection import select_properties
from protlens.runs.format import null_folder
from protlens.runs.store import Run
from protlens.stats.run_tables import read_tables, stored_heads, tabulate, write_tables
from reference import attention_of, count_property, same_counts
from sharp import PLANTED, PROTEINS, sharp_model, sharp_run
from toy import few_proteins_suffice, toy_dataset, toy_model

pytestmark = pytest.mark.slow

DATA = planted_dataset(PROTEINS)
WITHOUT_WEIGHTS = ("rows", *CHANGES)
LABELS = ["contact", "binding_site", "secondary_structure", "amino_acid:A"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A run that finds the planted head; tests leave it as it is."""
    return sharp_run(tmp_path_factory.mktemp("planted") / "run").path


@pytest.fixture
def copied(planted, tmp_path):
    return shutil.copytree(planted, tmp_path / "run")


def nulls_of(run, kind="rows", **options):
    return null(run, kind=kind, model=sharp_model(), dataset=DATA, **options)


def toy_run(out, *, names=LABELS, longest=None, **options):
    data = toy_dataset()
    options = ExtractionOptions(threshold=0.1, **options)
    run = extract(toy_model(max_residues=longest), data, select_properties(data, names), out=out, options=options)
    write_tables(run, tabulate(run))
    return run.path


def toy_nulls(run, kind, *, longest=None, **options):
    return null(run, kind=kind, model=toy_model(max_residues=longest), dataset=toy_dataset(), **options)


def sums(run):
    """Return all integers of a run's classes, which no split may change."""
    return {
        counts.name: {
            name: getattr(counts, name).tolist()
            for name in ("arcs", "eligible", "hits", "residues", "pairs", "positive_pairs", "sites", "positive_sites")
        }
        for counts in run.counts()
    }


def of_kind(run, kind, seed=0):
    return Run.open(null_folder(Path(run), kind, seed))


@pytest.mark.parametrize("kind", WITHOUT_WEIGHTS)
def test_the_planted_head_is_beyond_its_nulls_and_is_no_finding_in_them(copied, kind):
    real = read_tables(copied).heads
    assert real.filter(verdict="beyond_control")["label"].to_list() == [PLANTED]
    found = nulls_of(copied, kind, repeats=3, seed=4)
    table = found.tables.nulls
    assert table.select("property", "layer", "head").equals(real.select("property", "layer", "head"))
    [head] = table.filter(label=PLANTED).iter_rows(named=True)
    assert (head["repeats"], head["repeats_supported"], head["null_heads"]) == (3, 3, 18)
    assert (head["null_findings"], head["repeats_with_findings"]) == (0, 0)
    assert head["p_best"] == head["p_best_lift"] == 1 / 4
    assert head["p_pooled"] == head["p_pooled_lift"] == 1 / 19
    assert head["alignment"] > 2 * head["null_best"]
    assert found.tables.summary["label"].to_list() == [PLANTED]
    others = table.filter(pl.col("label") != PLANTED)
    assert (others["p_best"] > 1 / 4).any()
    assert found.folder == copied / "nulls" / kind
    assert sorted(path.name for path in found.folder.iterdir()) == ["00004", "00005", "00006"]


def test_shuffled_rows_are_counted_as_plain_loops_count_them(tmp_path):
    run = toy_run(tmp_path / "run")
    toy_nulls(run, "rows", repeats=1, seed=2)
    proteins = list(toy_dataset())
    model = ShuffledRows(toy_model(), seed=2)
    attentions = [attention_of(model, protein.sequence) for protein in proteins]
    for counts in of_kind(run, "rows", 2).counts():
        same_counts(counts, count_property(counts.name, counts.level, proteins, attentions, 0.1))


@pytest.mark.parametrize("kind", CHANGES)
def test_changed_proteins_are_counted_as_plain_loops_count_them(tmp_path, kind):
    run = toy_run(tmp_path / "run", longest=20)
    toy_nulls(run, kind, longest=20, repeats=1, seed=3)
    proteins = list(null_dataset([protein.cut(20) for protein in toy_dataset()], kind, name="toy", seed=3, reads=None))
    attentions = [attention_of(toy_model(), protein.sequence) for protein in proteins]
    made = of_kind(run, kind, 3)
    assert "amino_acid:A" not in made.manifest.properties
    for counts in made.counts():
        same_counts(counts, count_property(counts.name, counts.level, proteins, attentions, 0.1))


@pytest.mark.parametrize("kind", ["labels", "positions"])
def test_a_protein_that_is_cut_keeps_the_labels_of_the_part_that_is_read(tmp_path, kind):
    run = toy_run(tmp_path / "run", longest=20, names=["binding_site", "secondary_structure"])
    toy_nulls(run, kind, longest=20, repeats=1)
    assert "cut" in Run.open(run).proteins()["status"].to_list()
    for before, after in zip(Run.open(run).counts(), of_kind(run, kind).counts(), strict=True):
        assert before.sites.tolist() == after.sites.tolist()
        assert before.positive_sites.tolist() == after.positive_sites.tolist()


@pytest.mark.parametrize("kind", WITHOUT_WEIGHTS)
def test_sums_are_the_same_in_one_shard_in_many_and_after_an_interruption(tmp_path, kind):
    whole, many = toy_run(tmp_path / "whole"), toy_run(tmp_path / "many", shard_residues=1)
    toy_nulls(whole, kind, repeats=1, seed=7)
    assert of_kind(whole, kind, 7).manifest.shards == 1

    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toy_nulls(many, kind, repeats=1, seed=7, on_progress=stop)
    begun = of_kind(many, kind, 7)
    assert 0 < len(begun.shards_done) < begun.manifest.shards == 7
    there = snapshot(begun.path / "shards")
    assert finished_nulls(Run.open(many)) == {}
    toy_nulls(many, kind, repeats=1, seed=7)
    assert there.items() <= snapshot(begun.path / "shards").items()
    assert sums(of_kind(many, kind, 7)) == sums(of_kind(whole, kind, 7))
    assert not list(many.rglob("*.part"))


class Counted:
    """A model that counts the proteins that it reads."""

    def __init__(self):
        self.model = sharp_model()
        self.proteins = 0

    def __getattr__(self, name):
        return getattr(self.model, name)

    def encode(self, sequences):
        self.proteins += len(sequences)
        return self.model.encode(sequences)


def test_repeats_that_are_there_are_not_made_again_and_count(copied):
    model, seen = Counted(), []
    null(copied, kind="positions", repeats=2, model=model, dataset=DATA)
    assert model.proteins == 60
    before = snapshot(copied / "nulls")
    found = null(
        copied, kind="positions", repeats=3, model=model, dataset=DATA, on_progress=lambda *both: seen.append(both)
    )
    assert model.proteins == 90
    assert (seen[0][0] > 60, seen[-1]) == (True, (90, 90))
    assert before.items() <= snapshot(copied / "nulls").items()
    assert found.tables.nulls["repeats"].unique().to_list() == [3]
    again = null(copied, kind="positions", repeats=1)  # neither model nor dataset is looked for
    assert model.proteins == 90
    assert again.tables.nulls.equals(found.tables.nulls)


def test_the_table_of_all_kinds_lies_in_the_run(copied):
    rows, labels = nulls_of(copied, repeats=1), nulls_of(copied, "labels", repeats=2)
    written = pl.read_csv(copied / "tables" / "nulls.csv")
    assert written["kind"].to_list() == ["rows"] * 6 + ["labels"] * 6
    assert written.filter(kind="rows")["p_best"].to_list() == rows.tables.nulls["p_best"].to_list()
    assert written.filter(kind="labels")["repeats"].unique().to_list() == [2]
    assert labels.tables.nulls["kind"].unique().to_list() == ["labels"]
    assert "tables/nulls.csv" in json.loads((copied / "files.json").read_text())["files"]


def test_amino_acids_have_a_table_of_their_own_where_the_kind_is_a_null_of_them(tmp_path):
    run = toy_run(tmp_path / "run")
    path = run / "tables" / "amino_acid_nulls.csv"
    with few_proteins_suffice():
        write_tables(Run.open(run), tabulate(run))
        assert toy_nulls(run, "labels", repeats=1).tables.amino_acids.is_empty()
        assert not path.exists()
        table = toy_nulls(run, "rows", repeats=2).tables.amino_acids
        drawn = pl.concat([read_tables(of_kind(run, "rows", seed)).heads for seed in (0, 1)])
    assert pl.read_csv(path).rows() == table.rows()
    assert "tables/amino_acid_nulls.csv" in json.loads((run / "files.json").read_text())["files"]
    [row] = table.iter_rows(named=True)
    assert (row["kind"], row["property"], row["repeats"]) == ("rows", "amino_acid:A", 2)
    assert row["null_alignment"] == drawn.filter("supported", property="amino_acid:A")["alignment"].max()
    extract(toy_model(), toy_dataset(), "contact", out=run, fresh=True)
    assert not path.exists()


@pytest.mark.parametrize("kind", WITHOUT_WEIGHTS)
def test_the_manifest_says_what_a_null_is_of(tmp_path, kind):
    run = toy_run(tmp_path / "run")
    toy_nulls(run, kind, repeats=1, seed=9)
    mine, theirs = of_kind(run, kind, 9).manifest, Run.open(run).manifest
    changed = KINDS[kind].part
    kept = "dataset" if changed == "model" else "model"
    name = getattr(theirs, changed)["name"]
    assert getattr(mine, changed)["name"] == f"{name}, {KINDS[kind].words} (seed 9)"
    assert getattr(mine, kept) == getattr(theirs, kept)
    assert getattr(mine, changed) != getattr(theirs, changed)


def test_a_null_takes_the_proteins_and_the_families_of_its_run(tmp_path):
    run = toy_run(tmp_path / "run", limit=4, seed=5, names=["contact", "binding_site"])
    for kind in WITHOUT_WEIGHTS:
        toy_nulls(run, kind, repeats=1)
        before, after = (one.proteins() for one in (Run.open(run), of_kind(run, kind)))
        assert before.select("id", "length", "cluster").equals(after.select("id", "length", "cluster"))


def test_a_run_in_paper_mode_has_nulls_in_paper_mode(copied):
    nulls_of(copied, repeats=1)
    run = Run.open(copied)
    write_tables(run, tabulate(run, mode="paper"))
    found = nulls_of(copied, repeats=1)
    assert stored_heads(of_kind(copied, "rows"))["mode"].unique().to_list() == ["paper"]
    expected = tabulate(run, mode="paper").heads
    assert found.tables.nulls["alignment"].to_list() == expected["alignment"].to_list()


def test_what_the_model_reads_is_left_out_where_it_stays(tmp_path):
    run = toy_run(tmp_path / "run", names=["contact", "amino_acid:A", "amino_acid:C"])
    with few_proteins_suffice():
        assert toy_nulls(run, "labels", repeats=1).left_out == ("amino_acid:A", "amino_acid:C")
        assert toy_nulls(run, "rows", repeats=1).left_out == ()
    alone = toy_run(tmp_path / "alone", names=["amino_acid:A"])
    with pytest.raises(OptionError, match=r"^properties for nulls of the kind 'labels': none of run .*; take the kind"):
        toy_nulls(alone, "labels")
    assert not (alone / "nulls").exists()


def test_a_property_that_the_run_does_not_tell_is_left_out(tmp_path):
    class Own:
        name, level = "own", "residue"

        def mask(self, protein):
            return select_properties(toy_dataset(), "amino_acid:A")[0].mask(protein)

    data = toy_dataset()
    options = ExtractionOptions(threshold=0.1)
    run = extract(toy_model(), data, ["binding_site", Own()], out=tmp_path / "run", options=options)
    assert toy_nulls(run, "rows", repeats=1).left_out == ("own",)


def test_starting_over_removes_null_runs_and_nothing_else(copied):
    nulls_of(copied, repeats=2)
    nulls_of(copied, "labels", repeats=1)
    (copied / "nulls" / "rows" / "00001" / "mine.txt").write_text("keep")
    (copied / "nulls" / "notes.txt").write_text("keep")
    (copied / "nulls" / "labels" / "00000" / "shards" / ".00000.12-0123abcd.part").mkdir()
    extract(sharp_model(), DATA, "contact", out=copied, fresh=True)
    left = {name for name, content in snapshot(copied / "nulls").items() if content != "folder"}
    assert left == {"notes.txt", "rows/00001/mine.txt"}
    assert not (copied / "nulls" / "labels").exists()
    assert not (copied / "tables" / "nulls.csv").exists()
    assert Run.open(copied).shards_done == [0]


def test_starting_over_leaves_a_run_whose_null_has_a_foreign_file_in_a_shard(copied):
    nulls_of(copied, repeats=1)
    (copied / "nulls" / "rows" / "00000" / "shards" / "00000" / "mine.txt").write_text("keep")
    before = snapshot(copied)
    with pytest.raises(RunError, match=r"mine.txt in shards/00000, which protlens did not write"):
        extract(sharp_model(), DATA, "contact", out=copied, fresh=True)
    assert snapshot(copied) == before


def test_a_null_of_another_run_is_not_taken_for_one_of_this(copied, tmp_path):
    other = sharp_run(tmp_path / "other", threshold=0.15).path
    nulls_of(other, repeats=1)
    shutil.copytree(other / "nulls", copied / "nulls")
    assert finished_nulls(Run.open(copied)) == {}
    with pytest.raises(RunError, match=r"^null run .*00000: it is not of run .* as it is now; remove this folder"):
        nulls_of(copied, repeats=1)


def test_a_damaged_null_is_told(copied):
    nulls_of(copied, repeats=1)
    (null_folder(copied, "rows", 0) / "manifest.json").write_text("{")
    with pytest.raises(RunError, match=r"00000: manifest.json is damaged"):
        nulls_of(copied, repeats=1)


def test_tables_of_a_null_that_were_changed_are_made_anew(copied):
    expected = nulls_of(copied, repeats=1).tables.nulls
    path = null_folder(copied, "rows", 0) / "heads.parquet"
    pl.read_parquet(path).with_columns(alignment=pl.lit(1.0)).write_parquet(path)
    assert nulls_of(copied, repeats=1).tables.nulls.equals(expected)


def test_bad_input_is_refused_in_one_line(copied, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for options, message in (
        ({"repeats": 0}, "^repeats 0; allowed: 1 or more"),
        ({"seed": -1}, "^seed -1; allowed: 0 to 99999"),
        ({"seed": 99_999, "repeats": 2}, "^seed 99999; allowed"),
    ):
        with pytest.raises(OptionError, match=message):
            nulls_of(copied, **options)
    with pytest.raises(RunError, match="other proteins or labels"):
        null(copied, model=sharp_model(), dataset=toy_dataset())
    with pytest.raises(ModelError, match=r"^model 'fake' of run .*: not on this machine; give it as model="):
        null(copied, dataset=DATA)
    with pytest.raises(ModelError, match=r"^weights of 'fake': a model whose weights protlens did not read"):
        nulls_of(copied, "weights")
    other = sharp_model(name="other")
    object.__setattr__(other.info, "sha256", "1" * 64)
    with pytest.raises(ModelError, match="its weights are not those that run"):
        null(copied, model=other, dataset=DATA)
    shutil.rmtree(copied / "shards")
    with pytest.raises(RunError, match="0 of 1 shards are there"):
        nulls_of(copied)
    assert not (copied / "nulls").exists()


def test_a_result_shows_itself_in_a_screen(copied):
    found = nulls_of(copied, repeats=1)
    text = repr(found)
    assert text.startswith("Null runs of fake on planted: rows shuffled\nproperty  head  alignment")
    assert text.endswith(f"Folder: {found.folder}")
    assert "Contact   2-2" in text
    assert found.figures == ()
    assert dict(found.tables).keys() == {"nulls", "summary", "amino_acids"}


def test_a_run_of_version_1_can_have_nulls(data_files, tmp_path):
    run = shutil.copytree(data_files / "run_v1", tmp_path / "run")
    found = null(run, repeats=1, model=toy_model(max_residues=35), dataset=toy_dataset())
    assert found.tables.nulls["property"].n_unique() == len(Run.open(run).manifest.properties)


def test_every_kind_is_tried():
    assert set(WITHOUT_WEIGHTS) | {"weights", "shuffled-weights"} == set(KINDS)
