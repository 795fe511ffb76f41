import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch

from planted import HEADS, planted_dataset, planted_model, planted_proteins
from protlens.contacts.contact_analysis import evaluate_contacts
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.default_regressions import SHIPPED, VARIABLE
from protlens.contacts.prediction import predict_contacts
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord, load_regression, save_regression
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.data.protein import Protein
from protlens.errors import FileFormatError, ModelError, OptionError, RunError
from protlens.jacobians.jacobian_substitutes import ORDER
from protlens.models.fake import FakeModel
from protlens.models.linked_chains import LinkedModel
from protlens.models.load import load_masked_lm, load_model
from protlens.models.protocol import whole_layers
from tiny_models import tiny_model_folder
from whole_jacobian import categorical_jacobian, coupling_map

pytestmark = pytest.mark.slow

MODEL = "mini-xlnet"


@pytest.fixture(scope="module")
def model():
    return load_model(MODEL, device="cpu")


@pytest.fixture(scope="module")
def crambin(data_files):
    return load_dataset(data_files / "structures" / "1crn.cif.gz")


@pytest.fixture(scope="module")
def predicted(model, crambin, tmp_path_factory):
    return predict_contacts(model, crambin, out=tmp_path_factory.mktemp("predicted"))


def slow_probabilities(model, sequence, regression, *, jacobian=0.0):
    """The formula, head by head and pair by pair; with a map of the Jacobian, that too."""
    maps = {}
    model.attend(
        model.encode(sequence), whole_layers(lambda layer, weights: maps.update({layer: weights[0].double().numpy()}))
    )
    logits = np.full((len(sequence), len(sequence)), regression.intercept) + regression.jacobian * jacobian
    for layer, heads in maps.items():
        for head, attention in enumerate(heads):
            both = attention + attention.T
            corrected = both - np.outer(both.sum(1), both.sum(0)) / both.sum()
            logits += regression.weights[layer, head] * corrected
    return 1 / (1 + np.exp(-logits))


def test_pairs_are_those_of_the_formula(model, crambin, predicted):
    (protein,) = crambin
    regression, _ = load_regression(SHIPPED / f"{MODEL}.safetensors", model=model.info)
    probabilities = slow_probabilities(model, protein.sequence, regression)
    length = len(protein)
    every = [(probabilities[i, j], i, j) for i in range(length) for j in range(i + 6, length)]
    best = sorted(every, reverse=True)[:length]
    table = predicted.tables.pairs
    assert list(zip(table["first"], table["second"], strict=True)) == [(i, j) for _, i, j in best]
    assert table["probability"].to_list() == pytest.approx([one for one, _, _ in best], rel=1e-4)
    for row in table.iter_rows(named=True):
        apart = np.linalg.norm(protein.cb[row["first"]].astype(float) - protein.cb[row["second"]])
        assert row["distance"] == pytest.approx(apart, rel=1e-5)
        assert row["first_residue"] == f"{protein.sequence[row['first']]}{protein.residue_numbers[row['first']]}"


