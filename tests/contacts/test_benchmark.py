import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from planted import planted_dataset, planted_model, planted_proteins
from protlens.contacts.benchmark import benchmark_contacts, models_at_hand
from protlens.contacts.contact_analysis import evaluate_contacts
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.precision_summary import summarise_precision
from protlens.errors import DatasetError, ModelError, OptionError
from protlens.models.checkpoint.weight_files import _digest
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

PROTEINS = planted_proteins(30, per_cluster=2)
DATA = planted_dataset(PROTEINS)
OPTIONS = ContactOptions(train=6, draws=2, test=8, jacobian=0, top=2, sweep=(2, 6))


def named(name, *, signal):
    model = planted_model(PROTEINS, signal=signal)
    model.info = replace(model.info, name=name)
    return model


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmark")


@pytest.fixture(scope="module")
def models():
    return [named("seeing", signal=True), named("blind", signal=False)]


@pytest.fixture(scope="module")
def rival(folder, models):
    """The seeing model's own RR files, read back as those of another program."""
    own = evaluate_contacts(models[0], DATA, out=folder / "own", options=OPTIONS)
    return own.folder / "rr"


@pytest.fixture(scope="module")
def benchmark(folder, models, rival):
    return benchmark_contacts(models, DATA, rivals={"theirs": rival}, out=folder / "out", options=OPTIONS)


def test_all_are_tested_on_the_same_proteins(benchmark):
    precision = benchmark.tables.precision
    proteins = precision.group_by("model", "method").agg(pl.col("protein").unique().sort())["protein"].to_list()
    assert all(some == proteins[0] for some in proteins)
    assert len(proteins[0]) == benchmark.tested == 8
    split = json.loads((benchmark.folder / "model-seeing" / "split.json").read_text())
    assert split["clusters_shared"] == 0
    assert sorted(split["test"]) == proteins[0]
    fasta = (benchmark.folder / "test.fasta").read_text().splitlines()
    assert sorted(fasta[::2]) == [f">{name}" for name in proteins[0]]


def test_the_seeing_model_is_ahead_and_the_blind_one_is_not(benchmark):
    rows = benchmark.tables.summary.filter(range="long", k="L/5", method="regression")
    by_model = {row["model"]: row for row in rows.iter_rows(named=True)}
    assert by_model["seeing"]["difference_low"] > 0.1
    assert by_model["blind"]["difference_low"] < 0 or by_model["blind"]["precision"] < 0.2


def test_differences_are_those_of_pairs_of_proteins(benchmark):
    own = benchmark.tables.precision.filter(model="seeing", method="regression", range="long")
    plain = benchmark.tables.precision.filter(method="separation and amino acids", range="long")
    both = pl.concat([own, plain]).select("protein", "method", "range", "k", "precision")
    expected = summarise_precision(both, reference="separation and amino acids", seed=0).filter(method="regression")
    found = benchmark.tables.summary.filter(model="seeing", method="regression", range="long")
    for column in ("precision", "ci_low", "ci_high", "difference", "difference_low", "difference_high"):
        assert found[column].to_list() == pytest.approx(expected[column].to_list())


def test_a_rival_with_the_same_predictions_has_the_same_precision(benchmark):
    rows = benchmark.tables.summary.filter(range="long", k="L/5")
    ours = rows.filter(model="seeing", method="regression")["precision"].item()
    assert rows.filter(method="theirs")["precision"].item() == pytest.approx(ours, abs=1e-6)


def test_draws_and_few_labels_are_those_of_each_model(benchmark):
    draws = benchmark.tables.draws.filter(model="seeing", method="regression", range="long", k="L").row(0, named=True)
    assert draws["draws"] == 2
    assert draws["lowest"] <= draws["precision"] <= draws["highest"]
    few = benchmark.tables.few_labels.filter(model="seeing", method="regression", range="long", k="L")
    assert few["train"].to_list() == [2, 6]
    assert few.row(1, named=True)["precision"] == pytest.approx(draws["precision"])
    costs = benchmark.tables.costs
    assert costs.select("model", "method", "proteins", "runs").rows() == [
        ("seeing", "attention", 8, 8), ("blind", "attention", 8, 8),
    ]  # fmt: skip


def test_it_shows_itself_and_its_files(benchmark):
    assert "seeing" in str(benchmark)
    names = {path.name for path in benchmark.figures}
    assert {"benchmark.png", "few_labels.png"} <= names
    for name, table in benchmark.tables.items():
        assert pl.read_parquet(benchmark.folder / f"{name}.parquet").equals(table)
    assert json.loads((benchmark.folder / "benchmark.json").read_text())["models"] == ["seeing", "blind"]
    assert np.isfinite(pl.read_csv(benchmark.folder / "summary.csv")["precision"].drop_nulls().to_numpy()).all()


def test_one_that_cannot_take_part_does_not_stop_the_others(folder, models, tmp_path):
    options = replace(OPTIONS, sweep=(), draws=1)
    broken = tmp_path / "broken"
    broken.mkdir()
    benchmark = benchmark_contacts([str(broken), models[0]], DATA, out=folder / "some", options=options)
    assert benchmark.models == ("seeing",)
    assert str(broken) in benchmark.failed
    with pytest.raises(ModelError, match="no model could take part"):
        benchmark_contacts([str(broken)], DATA, out=folder / "none", options=options)
    again = benchmark_contacts([models[1]], DATA, out=folder / "some", options=options)
    assert again.models == ("blind",)


def test_the_weights_of_a_model_are_digested_once(tmp_path):
    folder = tiny_model_folder("xlnet", tmp_path / "tiny", layers=1)  # without a head, which is asked for first
    before = _digest.cache_info()
    benchmark_contacts([folder], DATA, out=tmp_path / "out", options=replace(OPTIONS, sweep=(), draws=1, test=2))
    after = _digest.cache_info()
    assert after.misses - before.misses == 1
    assert after.hits - before.hits > 0


def test_what_does_not_fit_is_refused_before_a_model_runs(folder, models, rival, tmp_path):
    with pytest.raises(OptionError, match="two models called seeing"):
        benchmark_contacts([models[0], models[0]], DATA, out=tmp_path / "a", options=OPTIONS)
    with pytest.raises(OptionError, match="no model"):
        benchmark_contacts([], DATA, out=tmp_path / "a", options=OPTIONS)
    with pytest.raises(DatasetError, match="no file for"):
        benchmark_contacts(
            models, DATA, rivals={"theirs": rival}, out=tmp_path / "a", options=replace(OPTIONS, test=12)
        )
    assert not (tmp_path / "a").exists()


def test_the_bundled_models_are_at_hand():
    assert models_at_hand()[:3] == ("mini-bert", "mini-albert", "mini-xlnet")
