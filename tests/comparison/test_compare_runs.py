import json

import numpy as np
import polars as pl
import pytest
import torch

from planted import HEADS, LAYERS, planted_dataset, planted_model, planted_proteins
from protlens.comparison.compare_runs import compare
from protlens.comparison.comparison_options import ComparisonOptions
from protlens.errors import OptionError, RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.heads import head_labels
from protlens.models.fake import FakeModel
from protlens.properties.pair import Contact
from protlens.stats.run_tables import tabulate, write_tables

PROTEINS = planted_proteins(24)
ORDER = np.random.default_rng(5).permutation(LAYERS * HEADS)
PROPERTIES = ["contact", "amino_acid:A", "amino_acid:W"]
FEW = ComparisonOptions(resamples=100, shuffles=3)


def reordered(model):
    """Return a model with the same heads at other places: place n has what head ORDER[n] of the model has."""

    def attention(sequence):
        weights = model._attention(sequence)
        return weights.flatten(0, 1)[torch.from_numpy(ORDER)].view_as(weights)

    return FakeModel(attention, layers=LAYERS, heads=HEADS, name="reordered")


def run_of(model, folder, proteins=PROTEINS, properties=PROPERTIES, **options):
    chosen = ExtractionOptions(**{"threshold": 0.02, **options})
    return extract(model, planted_dataset(proteins), properties, out=folder, options=chosen)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs(once):
    def fill(folder):
        model = planted_model(PROTEINS)
        run_of(model, folder / "planted")
        run_of(reordered(model), folder / "reordered")
        run_of(planted_model(PROTEINS, signal=False), folder / "blind")

    return once("compared", fill)


@pytest.fixture(scope="module")
def compared(runs, tmp_path_factory):
    return compare(runs / "planted", runs / "reordered", out=tmp_path_factory.mktemp("out"), options=FEW)


def test_the_same_heads_at_other_places_are_matched_exactly(compared):
    labels = head_labels(LAYERS, HEADS)
    there = {labels[head]: labels[place] for place, head in enumerate(ORDER)}
    matches = compared.tables.matches
    assert matches.height == LAYERS * HEADS
    assert {row["label_one"]: row["label_other"] for row in matches.iter_rows(named=True)} == there
    assert matches["distance"].max() < 1e-6
    assert matches["mutual"].all()
    row = compared.tables.matching.row(0, named=True)
    assert row["distance"] < 1e-6 < 0.3 < row["shuffled"] < row["arbitrary"]


def test_their_best_heads_do_the_same(compared):
    labels = head_labels(LAYERS, HEADS)
    best = compared.tables.best.filter(property="contact")
    places = best["label"].to_list()
    assert labels.index(places[0]) == ORDER[labels.index(places[1])]
    assert best["alignment"][0] == best["alignment"][1] > 0.5
    assert compared.tables.differences["difference"].to_list() == [0.0] * 3


def test_a_run_beside_itself_differs_by_nothing(runs, tmp_path):
    compared = compare(runs / "planted", runs / "planted", out=tmp_path, options=FEW)
    columns = [name for name in compared.tables.differences.columns if "difference" in name]
    assert (compared.tables.differences.select(columns).to_numpy() == 0).all()
    assert compared.tables.matching["distance"].to_list() == [0.0]
    assert compared.names == ("fake (1)", "fake (2)")


def test_what_has_nothing_to_find_is_told_apart(runs, tmp_path):
    compared = compare(runs / "planted", runs / "blind", out=tmp_path, options=FEW)
    row = compared.tables.differences.filter(property="contact").row(0, named=True)
    assert row["difference_high"] < -0.3
    assert compared.names == ("fake (planted)", "fake (blind)")


def test_three_runs_give_three_pairs(runs, tmp_path):
    three = [runs / name for name in ("planted", "reordered", "blind")]
    compared = compare(*three, out=tmp_path, options=FEW)
    pairs = compared.tables.matching.select("one", "other").rows()
    assert pairs == [
        ("fake (planted)", "reordered (reordered)"),
        ("fake (planted)", "fake (blind)"),
        ("reordered (reordered)", "fake (blind)"),
    ]
    assert len(compared.tables.differences) == 9
    assert compared.tables.layers.height == 3 * 3 * LAYERS
    depth = compared.tables.layers.filter(property="contact", run="fake (blind)")["depth"].to_list()
    assert depth == [1 / 3, 2 / 3, 1.0]


def test_depth_is_that_of_the_tables_of_each_run(compared, runs):
    own = tabulate(runs / "planted")
    shown = compared.tables.layers.filter(run="fake")
    assert shown["mean_alignment"].to_list() == own.layers["mean_alignment"].to_list()
    centres = compared.tables.centres.filter(run="fake")
    assert centres["centre_of_gravity"].to_list() == pytest.approx(own.centres["centre_of_gravity"].to_list())
    assert centres["relative_centre"].to_list() == pytest.approx(
        [centre / LAYERS for centre in centres["centre_of_gravity"]]
    )