def test_precision_is_the_share_of_contacts_among_the_first(model, crambin, predicted):
    (protein,) = crambin
    regression, _ = load_regression(SHIPPED / f"{MODEL}.safetensors", model=model.info)
    probabilities = slow_probabilities(model, protein.sequence, regression)
    length = len(protein)
    for name, least, most in (
        ("all", 6, 999),
        ("short", 6, 11),
        ("medium", 12, 23),
        ("medium and long", 12, 999),
        ("long", 24, 999),
    ):
        pairs = [(i, j) for i in range(length) for j in range(i, length) if least <= j - i <= most]
        ranked = sorted(pairs, key=lambda pair: -probabilities[pair])
        for k, count in (("L", length), ("L/2", length // 2), ("L/5", length // 5)):
            taken = ranked[:count]
            touching = sum(np.linalg.norm(protein.cb[i].astype(float) - protein.cb[j]) < 8 for i, j in taken)
            row = predicted.tables.precision.row(
                by_predicate=(pl.col("range") == name) & (pl.col("k") == k), named=True
            )
            assert (row["protein"], row["taken"]) == (protein.id, len(taken))
            assert row["precision"] == pytest.approx(touching / len(taken))


def test_files_hold_what_is_told(predicted):
    assert [file.name for file in predicted.files] == ["contacts-1CRN.A.rr"]
    assert {file.name for file in predicted.figures} == {"contact_map-1CRN.A.pdf", "contact_map-1CRN.A.png"}
    assert pl.read_parquet(predicted.folder / "pairs.parquet").equals(predicted.tables.pairs)
    assert (predicted.folder / "precision.csv").is_file()
    about = json.loads((predicted.folder / "predictions.json").read_text())
    assert about["format"] == "protlens-contact-predictions"
    assert len(about["training"]["proteins"]) == 60
    rows = [line.split() for line in predicted.files[0].read_text().splitlines() if line[:1].isdigit()]
    first = predicted.tables.pairs.row(0, named=True)
    assert rows[0] == [str(first["first"] + 1), str(first["second"] + 1), "0", "8", f"{first['probability']:.6f}"]
    text = repr(predicted)
    assert len(text.splitlines()) < 24
    assert max(map(len, text.splitlines())) <= 100
    assert predicted.trained_on == frozenset()


def test_bare_sequences_have_no_distances_and_no_precision(model, tmp_path):
    sequence = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"
    bare = Dataset("bare", [Protein(id="one", sequence=sequence), Protein(id="two", sequence="MKT")])
    found = predict_contacts(model, bare, out=tmp_path)
    assert found.tables.precision is None
    assert list(found.tables) == ["pairs", "costs"]
    assert found.tables.costs.drop("seconds").rows() == [("attention", 2, 36, 2, 0)]
    assert found.tables.pairs["distance"].null_count() == len(found.tables.pairs) == len(sequence)
    assert set(found.tables.pairs["protein"]) == {"one"}
    assert found.proteins == {"one": 33, "two": 3}
    assert not (tmp_path / "precision.csv").exists()


def test_what_was_trained_on_is_said_and_not_rated(model, tmp_path):
    dataset = load_dataset("pdb-mini")
    _, training = load_regression(SHIPPED / f"{MODEL}.safetensors", model=model.info)
    lengths = dict(zip(dataset.ids, dataset.lengths, strict=True))
    learned = dataset[dataset.ids.index(min(training.proteins, key=lengths.__getitem__))]
    fresh = min(
        set(dataset.ids) - {one for one in dataset.ids if dataset[dataset.ids.index(one)].cluster in training.clusters},
        key=lengths.__getitem__,
    )
    copy = replace(learned, id="copy", cluster="")
    found = predict_contacts(model, Dataset("some", [learned, copy, dataset[dataset.ids.index(fresh)]]), out=tmp_path)
    assert found.trained_on == {learned.id, "copy"}
    assert set(found.tables.precision["protein"]) == {fresh}


def test_a_long_chain_is_read_in_windows(tmp_path):
    model = load_model("mini-bert", device="cpu")
    long = "".join(np.random.default_rng(0).choice(list("ACDEFGHIKLMNPQRSTVWY"), 530))
    proteins = Dataset("long", [Protein(id="long", sequence=long), Protein(id="short", sequence=long[:40])])
    found = predict_contacts(model, proteins, out=tmp_path / "whole")
    assert (found.windowed, found.cut) == (("long",), ())
    assert found.proteins == {"long": 530, "short": 40}
    regression, _ = load_regression(SHIPPED / "mini-bert.safetensors", model=model.info)
    alone = slow_probabilities(model, long[:40], regression)
    short = found.tables.pairs.filter(protein="short")
    assert short["probability"].to_list() == pytest.approx(
        [alone[pair] for pair in short.select("first", "second").iter_rows()], rel=1e-4
    )
    # a residue that the first window alone holds is seen as in that window
    seen = slow_probabilities(model, long[:510], regression)
    first = found.tables.pairs.filter(pl.col("second") < 20, protein="long")
    assert first["probability"].to_list() == pytest.approx(
        [seen[pair] for pair in first.select("first", "second").iter_rows()], rel=1e-4
    )
    cut = predict_contacts(model, proteins, out=tmp_path / "cut", max_length=100)
    assert (cut.windowed, cut.cut, cut.proteins) == ((), ("long",), {"long": 100, "short": 40})
    with pytest.raises(OptionError, match="max_length: 0"):
        predict_contacts(model, proteins, out=tmp_path / "none", max_length=0)


def test_chains_in_one_input_have_pairs_between_them(data_files, tmp_path):
    dimer = join_chains(load_dataset(data_files / "structures" / "7hvp.pdb.gz"))
    found = predict_contacts(LinkedModel(load_model("mini-bert", device="cpu")), dimer, out=tmp_path)
    between = found.tables.pairs.filter(pl.col("separation").is_null())
    assert len(between) > 0
    assert between["first_residue"].str.starts_with("A:").all()
    assert between["second_residue"].str.starts_with("B:").all()
    assert set(found.tables.precision["range"]) == {"all", "short", "medium", "medium and long", "long", "inter"}


def test_a_regression_of_the_user_is_taken_and_a_damaged_one_refused(tmp_path, monkeypatch):
    proteins = planted_proteins(4)
    model, own = planted_model(proteins), tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv(VARIABLE, str(own))
    with pytest.raises(ModelError, match="contact regression for model"):
        predict_contacts(model, planted_dataset(proteins), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    weights = np.zeros((3, HEADS))
    training = TrainingRecord("planted", "00", ("p0",), ("c0",), {})
    save_regression(own / "a.safetensors", ContactRegression(weights, -3.0), model=model.info, training=training)
    found = predict_contacts(model, planted_dataset(proteins), out=tmp_path / "out")
    assert (found.regression, found.trained_on) == (own / "a.safetensors", {"p0"})
    assert found.tables.pairs.is_empty()  # without weights no pair is more probable than the others
    (own / "a.safetensors").write_bytes(b"")
    with pytest.raises(FileFormatError, match="do not belong together"):
        predict_contacts(model, planted_dataset(proteins), out=tmp_path / "out")
    assert (tmp_path / "out" / "pairs.csv").is_file()


def test_a_folder_is_that_of_a_prediction(tmp_path):
    proteins = planted_proteins(12)
    data, model = planted_dataset(proteins), planted_model(proteins)
    options = ContactOptions(train=4, draws=1, test=2, jacobian=0, inverse_penalty=10.0)
    learned = (
        evaluate_contacts(model, data, out=tmp_path / "learned", options=options).folder / "regression.safetensors"
    )
    tested = load_regression(learned, model=model.info)[1].settings["tested"]
    assert tested["proteins"] == 2
    assert tested["regression"] > tested["separation and amino acids"]
    with pytest.raises(RunError, match="a folder with other files in it"):
        predict_contacts(model, data, regression=learned, out=tmp_path / "learned")
    first = predict_contacts(model, data, regression=learned, out=tmp_path / "out")
    assert len(first.files) == 12
    mine = tmp_path / "out" / "rr" / "mine.rr"
    mine.write_text("mine")
    bare = [Protein(id=one.id, sequence=one.sequence) for one in proteins[:2]]
    again = predict_contacts(model, Dataset("two", bare), regression=learned, out=tmp_path / "out")
    assert {*(tmp_path / "out" / "rr").iterdir()} == {*again.files, mine}
    assert not (tmp_path / "out" / "precision.csv").exists()
    known = first.tables.precision.filter(range="all", k="L/5")
    assert set(known["protein"]) == {one.id for one in proteins} - set(
        load_regression(learned, model=model.info)[1].proteins
    )
    assert known["precision"].mean() > 0.9


FUSED = "MKTAYIAKQRQISFVKSHFSRQLX"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A model with its head, small and random."""
    return tiny_model_folder("bert", tmp_path_factory.mktemp("tiny") / "bert", layers=2)


def fused_regression(folder, info, *, kind, runs=None):
    weights = np.random.default_rng(0).normal(size=(info.layers, info.heads))
    training = TrainingRecord("some", "00", (), (), {"jacobian": {"kind": kind, "runs": runs}})
    save_regression(folder / "own.safetensors", ContactRegression(weights, -1.0, 0.8), model=info, training=training)
    return folder / "own.safetensors"


@pytest.mark.parametrize(("kind", "runs"), [("categorical", None), ("states", 60)])
def test_attention_and_the_jacobian_are_those_of_the_formula(kind, runs, whole, tmp_path):
    model = load_masked_lm(whole, device="cpu")
    saved = fused_regression(tmp_path, model.info, kind=kind, runs=runs)
    data = Dataset("two", [Protein(id="one", sequence=FUSED), Protein(id="other", sequence=FUSED[:12])])
    told, notes = [], []
    found = predict_contacts(
        str(whole),
        data,
        regression=saved,
        out=tmp_path / "out",
        device="cpu",
        on_progress=lambda *counts: told.append(counts),
        on_note=notes.append,
    )
    regression, _ = load_regression(saved, model=model.info, fused=True)
    for protein in data:
        if kind == "categorical":
            jacobian = coupling_map(categorical_jacobian(model, protein.sequence)).double().numpy()
        else:
            jacobian = slow_states(model.encoder, protein.sequence, substitutes=(runs - 1) // len(protein))
        expected = slow_probabilities(model.encoder, protein.sequence, regression, jacobian=jacobian)
        table = found.tables.pairs.filter(protein=protein.id)
        assert len(table) > 5
        assert table["probability"].to_list() == pytest.approx(
            [expected[pair] for pair in table.select("first", "second").iter_rows()], rel=1e-3
        )
    first = 19 * 24 + 1 if runs is None else 2 * 24 + 1
    second = 19 * 12 + 1 if runs is None else 4 * 12 + 1
    total = first + second + 2
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (total, total)
    assert f"{first + second} runs of the model" in notes[0]
    computed = found.tables.costs.drop("method", "seconds").rows()
    unknown = int(runs is None)  # an unknown residue has one substitute more
    assert computed == [(2, 36, 2, 0), (2, 36, first + second + unknown, 0)]
    assert found.source in str(found)
    assert (tmp_path / "out" / "costs.csv").is_file()
    again = predict_contacts(model, data, regression=saved, out=tmp_path / "out")
    assert again.tables.pairs.equals(found.tables.pairs)
    assert again.tables.costs.drop("method", "seconds").rows() == [(2, 36, 2, 0), (0, 0, 0, 2)]


def slow_states(model, sequence, *, substitutes):
    """The map of hidden states, one substitution after the other."""

    def last(text):
        shown = []
        model.hidden_states(model.encode([text]), lambda layer, states: shown.append(states[0].double().numpy()))
        return shown[-1]

    length, unchanged = len(sequence), last(sequence)
    moved = np.zeros((length, length))
    for i, residue in enumerate(sequence):
        others = [letter for letter in ORDER if letter != residue][:substitutes]
        squares = [((last(sequence[:i] + x + sequence[i + 1 :]) - unchanged) ** 2).sum(1) for x in others]
        moved[i] = np.sqrt(np.mean(squares, axis=0))
    both = (moved + moved.T) / 2
    np.fill_diagonal(both, 0)
    return both - np.outer(both.sum(1), both.sum(0)) / both.sum()


def test_a_jacobian_that_cannot_be_taken_is_refused_before_anything_is_written(whole, tmp_path):
    encoder = load_model(whole, device="cpu")
    long = Dataset("long", [Protein(id="long", sequence="M" * (encoder.info.max_residues + 1))])
    short = Dataset("short", [Protein(id="short", sequence=FUSED)])
    saved = fused_regression(tmp_path, encoder.info, kind="categorical")
    for model, data, message in (
        (str(whole), long, "taken of whole chains"),
        (LinkedModel(encoder), short, "taken of whole chains"),
        (encoder, short, "it needs the categorical Jacobian: the model was given without its"),
    ):
        with pytest.raises(ModelError, match=message):
            predict_contacts(model, data, regression=saved, out=tmp_path / "out", device="cpu")
    few = fused_regression(tmp_path, encoder.info, kind="states", runs=20)
    with pytest.raises(OptionError, match="20 for a chain of 24 residues"):
        predict_contacts(encoder, short, regression=few, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_model_is_refused(tmp_path):
    short = FakeModel(lambda sequence: torch.zeros(3, 1, len(sequence), len(sequence)), layers=3, heads=1)
    with pytest.raises(ModelError, match="fitted on mini-bert"):
        predict_contacts(
            short,
            Dataset("a", [Protein(id="a", sequence="MKT")]),
            regression=SHIPPED / "mini-bert.safetensors",
            out=tmp_path,
        )
