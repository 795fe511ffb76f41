import numpy as np
import polars as pl
import pytest

from planted import HEADS, LAYERS, planted_model, planted_proteins
from protlens.contacts.cost_table import Costs
from protlens.contacts.couplings import JACOBIAN, Coupling, couple
from protlens.contacts.evaluation import (
    BEST,
    FUSION,
    RANDOM,
    REGRESSION,
    SEPARATION,
    STATISTICS,
    Scorers,
    evaluate_chain,
)
from protlens.contacts.head_scores import mean_of
from protlens.contacts.labelled_chains import label_chain
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.load import load_masked_lm
from protlens.pairs.attention_maps import attention_features
from protlens.pairs.pair_statistics import count_pairs, learn_statistics
from protlens.pairs.precision import contact_precision
from protlens.pairs.residue_pairs import all_pairs
from protlens.properties.pair import Contact
from tiny_models import tiny_model_folder
from whole_jacobian import categorical_jacobian, coupling_map

PROTEIN = planted_proteins(1)[0]
CHAIN = label_chain(PROTEIN, Contact())
MASK = Contact().mask(PROTEIN)
SCORERS = Scorers(
    ((BEST, 0), (REGRESSION, 0)),
    np.stack([mean_of([(1, 2)], layers=LAYERS, per_layer=HEADS), np.zeros((LAYERS, HEADS))]),
)
KEYS = ["range", "k"]
TWO_WAYS = CHAIN.contacts, CHAIN.pairs.separations > 30


def expected(scores):
    return contact_precision(scores, MASK.holds, MASK.known)["precision"].to_list()


def precision_of(table, **where):
    return table.filter(**where)["precision"].to_list()


def test_each_method_is_rated_as_its_dense_map():
    result = evaluate_chain(planted_model([PROTEIN]), CHAIN, SCORERS)
    positions = np.arange(len(PROTEIN))
    separation = -np.abs(positions[:, None] - positions).astype(float)
    assert precision_of(result.precision, method=RANDOM) == pytest.approx(expected(np.zeros(separation.shape)))
    assert precision_of(result.precision, method=SEPARATION) == pytest.approx(expected(separation))
    assert precision_of(result.precision, method=REGRESSION) == precision_of(result.precision, method=RANDOM)
    assert precision_of(result.precision, method=BEST) == precision_of(result.heads, layer=1, head=2)
    assert result.precision.columns[:5] == ["protein", "method", "draw", "range", "k"]
    assert result.heads.columns[:5] == ["protein", "layer", "range", "k", "head"]
    assert len(result.heads) == LAYERS * HEADS * 15
    assert result.scores.shape == (2, len(CHAIN.pairs))
    assert SCORERS.predictor == 1


def test_separation_and_amino_acids_are_rated_once_a_draw():
    learned = [learn_statistics(count_pairs(PROTEIN.sequence, CHAIN.pairs, touching)) for touching in TWO_WAYS]
    scorers = Scorers(SCORERS.names, SCORERS.weights, tuple(learned))
    rated = evaluate_chain(planted_model([PROTEIN]), CHAIN, scorers).precision.filter(method=STATISTICS)
    for draw, statistics in enumerate(learned):
        rows = CHAIN.precision(statistics.scores(PROTEIN.sequence, CHAIN.pairs)[None])
        assert precision_of(rated, draw=draw) == rows["precision"].to_list()


def test_the_jacobian_and_the_fusion_are_rated_as_their_maps(tmp_path):
    model = load_masked_lm(tiny_model_folder("bert", tmp_path / "bert", layers=1), device="cpu")
    contact = Contact(cutoff=14.0)
    small = label_chain(planted_proteins(1, length=20)[0], contact)
    own = np.random.default_rng(0).random((1, 4))
    scorers = Scorers(((REGRESSION, 0),), np.zeros((1, 1, 4)), fusions=((own, 0.7),))
    coupling = couple(model, small, JacobianOptions(kind="categorical"))
    assert (coupling.method, coupling.runs) == (JACOBIAN, 1 + 19 * 20)
    result = evaluate_chain(model.encoder, small, scorers, coupling=coupling)
    dense = coupling_map(categorical_jacobian(model, small.protein.sequence)).double().numpy()
    mask = contact.mask(small.protein)
    assert 0 < mask.holds.sum() < mask.known.sum()
    maps = np.zeros((1, 4, 20, 20))
    pairs = all_pairs(20, min_separation=0)
    maps[:, :, pairs.first, pairs.second] = attention_features(model.encoder, small.protein, pairs)
    for method, scores in ((JACOBIAN, dense), (FUSION, np.einsum("lh,lhij->ij", own, maps) + 0.7 * dense)):
        table = contact_precision(scores, mask.holds, mask.known)
        both = table.join(result.precision.filter(pl.col("method") == method), on=KEYS, nulls_equal=True)
        assert len(both) == 15
        assert both["precision"].to_list() == pytest.approx(both["precision_right"].to_list(), nan_ok=True)
    assert result.scores.shape == (1, len(small.pairs))
    alone = evaluate_chain(model.encoder, small, scorers)
    assert set(alone.precision["method"]) == {REGRESSION, RANDOM, SEPARATION}


def test_costs_add_up(tmp_path):
    costs = Costs()
    result = evaluate_chain(planted_model([PROTEIN]), CHAIN, SCORERS)
    costs.add(CHAIN, result.seconds, None)
    scores = np.zeros(len(CHAIN.pairs))
    for kept, runs, seconds in ((False, 7, 2.5), (True, 3, 0.5), (True, 0, 0.25)):
        costs.add(CHAIN, 1.0, Coupling(JACOBIAN, scores, runs=runs, seconds=seconds, kept=kept))
    assert costs.table().drop("seconds").rows() == [
        ("attention", 4, 4 * len(PROTEIN), 4, 0), (JACOBIAN, 1, len(PROTEIN), 7, 2),
    ]  # fmt: skip
    assert result.seconds > 0
    assert costs.table()["seconds"].to_list() == pytest.approx([result.seconds + 3, 2.5])


@pytest.mark.parametrize("options", [JacobianOptions(kind="categorical"), JacobianOptions(kind="states", runs=70)])
def test_a_jacobian_that_was_kept_is_told_apart(tmp_path, options):
    model = load_masked_lm(tiny_model_folder("bert", tmp_path / "bert", layers=1), device="cpu")
    small = label_chain(planted_proteins(1, length=20)[0], Contact())
    store, told = JacobianStore(tmp_path / "kept"), []
    first, second = (couple(model, small, options, store=store, on_runs=told.append) for _ in range(2))
    assert (first.runs, first.kept) == (1 + 20 * (19 if options.runs is None else 3), False)
    assert (second.runs, second.kept) == (0, True)
    assert sum(told) == first.runs
    assert np.array_equal(first.scores, second.scores)