def test_what_is_written_is_what_comes_back(compared):
    for name, table in compared.tables.items():
        assert pl.read_parquet(compared.folder / f"{name}.parquet").equals(table)
        assert (compared.folder / f"{name}.csv").is_file()
    about = json.loads((compared.folder / "comparison.json").read_text())
    assert [run["run"] for run in about["runs"]] == list(compared.names)
    assert [path.suffix for path in compared.figures] == [".pdf", ".png"]
    text = repr(compared)
    assert text.startswith("Comparison of fake and reordered")
    assert len(text.splitlines()) <= 20


def test_an_earlier_comparison_is_replaced_and_other_files_are_not(runs, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match=r"mine\.txt"):
        compare(runs / "planted", runs / "blind", out=tmp_path / "other", options=FEW)
    compare(runs / "planted", runs / "blind", out=tmp_path / "out", options=FEW)
    (tmp_path / "out" / "mine.txt").write_text("mine")
    compare(runs / "planted", runs / "reordered", out=tmp_path / "out", options=FEW)
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert "reordered" in (tmp_path / "out" / "runs.csv").read_text()


def test_properties_that_are_not_shared_are_named(runs, tmp_path):
    other = run_of(planted_model(PROTEINS), tmp_path / "other", properties=["amino_acid:A", "amino_acid:C"])
    compared = compare(runs / "planted", other, out=tmp_path / "out", options=FEW)
    assert compared.properties == ("amino_acid:A",)
    told = "\n".join(compared.notes)
    assert "contact is not compared: only fake (planted) has it." in told
    assert "amino_acid:C is not compared: only fake (other) has it." in told


def test_a_property_that_is_defined_otherwise_is_not_compared(runs, tmp_path):
    properties = [Contact(atom="CA"), "amino_acid:A"]
    other = run_of(planted_model(PROTEINS), tmp_path / "other", properties=properties)
    compared = compare(runs / "planted", other, out=tmp_path / "out", options=FEW)
    assert compared.properties == ("amino_acid:A",)
    assert any(note.startswith("contact is defined differently") for note in compared.notes)


def test_runs_without_a_common_protein_have_no_interval(tmp_path):
    first, second = PROTEINS[:12], PROTEINS[12:]
    folders = [tmp_path / "one", tmp_path / "other"]
    for proteins, folder in zip((first, second), folders, strict=True):
        run_of(planted_model(PROTEINS), folder, proteins, ["contact"])
    compared = compare(*folders, out=tmp_path / "out", options=FEW)
    row = compared.tables.differences.row(0, named=True)
    assert row["difference"] is not None
    assert row["difference_low"] is row["difference_high"] is None
    told = "\n".join(compared.notes)
    assert "no protein in common" in told
    assert "The datasets of one name, planted, differ in content." in told


def test_other_lengths_and_paper_mode_are_said(runs, tmp_path):
    run = run_of(planted_model(PROTEINS, signal=False), tmp_path / "short", max_length=40)
    write_tables(run, tabulate(run, mode="paper"))
    compared = compare(runs / "planted", run, out=tmp_path / "out", options=FEW)
    told = "\n".join(compared.notes)
    assert "max_length differs: 510 in fake (planted), 40 in fake (short)." in told
    assert "fake (short) was written in paper mode" in told
    assert "contact: 24 common proteins of" in told


@pytest.mark.parametrize(
    ("names", "told"),
    [(["planted"], "1 run; allowed: two or more"), (["planted", "nothing"], "no manifest.json there")],
)
def test_what_cannot_be_compared_is_refused(runs, tmp_path, names, told):
    with pytest.raises((OptionError, RunError), match=told):
        compare(*[runs / name for name in names], out=tmp_path)


def test_other_thresholds_and_properties_are_refused(runs, tmp_path):
    weaker = run_of(planted_model(PROTEINS), tmp_path / "weaker", threshold=0.01, properties=["contact"])
    with pytest.raises(OptionError, match=r"different weights on: 0.02 in fake \(planted\), 0.01 in fake \(weaker\)"):
        compare(runs / "planted", weaker, out=tmp_path / "out")
    other = run_of(planted_model(PROTEINS), tmp_path / "other", properties=["amino_acid:C"])
    with pytest.raises(OptionError, match="no property that all runs have"):
        compare(runs / "planted", other, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["seed", "resamples", "shuffles"])
def test_options_are_checked(option):
    with pytest.raises(OptionError, match=f"{option} -1"):
        ComparisonOptions(**{option: -1})
