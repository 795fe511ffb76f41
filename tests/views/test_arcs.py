"""The arcs of a document against the attention of the model, one pair at a time."""

import math

import numpy as np
import pytest

from protlens.attention.single import protein_arcs
from protlens.models.fake import FakeModel
from protlens.properties.pair import Contact
from protlens.views.arcs import arcs_document
from protlens.views.facts import RunProperty, find_facts
from protlens.views.shelf_protein import ShelfProtein
from reference import attention_of, value
from toy import HEADS, LAYERS, toy_dataset, toy_model

CONTACT = [RunProperty("contact", "pair", Contact())]
SYMBOLS = {None: "?", True: "1", False: "0"}


def facts_of(protein):
    return find_facts(ShelfProtein(0, protein, len(protein), (protein.id,)), CONTACT)


def check_arc(protein, document, place):
    i, j = document["query"][place], document["key"][place]
    state = None if protein.cb is None else value("contact", protein, i, j)
    assert document["holds"]["contact"][place] == SYMBOLS[state]
    distance = document["distance"][place]
    if protein.cb is None or np.isnan(protein.cb[[i, j]]).any():
        assert distance is None
    else:
        assert distance == pytest.approx(math.dist(protein.cb[i].tolist(), protein.cb[j].tolist()), abs=0.0051)


@pytest.mark.parametrize("protein", toy_dataset(), ids=lambda protein: protein.id)
def test_every_arc_equals_what_the_model_gives(protein):
    weights = attention_of(toy_model(), protein.sequence)
    facts, arcs, seen = facts_of(protein), protein_arcs(toy_model(), protein.sequence, floor=0.1), 0
    for layer in range(LAYERS):
        for head in range(HEADS):
            found = arcs_document(facts, arcs, (layer, head))
            mine = weights[layer, head]
            assert (found["protein"], found["head"]) == (protein.id, f"{layer + 1}-{head + 1}")
            expected = {(i, j) for i, j in zip(*np.nonzero(mine >= np.float32(0.1)), strict=True)}
            assert set(zip(found["query"], found["key"], strict=True)) == expected
            assert len(found["query"]) == len(expected)
            for place, weight in enumerate(found["weight"]):
                exact = float(mine[found["query"][place], found["key"][place]])
                assert exact - 1e-4 < weight <= exact + 1e-7
                check_arc(protein, found, place)
            assert found["received"] == pytest.approx(mine.sum(axis=0), rel=6e-4, abs=1e-6)
            assert found["complete_from"] == 0.1
            seen += len(expected)
    assert seen


def test_arcs_stand_by_the_weights_that_are_shown():
    """0.50001 and 0.50002 are both shown as 0.5: then query and key decide."""
    weights = np.zeros((1, 1, 4, 4), np.float32)
    weights[0, 0, 0, 1], weights[0, 0, 2, 0], weights[0, 0, 1, 3], weights[0, 0, 1, 0] = 0.50001, 0.50002, 0.9, 0.05
    import torch

    protein = toy_dataset()[0].cut(4)
    arcs = protein_arcs(FakeModel(lambda _: torch.from_numpy(weights), layers=1, heads=1), protein.sequence)
    found = arcs_document(facts_of(protein), arcs, (0, 0))
    assert list(zip(found["query"], found["key"], found["weight"], strict=True)) == [
        (1, 3, 0.9),
        (0, 1, 0.5),
        (2, 0, 0.5),
    ]


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.317, 0.7])
def test_arcs_above_a_threshold_are_as_many_as_the_model_has(threshold):
    protein = toy_dataset()[0]
    weights = attention_of(toy_model(), protein.sequence)
    arcs = protein_arcs(toy_model(), protein.sequence, floor=0.1)
    for place in np.ndindex(LAYERS, HEADS):
        shown = arcs_document(facts_of(protein), arcs, place)["weight"]
        assert sum(weight >= threshold for weight in shown) == int((weights[place] >= np.float32(threshold)).sum())


def test_a_list_that_was_cut_says_from_where_it_is_complete():
    protein = toy_dataset()[0]
    weights = attention_of(toy_model(), protein.sequence)
    arcs = protein_arcs(toy_model(), protein.sequence, floor=0.02, most=9)
    for place in np.ndindex(LAYERS, HEADS):
        found = arcs_document(facts_of(protein), arcs, place)
        reaching = np.argwhere(weights[place] >= found["complete_from"])
        assert {tuple(pair) for pair in reaching.tolist()} <= set(zip(found["query"], found["key"], strict=True))
    assert arcs_document(facts_of(protein), arcs, (0, 0))["complete_from"] > 0.02


def test_kept_arcs_have_no_received_attention(run):
    protein = toy_dataset()[0]
    found = arcs_document(facts_of(protein), run.protein_arcs(0), (0, 0))
    assert found["received"] is None
    assert found["complete_from"] == 0.2
    assert min(found["weight"]) >= 0.2
