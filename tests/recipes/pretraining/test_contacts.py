import numpy as np
import polars as pl
import pytest
from minis.architectures import ARCHITECTURES, Shape
from minis.contacts import contact_signal, sample

from protlens import ContactOptions, analyze, evaluate_contacts, head_label, load_dataset, load_model
from tiny_models import tiny_model_folder


@pytest.fixture(scope="module")
def proteins():
    return sample(load_dataset("pdb-mini"), 6)


def test_the_sample_is_the_same_each_time_and_spread_over_the_data_set(proteins):
    whole = load_dataset("pdb-mini")
    assert sample(whole, 6).ids == proteins.ids
    assert len(set(np.diff([whole.ids.index(name) for name in proteins.ids]))) > 1
    assert sample(whole, 10_000).ids == whole.ids


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_model_folder("bert", tmp_path_factory.mktemp("models") / "model")


@pytest.mark.slow
def test_precision_is_that_of_protlens_contacts(folder, proteins, tmp_path):
    options = ContactOptions(train=2, draws=1, jacobian=0)
    heads = evaluate_contacts(load_model(folder), proteins, out=tmp_path, options=options).tables["heads"]
    tested = heads["protein"].unique().to_list()
    assert len(tested) > 1
    found = contact_signal(folder, proteins.take([proteins.ids.index(name) for name in tested]), device="cpu")
    means = heads.filter(range="all", k="L/5").group_by("layer", "head").agg(pl.col("precision").mean())
    best = means.sort("precision").row(-1, named=True)
    assert found["precision"] == pytest.approx(best["precision"])
    assert found["precision_head"] == head_label(best["layer"], best["head"])


@pytest.mark.slow
def test_lift_is_that_of_protlens_analyze(folder, proteins, tmp_path, monkeypatch):
    monkeypatch.setattr("protlens.stats.verdict.SUPPORT_PROTEINS", 1)
    monkeypatch.setattr("protlens.stats.verdict.SUPPORT_RESIDUES", {"residue": 1, "pair": 1})
    found = contact_signal(folder, proteins, device="cpu")
    heads = analyze(folder, proteins, ["contact"], out=tmp_path).tables.heads
    best = heads.filter("supported").sort("lift").row(-1, named=True)
    assert found["lift_arcs"] >= 100
    assert (found["lift"], found["lift_head"], found["lift_arcs"]) == (best["lift"], best["label"], best["arcs"])


def test_a_model_without_arcs_has_no_lift(proteins, tmp_path):
    architecture, shape = ARCHITECTURES["bert"], Shape(layers=1, heads=2, width=16)
    architecture.build(shape, architecture.vocabulary).save_pretrained(tmp_path)
    architecture.save_tokenizer(tmp_path, shape)
    found = contact_signal(tmp_path, proteins, device="cpu")
    assert found["lift"] is None
    assert 0 <= found["precision"] < 0.5
