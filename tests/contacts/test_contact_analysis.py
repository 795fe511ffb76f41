import json
import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from planted import HEADS, PLANTED, planted_dataset, planted_model, planted_proteins
from protlens.contacts.contact_analysis import evaluate_contacts
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.evaluation import BEST, FUSION, PUBLISHED, RANDOM, REGRESSION, STATISTICS, TOP
from protlens.contacts.regression_file import load_regression
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import DatasetError, RunError
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.load import load_masked_lm, load_model
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

PROTEINS = planted_proteins(40, per_cluster=2)
OPTIONS = ContactOptions(train=8, draws=2, top=2, test=12, inverse_penalty=10.0, jacobian=0)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    out = tmp_path_factory.mktemp("planted")
    return evaluate_contacts(planted_model(PROTEINS), planted_dataset(PROTEINS), out=out, options=OPTIONS)


def mean(analysis, method, band="all", k="L/5"):
    return analysis.tables["summary"].filter(method=method, range=band, k=k)["precision"].item()


def test_a_planted_signal_is_found(planted):
    assert all(scores.best == PLANTED[0] and set(scores.top) == set(PLANTED) for scores in planted.trained)
    for method in (BEST, TOP, REGRESSION):
        assert mean(planted, method) > 0.97
    assert mean(planted, RANDOM) < 0.2
    single = planted.tables["heads"].filter(range="all", k="L/5").group_by("layer", "head").agg(pl.mean("precision"))
    assert {row[:2] for row in single.sort("precision", descending=True).head(2).iter_rows()} == set(PLANTED)
    assert (planted.trained[0].regression.weights[PLANTED[0]] > 0).all()


def test_where_there_is_no_signal_nothing_is_found(tmp_path):
    blind = planted_model(PROTEINS, signal=False)
    analysis = evaluate_contacts(blind, planted_dataset(PROTEINS), out=tmp_path, options=OPTIONS)
    background = mean(analysis, RANDOM, k="L")
    for method in (BEST, TOP, REGRESSION):
        assert abs(mean(analysis, method, k="L") - background) < 0.05
    row = analysis.tables["summary"].filter(method=BEST, range="all", k="L").row(0, named=True)
    assert row["ci_low"] <= background <= row["ci_high"]


def test_no_cluster_is_on_both_sides(planted):
    split = json.loads((planted.folder / "split.json").read_text())
    clusters = {protein.id: protein.cluster for protein in PROTEINS}
    trained = {clusters[name] for draw in split["draws"] for name in draw}
    assert trained.isdisjoint(clusters[name] for name in split["test"])
    assert split["clusters_shared"] == split["proteins_without_cluster"] == 0
    assert [len(draw) for draw in split["draws"]] == [8, 8]
    assert len(split["test"]) == planted.tested == 12


def test_every_test_protein_has_its_rows_and_its_file(planted):
    split = json.loads((planted.folder / "split.json").read_text())
    heads = pl.read_parquet(planted.folder / "heads.parquet")
    assert len(heads) == 12 * 3 * HEADS * 5 * 3
    assert set(heads["protein"]) == set(split["test"])
    files = {file.stem.removeprefix("contacts-") for file in (planted.folder / "rr").iterdir()}
    assert files == set(split["test"])
    assert len(list((planted.folder / "figures").glob("*.pdf"))) == 3


def test_the_file_ranks_true_contacts_first(planted):
    file = next((planted.folder / "rr").iterdir())
    rows = [line.split() for line in file.read_text().splitlines() if line[:1].isdigit()]
    protein = next(protein for protein in PROTEINS if f"contacts-{protein.id}.rr" == file.name)
    assert len(rows) == 5 * len(protein)
    apart = [np.linalg.norm(protein.cb[int(i) - 1] - protein.cb[int(j) - 1]) for i, j, *_ in rows[:10]]
    assert np.nanmean(np.array(apart) < 8) > 0.8


def test_probabilities_are_reliable_on_the_planted_signal(planted):
    table = planted.tables["reliability"]
    assert table["predicted"].sum() == pytest.approx(table["contacts"].sum(), rel=0.2)


def test_a_saved_regression_is_tested_on_what_it_has_not_seen(planted, tmp_path):
    saved = planted.folder / "regression.safetensors"
    training = json.loads(saved.with_suffix(".json").read_text())["training"]
    options = ContactOptions(test=100, jacobian=0)
    again = evaluate_contacts(
        planted_model(PROTEINS), planted_dataset(PROTEINS), regression=saved, out=tmp_path, options=options
    )
    tested = set(again.tables["precision"]["protein"])
    clusters = {protein.id: protein.cluster for protein in PROTEINS}
    assert tested == {name for name, cluster in clusters.items() if cluster not in training["clusters"]}
    assert mean(again, REGRESSION) > 0.97
    assert not again.trained
    assert again.tables.choices is None
    assert not (tmp_path / "choices.csv").exists()
    assert planted.tables.choices.columns == ["draw", "choice", "value", "precision"]
    assert set(planted.tables["draws"]["method"]) == {BEST, TOP, REGRESSION, STATISTICS}
    assert STATISTICS not in set(again.tables["summary"]["method"])
    own = planted_dataset([protein for protein in PROTEINS if protein.id in training["proteins"]])
    with pytest.raises(DatasetError, match="new to the regression"):
        evaluate_contacts(planted_model(PROTEINS), own, regression=saved, out=tmp_path, options=options)


def test_too_few_structures_are_refused(tmp_path):
    model = planted_model(PROTEINS)
    with pytest.raises(DatasetError, match=r"3 of 5 proteins .* are left for training"):
        evaluate_contacts(model, planted_dataset(PROTEINS[::2][:5]), out=tmp_path)
    bare = Dataset("bare", [Protein(id="a", sequence="MKT")])
    with pytest.raises(DatasetError, match="no protein has known contacts"):
        evaluate_contacts(model, bare, out=tmp_path)


