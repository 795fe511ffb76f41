from collections import Counter
from dataclasses import replace
from itertools import combinations

import polars as pl
import pytest

import protlens
from protlens.ablation import head_sets
from protlens.ablation.head_sets import best_heads, head_set, parse_heads, random_sets, set_label
from protlens.errors import OptionError, RunError
from protlens.models.protocol import ModelInfo
from protlens.runs.store import Run
from protlens.stats.head_statistics import named_order
from toy import toy_dataset, toy_model

INFO = ModelInfo("m", "bert", 3, 4, None, "local", "0" * 64)


@pytest.mark.parametrize("labels", ["3-1, 1-2,3-1", ["3-1", "1-2"], ("1-2", "3-1")])
def test_labels_become_heads_in_order_each_once(labels):
    assert parse_heads(labels, INFO) == ((0, 1), (2, 0))
    assert set_label(parse_heads(labels, INFO)) == "1-2,3-1"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("4-1", "head '4-1' of m: no such head; allowed: 1-1 to 3-4"),
        ("1-5", "head '1-5' of m: no such head"),
        ("0-1", "head '0-1'; allowed: LAYER-HEAD"),
        ("", "head ''; allowed"),
        ([], "heads to leave out: none"),
    ],
)
def test_what_the_model_does_not_have_is_refused(labels, message):
    with pytest.raises(OptionError, match=message):
        parse_heads(labels, INFO)


def test_random_sets_have_as_many_heads_of_each_layer():
    heads = head_set([(0, 1), (0, 2), (2, 7)])
    sets = random_sets(heads, per_layer=12, draws=40, seed=5)
    assert len(set(sets)) == len(sets) == 40
    assert heads not in sets
    for drawn in sets:
        assert Counter(layer for layer, _ in drawn) == {0: 2, 2: 1}
        assert drawn == head_set(drawn)
        assert all(0 <= head < 12 for _, head in drawn)
    assert sets == random_sets(heads, per_layer=12, draws=40, seed=5)
    assert sets != random_sets(heads, per_layer=12, draws=40, seed=6)


def test_where_there_are_no_more_sets_all_are_taken():
    heads = head_set([(0, 1), (0, 2), (2, 3)])
    every = {head_set([(0, a), (0, b), (2, c)]) for a, b in combinations(range(4), 2) for c in range(4)} - {heads}
    assert set(random_sets(heads, per_layer=4, draws=23, seed=0)) == every
    assert len(random_sets(heads, per_layer=4, draws=22, seed=0)) == 22
    assert random_sets(head_set((1, head) for head in range(4)), per_layer=4, draws=9, seed=0) == []


@pytest.mark.slow
def test_the_best_heads_of_a_run_are_those_named_first(tmp_path, monkeypatch):
    protlens.extract(toy_model(), toy_dataset(), ["contact", "amino_acid:W"], out=tmp_path / "run")
    run = Run.open(tmp_path / "run")
    with pytest.raises(RunError, match="no head has enough arcs"):
        best_heads(run, "contact", top=2)
    tables = protlens.tabulate(run)
    heads = tables.heads.with_columns(supported=pl.lit(True))
    monkeypatch.setattr(head_sets, "read_tables", lambda _: replace(tables, heads=heads))
    named = named_order(heads.filter(property="contact")).select("layer", "head").rows()
    assert best_heads(run, "contact", top=2) == tuple(sorted(named[:2]))
    with pytest.raises(OptionError, match="property 'disulfide' of run"):
        best_heads(run, "disulfide", top=2)
