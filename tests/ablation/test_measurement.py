import numpy as np
import polars as pl
import pytest
import torch

import protlens
from planted import planted_dataset, planted_proteins
from protlens.ablation.held_out import hold_out
from protlens.ablation.masked_loss import masked_losses
from protlens.ablation.measurement import Measurement
from protlens.contacts.couplings import couple
from protlens.contacts.head_scores import weighted_scores
from protlens.contacts.regression import ContactRegression
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.jacobians.jacobian_options import JacobianOptions
from protlens.models.left_out import leaving_out
from tiny_models import tiny_model_folder

pytestmark = pytest.mark.slow

HEADS = ((0, 3), (1, 2))


@pytest.fixture(scope="module")
def masked_lm(tmp_path_factory):
    return protlens.load_masked_lm(tiny_model_folder("bert", tmp_path_factory.mktemp("tiny") / "model"), device="cpu")


@pytest.fixture(scope="module")
def measurement(masked_lm):
    proteins = planted_proteins(8, length=64)
    held_out = hold_out(planted_dataset(proteins), masked_lm.encoder, protlens.AblationOptions(train=1, proteins=3))
    weights = np.random.default_rng(0).normal(size=(3, 4))
    weights[2] = weights[0, 0] = 0
    regression = ContactRegression(weights, -3.0)
    return Measurement(masked_lm.encoder, masked_lm, held_out, regression, "mean", frozenset([1]))


def test_without_no_heads_nothing_has_changed(measurement):
    table = measurement.of(())
    assert table["embedding"].to_numpy() == pytest.approx(0, abs=1e-12)
    assert table["precision_L"].equals(table["others_L"].alias("precision_L"))
    assert table["protein"].to_list() == [protein.id for protein in measurement.held_out.proteins]


def test_every_measure_agrees_with_the_long_way(measurement, masked_lm):
    done = []
    table = measurement.of(HEADS, on_protein=lambda: done.append(1))
    assert len(done) == 3
    others = measurement.regression.weights.copy()
    for layer, head in HEADS:
        others[layer, head] = 0
    for place, chain in enumerate(measurement.held_out.chains):
        sequence = chain.protein.sequence
        states = [last_states(masked_lm.encoder, sequence, heads) for heads in ((), HEADS)]
        cosines = [torch.cosine_similarity(one, other, dim=0) for one, other in zip(*states, strict=True)]
        row = table.row(place, named=True)
        assert row["embedding"] == pytest.approx(1 - float(torch.stack(cosines).mean()), abs=1e-6)
        with leaving_out(HEADS, replace="mean"):
            scores = weighted_scores(
                masked_lm.encoder, sequence, chain.pairs, weights=np.stack([measurement.regression.weights, others])
            )
            loss = masked_losses(masked_lm, [sequence], [measurement.held_out.places[place]])[0]
            jacobian = couple(masked_lm, chain, JacobianOptions(kind="categorical")).scores if place == 1 else None
        assert row["loss"] == pytest.approx(loss, abs=1e-4)
        wanted = {"precision": scores[0], "others": scores[1]} | ({} if jacobian is None else {"jacobian": jacobian})
        for name, values in wanted.items():
            precision = chain.precision(values[None])
            for column, k in (("L", "L"), ("L5", "L/5")):
                expected = precision.filter(range="long", k=k)["precision"].item()
                assert row[f"{name}_{column}"] == pytest.approx(expected, abs=1e-9)
        if place != 1:
            assert row["jacobian_L"] is None
    assert table["precision_L"].to_list() != table["others_L"].to_list()


def test_a_chain_too_short_for_long_range_and_one_without_amino_acids_have_nulls(masked_lm):
    points = np.cumsum(np.full((30, 3), 2.2, np.float32), axis=0)
    short = Protein(id="short", sequence="MKTAYIAKQRQISFVKSHFS", ca=points[:20], cb=points[:20])
    unknown = Protein(id="unknown", sequence="X" * 30, ca=points, cb=points)
    others = planted_proteins(6, length=30)
    dataset = Dataset("odd", [short, unknown, *others])
    seeds = (hold_out(dataset, masked_lm.encoder, protlens.AblationOptions(train=1, seed=s)) for s in range(20))
    held_out = next(one for one in seeds if {"short", "unknown"} <= {protein.id for protein in one.proteins})
    regression = ContactRegression(np.ones((3, 4)), 0.0)
    table = Measurement(masked_lm.encoder, masked_lm, held_out, regression, "mean").of(((0, 0),))
    rows = {row["protein"]: row for row in table.iter_rows(named=True)}
    assert rows["short"]["precision_L"] is None
    assert rows["short"]["loss"] is not None
    assert rows["unknown"]["loss"] is None
    assert rows["unknown"]["embedding"] > 0


def test_one_residue_is_measured(masked_lm):
    dataset = Dataset("one", [Protein(id="w", sequence="W"), Protein(id="g", sequence="GV")])
    held_out = hold_out(dataset, masked_lm.encoder, protlens.AblationOptions())
    table = Measurement(masked_lm.encoder, masked_lm, held_out, None, "zero").of(((2, 0),))
    assert table.columns == ["protein", "loss", "embedding"]
    assert table.select(pl.col("loss", "embedding").is_not_null().all()).row(0) == (True, True)


def last_states(encoder, sequence, heads):
    found = []
    with leaving_out(heads, replace="mean"):
        encoder.hidden_states(encoder.encode(sequence), lambda _, states: found.append(states[0].double()))
    return found[-1]
