import numpy as np
import polars as pl
import pytest
import torch

from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.data.splits import split_by_cluster
from protlens.models.fake import FakeModel
from protlens.probing.features import write_features
from protlens.probing.pair_probes import contact_probes
from protlens.probing.probe_options import ProbeOptions
from protlens.properties.pair import Contact

OPTIONS = ProbeOptions(seeds=2, pairs=6000, resamples=60, strengths=(1e-4, 1e-2, 1.0))
LENGTH, CHANNELS = 45, 12


def planted(count: int = 40):
    """Contacts of compact random chains, shown by head 2 of layer 2 and by the states of layer 1, and nowhere else."""
    rng = np.random.default_rng(5)
    attention, states, proteins = {}, {}, []
    for number in range(count):
        sequence = "".join(rng.choice(list(AMINO_ACIDS), LENGTH))
        points = np.cumsum(rng.normal(scale=2.2, size=(LENGTH, 3)), axis=0)
        points[number % LENGTH] = np.nan
        near = np.linalg.norm(points[:, None] - points, axis=-1) < 8
        layers = rng.random((2, 3, LENGTH, LENGTH)) / LENGTH
        layers[1, 1] += near / LENGTH
        attention[sequence] = torch.from_numpy((layers / 3).astype(np.float32))
        hidden = rng.normal(size=(3, LENGTH, CHANNELS))
        known = np.nan_to_num(points - np.nanmean(points, axis=0))
        # The distance is |x|^2 + |y|^2 - 2 x.y: products of channels that hold x, |x|^2 and one.
        squared = (known**2).sum(axis=1, keepdims=True)
        one = np.ones_like(squared)
        hidden[1] = 0.05 * rng.normal(size=(LENGTH, CHANNELS))
        hidden[1, :, :5] = np.concatenate([known, squared + one, squared], axis=1) / [8, 8, 8, 64, 64]
        states[sequence] = torch.from_numpy(hidden.astype(np.float32))
        proteins.append(
            Protein(
                id=f"p{number}",
                sequence=sequence,
                cluster=f"c{number}",
                ca=points.astype(np.float32),
                cb=points.astype(np.float32),
            )
        )
    proteins.append(Protein(id="bare", sequence="ACDEFGHIKL", cluster="bare"))
    proteins.append(Protein(id="one", sequence="W", cluster="one", ca=np.zeros((1, 3), np.float32)))
    for bare in ("ACDEFGHIKL", "W"):
        attention[bare] = torch.zeros(2, 3, len(bare), len(bare))
        states[bare] = torch.zeros(3, len(bare), CHANNELS)
    model = FakeModel(attention.__getitem__, layers=2, heads=3, embedding=states.__getitem__)
    return model, proteins


def probe(folder, *, shuffled: bool = False, options: ProbeOptions = OPTIONS):
    model, proteins = planted()
    if shuffled:
        rng = np.random.default_rng(1)
        for protein in proteins[:40]:
            order = rng.permutation(LENGTH)
            object.__setattr__(protein, "cb", protein.cb[order])
    features = write_features(model, proteins, folder)
    return contact_probes(
        model, features, proteins, contact=Contact(), split=split_by_cluster(proteins, seed=0), options=options
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return probe(tmp_path_factory.mktemp("features"))


def value(table: pl.DataFrame, source: str, layer: int | None, metric: str = "precision:all:L/5") -> float:
    rows = table.filter(source=source, metric=metric)
    rows = rows.filter(pl.col("layer").is_null() if layer is None else pl.col("layer") == layer)
    assert len(rows) == 1
    return rows["value"][0]


def test_contacts_are_found_in_the_layer_that_shows_them(found):
    chance = value(found.table, "majority", None)
    assert 0.02 < chance < 0.25
    assert value(found.table, "attention", 2) > 0.95
    assert value(found.table, "attention_apc", 2) > 0.95
    assert value(found.table, "embedding", 1) > chance + 0.4
    assert value(found.table, "separation", None) > chance + 0.05
    assert value(found.table, "separation_amino_acid", None) > chance + 0.05


def test_nothing_is_found_where_nothing_is(found):
    chance = value(found.table, "majority", None)
    for source, layer in (
        ("attention", 1),
        ("attention_apc", 1),
        ("embedding", 0),
        ("embedding", 2),
        ("amino_acid", None),
    ):
        assert value(found.table, source, layer) == pytest.approx(chance, abs=0.1)


def test_labels_independent_of_everything_give_chance(tmp_path):
    table = probe(tmp_path, shuffled=True).table
    chance = value(table, "majority", None)
    for source, layer in (("attention", 2), ("attention_apc", 2), ("embedding", 0), ("embedding", 2)):
        assert value(table, source, layer) == pytest.approx(chance, abs=0.1)


def test_the_table_holds_every_source_range_and_count_once(found):
    keys = ["source", "layer", "metric"]
    assert found.table.select(keys).is_unique().all()
    assert len(found.table) == (3 + 2 * 2 + 4) * 5 * 3
    known = found.table.drop_nulls("value")
    assert ((known["ci_low"] <= known["value"] + 1e-9) & (known["value"] <= known["ci_high"] + 1e-9)).all()
    contacts = found.support.filter(pl.col("class") == "yes")
    assert contacts["proteins"].sum() == 40
    assert (contacts["residues"] > 0).all()


def test_probabilities_are_reliable_where_the_probe_knows_something(found):
    rows = found.reliability.filter(source="attention", layer=2).filter(pl.col("pairs") > 30)
    assert rows["pairs"].sum() > 0.9 * found.reliability.filter(source="attention", layer=2)["pairs"].sum()
    gap = (rows["predicted"] - rows["observed"]).abs() * rows["pairs"]
    assert gap.sum() / rows["pairs"].sum() < 0.03
    noise = found.reliability.filter(source="embedding", layer=0).filter(pl.col("pairs") > 0)
    assert (
        noise["hits"].sum()
        == rows["hits"].sum()
        + found.reliability.filter(source="attention", layer=2).filter(pl.col("pairs") <= 30)["hits"].sum()
    )


def test_as_published_each_pair_counts_twice(tmp_path):
    options = ProbeOptions(seeds=1, pairs=3000, resamples=20, strengths=(1e-2,), paper=True)
    table = probe(tmp_path, options=options).table
    assert value(table, "attention", 2) > 0.95
    assert value(table, "embedding", 1) > value(table, "majority", None) + 0.4


def test_without_structures_there_are_no_rows(tmp_path):
    model, proteins = planted(6)
    for protein in proteins:
        object.__setattr__(protein, "cb", None)
    features = write_features(model, proteins, tmp_path)
    split = split_by_cluster(proteins, seed=0)
    result = contact_probes(model, features, proteins, contact=Contact(), split=split, options=OPTIONS)
    assert result.table.is_empty()
    assert result.reliability.is_empty()
    assert result.support["residues"].sum() == 0
