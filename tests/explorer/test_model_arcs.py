from dataclasses import replace

import numpy as np
import pytest

from protlens.attention.single import protein_arcs
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.regression import ContactRegression
from protlens.contacts.regression_file import TrainingRecord
from protlens.contacts.tested_precision import TESTED
from protlens.errors import DownloadError, ModelError, RunError
from protlens.explorer.arc_sources import RunArcs
from protlens.explorer.library import LibraryProtein
from protlens.explorer.model_arcs import ModelArcs
from protlens.extraction.run_parts import check_weights
from protlens.models.fake import FakeModel
from protlens.pairs.residue_pairs import all_pairs
from toy import HEADS, LAYERS, toy_attention, toy_dataset, toy_model

DATA = toy_dataset()


def shown(number=0, *, key=0):
    return LibraryProtein(key, DATA[number], min(len(DATA[number]), 35), (DATA[number].id,))


def source(run, load=toy_model, **options):
    options = {"floor": 0.1, "residues": 35} | options
    return ModelArcs(run, load, otherwise=RunArcs(run, reason="model 'fake' cannot be loaded"), **options)


def unreachable():
    raise DownloadError("model 'fake': the network is not there")


def other_weights():
    model = toy_model()
    model.info = replace(model.info, sha256="1" * 64)
    return model


def test_the_model_is_loaded_when_arcs_are_first_asked_for(kept):
    loaded = []
    arcs = source(kept, lambda: loaded.append(1) or toy_model())
    assert (arcs.floor, arcs.note, arcs.residues, loaded) == (0.1, None, 35, [])
    for number in (0, 6, 0):
        found = arcs.arcs(shown(number))
        expected = protein_arcs(toy_model(), DATA[number].sequence[:35], floor=0.1)
        np.testing.assert_array_equal(found.weight, expected.weight)
        np.testing.assert_array_equal(found.received, expected.received)
    assert loaded == [1]


def test_equal_sequences_are_read_once(kept):
    runs = []
    model = FakeModel(lambda sequence: runs.append(sequence) or toy_attention(sequence), layers=LAYERS, heads=HEADS)
    arcs = source(kept, lambda: model)
    assert arcs.arcs(shown(0)) is arcs.arcs(shown(0, key=-3))
    assert len(runs) == LAYERS


def test_what_was_computed_is_bounded_in_bytes(kept, monkeypatch):
    monkeypatch.setattr("protlens.explorer.arc_sources.BYTES", 1)
    runs = []
    model = FakeModel(lambda sequence: runs.append(sequence) or toy_attention(sequence), layers=LAYERS, heads=HEADS)
    arcs = source(kept, lambda: model)
    for number in (0, 3, 0):
        arcs.arcs(shown(number))
    assert len(runs) == 3 * LAYERS


@pytest.mark.parametrize("load", [unreachable, other_weights])
def test_kept_arcs_serve_where_the_model_cannot(kept, load):
    arcs = source(kept, load)
    found = arcs.arcs(shown())
    np.testing.assert_array_equal(found.weight, kept.protein_arcs(0).weight)
    assert found.received is None
    assert (arcs.floor, arcs.note, arcs.residues) == (0.2, None, None)
    with pytest.raises(RunError, match="the run kept none of it, and model 'fake' cannot be loaded"):
        arcs.arcs(shown(key=-1))


@pytest.mark.parametrize(
    ("load", "kind", "reason"),
    [
        (unreachable, DownloadError, "model 'fake': the network is not there"),
        (other_weights, ModelError, "model 'fake': its weights are not those that run "),
    ],
)
def test_without_either_the_reason_is_told(bare, load, kind, reason):
    arcs = source(bare, load)
    assert (arcs.note, arcs.residues) == (None, 35)
    for _ in range(2):
        with pytest.raises(kind, match=reason):
            arcs.arcs(shown())
    assert arcs.note.startswith(f"Arcs cannot be shown: {reason}")
    assert (arcs.floor, arcs.residues) == (0.3, None)


def fitted():
    weights = np.linspace(-3, 9, LAYERS * HEADS).reshape(LAYERS, HEADS)
    tested = {TESTED: {"proteins": 9, "regression": 0.5, "separation and amino acids": 0.25}}
    return ContactRegression(weights, -3.0), TrainingRecord("some", "00", ("a", "b"), ("a", "b"), tested)


def test_contacts_are_the_most_probable_pairs(kept):
    regression, training = fitted()
    arcs = source(kept, regression=(regression, training))
    assert arcs.predicts.startswith("Predicted by a regression over all heads, learned on 2 proteins of some. On 9 ")
    found, read = arcs.contacts(shown()), DATA[0].cut(35)
    pairs = all_pairs(len(read))
    scores = weighted_scores(toy_model(), read, pairs, weights=regression.weights[None])[0]
    slow = sorted(
        (-1 / (1 + np.exp(3.0 - one)), i, j) for one, i, j in zip(scores, pairs.first, pairs.second, strict=True)
    )
    expected = {(i, j) for _, i, j in slow[: len(read)]}
    assert set(zip(found.first, found.second, strict=True)) == expected
    assert -slow[len(read)][0] < found.complete_from <= found.probability.min()


def test_without_a_regression_or_the_model_there_are_no_contacts(kept):
    arcs = source(kept)
    assert arcs.predicts is None
    with pytest.raises(ModelError, match="contacts of protein 'toy0': no regression for this model is at hand"):
        arcs.contacts(shown())
    lost = source(kept, unreachable, regression=fitted())
    assert lost.predicts is not None
    with pytest.raises(DownloadError):
        lost.contacts(shown())
    assert lost.predicts is None
    reason = RunArcs(kept, reason="model 'x' is not here")
    assert reason.predicts is None
    with pytest.raises(RunError, match="contacts of protein 'toy0': model 'x' is not here"):
        reason.contacts(shown())


def test_a_defect_of_the_model_is_not_hidden(kept):
    with pytest.raises(ZeroDivisionError):
        source(kept, lambda: 1 / 0).arcs(shown())


def test_weights_are_compared_by_their_digest(kept):
    check_weights(toy_model(name="another name").info, kept)
    with pytest.raises(ModelError, match=r"give fake with sha256 000000000000\.\.\.$"):
        check_weights(other_weights().info, kept)