def test_the_jacobian_joins_in_where_the_model_has_a_head(tmp_path):
    whole = tiny_model_folder("bert", tmp_path / "bert", layers=2)
    proteins = planted_proteins(6, length=22)
    options = ContactOptions(train=2, draws=1, test=3, jacobian=2, jacobian_length=24)
    data = planted_dataset(proteins)
    analysis = evaluate_contacts(whole, data, out=tmp_path / "out", options=options, device="cpu")
    assert not analysis.without_jacobian
    shared = analysis.tables["jacobian_summary"]
    plain = {BEST, TOP, REGRESSION, PUBLISHED, STATISTICS, "random", "separation"}
    assert set(shared["method"]) == plain | {"jacobian"}
    assert shared.filter(range="short")["proteins"].max() <= 2
    assert "jacobian" not in set(analysis.tables["summary"]["method"])
    loaded = evaluate_contacts(
        load_masked_lm(whole, device="cpu"), data, out=tmp_path / "again", options=options, device="cpu"
    )
    assert loaded.tables.jacobian_summary.equals(shared)
    bare = evaluate_contacts(load_model(whole, device="cpu"), data, out=tmp_path / "bare", options=options)
    assert set(bare.tables.jacobian_summary["method"]) == plain | {"jacobian of states"}
    kept = {file.name for file in (tmp_path / "out" / "jacobians").iterdir()}
    fused = evaluate_contacts(
        whole, data, out=tmp_path / "out", options=replace(options, fusion=True, jacobian_runs=50), device="cpu"
    )
    assert set(fused.tables.jacobian_summary["method"]) == plain | {"jacobian", FUSION}
    costs = fused.tables.costs.filter(method="jacobian").drop("method", "seconds")
    assert costs.rows() == [(2, 22 + 23, (1 + 22 * 2) + (1 + 23 * 2), 0)]
    saved, record = load_regression(
        tmp_path / "out" / "fusion.safetensors", model=load_model(whole, device="cpu").info, fused=True
    )
    fitted = fused.trained[0].fusion
    assert np.array_equal(saved.weights, fitted.weights)
    assert (saved.intercept, saved.jacobian) == (fitted.intercept, fitted.jacobian)
    assert record.jacobian == JacobianOptions(kind="categorical", runs=50)
    assert record.settings["strength"] == fused.trained[0].choice.strength
    assert record.settings["tested"]["proteins"] <= 2
    again = evaluate_contacts(
        whole, data, out=tmp_path / "out", options=replace(options, fusion=True, jacobian_runs=50), device="cpu"
    )
    assert again.tables.costs.filter(method="jacobian").drop("method").rows() == [(0, 0, 0, 0.0, 2)]
    assert again.tables.summary.equals(fused.tables.summary)
    assert kept < {file.name for file in (tmp_path / "out" / "jacobians").iterdir()}


def test_what_few_labels_teach_is_swept(planted, tmp_path):
    options = replace(OPTIONS, sweep=(1, 2, 8), test=4)
    analysis = evaluate_contacts(planted_model(PROTEINS), planted_dataset(PROTEINS), out=tmp_path, options=options)
    table = analysis.tables.few_labels.filter(range="all", k="L/5")
    assert table.filter(train=8, method=TOP)["draws"].item() == 2
    assert table.filter(train=8, method="mean of heads")["heads"].to_list() == [1, 2, 3, 5, 8, 12]
    assert (table["lowest"] <= table["precision"]).all()
    assert (table["precision"] <= table["highest"]).all()
    eight = analysis.tables.draws.filter(range="all", k="L/5", method=REGRESSION)["precision"].to_list()
    row = table.filter(train=8, method=REGRESSION).row(0, named=True)
    assert [row["lowest"], row["highest"]] == pytest.approx(sorted(eight))


def test_what_an_earlier_analysis_wrote_is_replaced_and_nothing_else(planted, tmp_path):
    out = shutil.copytree(planted.folder, tmp_path / "out")
    mine = [out / "rr" / "mine.rr", out / "figures" / "contact_map-mine.pdf", out / "notes.csv"]
    for file in mine:
        file.write_text("mine")
    options = ContactOptions(train=8, draws=1, top=2, test=3, inverse_penalty=10.0, jacobian=0)
    analysis = evaluate_contacts(planted_model(PROTEINS), planted_dataset(PROTEINS), out=str(out), options=options)
    assert len(list((out / "rr").iterdir())) == 3 + 1
    assert {*(out / "figures").iterdir()} == {*analysis.figures, mine[1]}
    assert all(file.read_text() == "mine" for file in mine)


def test_a_regression_in_the_folder_that_it_is_tested_into_stays(planted, tmp_path):
    out = shutil.copytree(planted.folder, tmp_path / "out")
    saved = out / "regression.safetensors"
    model, data = planted_model(PROTEINS), planted_dataset(PROTEINS)
    evaluate_contacts(model, data, regression=saved, out=out, options=ContactOptions(test=3, jacobian=0))
    assert saved.read_bytes() == (planted.folder / saved.name).read_bytes()
    assert len(list((out / "rr").iterdir())) == 3


def test_a_folder_that_it_did_not_make_is_left_alone(tmp_path):
    (tmp_path / "rr").mkdir()
    (tmp_path / "rr" / "mine.rr").write_text("mine")
    model, data = planted_model(PROTEINS), planted_dataset(PROTEINS)
    with pytest.raises(RunError, match=r"other files in it \(rr\); allowed: a new or empty folder"):
        evaluate_contacts(model, data, out=tmp_path, options=OPTIONS)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["mine.rr"]
