import numpy as np
import polars as pl
import pytest
import torch

from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.data.splits import split_by_cluster
from protlens.models.fake import FakeModel
from protlens.probing.features import write_features
from protlens.probing.probe_options import ProbeOptions
from protlens.probing.residue_probes import labelled_rows, residue_probe_table
from protlens.probing.tasks import ResidueTask, residue_tasks
from protlens.properties.residue import TrackProperty
from protlens.properties.selection import SECONDARY_STRUCTURE

pytestmark = pytest.mark.slow

OPTIONS = ProbeOptions(seeds=2, residues=1500, resamples=60, strengths=(1e-4, 1e-2))
STRUCTURE = [TrackProperty(f"secondary_structure:{name}", "dssp", s) for name, s in SECONDARY_STRUCTURE.items()]
SITE = TrackProperty("site", "site")
NOISE = TrackProperty("noise", "noise")
CHANNELS = 16


def planted(count: int = 90, length: int = 60):
    """Proteins whose ``dssp`` and ``site`` are linear in layer 1 of a fake model, and whose ``noise`` is in none."""
    rng = np.random.default_rng(11)
    readout = rng.normal(size=(CHANNELS, 4))
    states, proteins = {}, []
    for number in range(count):
        sequence = "".join(rng.choice(list(AMINO_ACIDS), length))
        layers = rng.normal(size=(3, length, CHANNELS))
        logits = layers[1] @ readout
        proteins.append(
            Protein(
                id=f"p{number}",
                sequence=sequence,
                cluster=f"c{number}",
                tracks={
                    "dssp": "".join("HETC"[k] for k in logits.argmax(axis=1)),
                    "site": "".join("01"[k] for k in (logits[:, 0] > 4.5).astype(int)),
                    "noise": "".join(rng.choice(list("01"), length, p=[0.8, 0.2])),
                },
            )
        )
        states[sequence] = torch.from_numpy(layers.astype(np.float32))
    model = FakeModel(lambda s: torch.zeros(2, 1, len(s), len(s)), layers=2, heads=1, embedding=states.__getitem__)
    return model, proteins


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    model, proteins = planted()
    features = write_features(model, proteins, tmp_path_factory.mktemp("features"))
    tasks = residue_tasks([*STRUCTURE, SITE, NOISE])
    seen = []
    table, support = residue_probe_table(
        features,
        proteins,
        tasks,
        split=split_by_cluster(proteins, seed=0),
        options=OPTIONS,
        on_progress=lambda *at: seen.append(at),
    )
    assert seen[-1] == (28, 28)
    return table, support


def value(table: pl.DataFrame, name: str, metric: str, source: str = "embedding", layer: int | None = 1) -> float:
    rows = table.filter(property=name, metric=metric, source=source)
    rows = rows.filter(pl.col("layer").is_null() if layer is None else pl.col("layer") == layer)
    assert len(rows) == 1
    return rows["value"][0]


def test_what_is_linearly_readable_is_found_in_its_layer(tables):
    table, _ = tables
    assert value(table, "secondary_structure", "f1_macro") > 0.93
    assert value(table, "secondary_structure:helix", "average_precision") > 0.75  # one of four: not linear
    assert value(table, "site", "average_precision") > 0.97
    assert value(table, "site", "f1") > 0.85
    assert value(table, "site", "precision_at_L/20") > 0.95
    assert value(table, "secondary_structure", "selectivity") > 0.6


def test_it_is_not_found_where_it_is_not(tables):
    table, _ = tables
    for layer in (0, 2):
        assert value(table, "secondary_structure", "balanced_accuracy", layer=layer) == pytest.approx(0.25, abs=0.05)
        assert value(table, "site", "average_precision", layer=layer) < 0.2
    base = value(table, "noise", "average_precision", "majority", None)
    assert base == pytest.approx(0.2, abs=0.03)
    for layer in range(3):
        assert value(table, "noise", "average_precision", layer=layer) == pytest.approx(base, abs=0.05)
        assert value(table, "noise", "balanced_accuracy", layer=layer) == pytest.approx(0.5, abs=0.05)
        assert value(table, "noise", "selectivity", layer=layer) == pytest.approx(0, abs=0.08)


def test_controls_and_baselines_are_at_chance_if_the_amino_acid_says_nothing(tables):
    table, _ = tables
    for layer in range(3):
        control = value(table, "secondary_structure", "balanced_accuracy", "control", layer)
        assert control == pytest.approx(0.25, abs=0.08)
    assert value(table, "secondary_structure", "balanced_accuracy", "amino_acid", None) == pytest.approx(0.25, abs=0.06)
    assert value(table, "secondary_structure", "balanced_accuracy", "majority", None) == 0.25
    assert value(table, "noise", "f1", "majority", None) == 0
    assert value(table, "noise", "precision_at_L/20", "majority", None) == pytest.approx(
        value(table, "noise", "average_precision", "majority", None), abs=0.01
    )


def test_intervals_hold_the_values_and_chance_lies_in_those_of_noise(tables):
    known = tables[0].drop_nulls(["value", "ci_low", "ci_high"])
    outside = known.filter((pl.col("value") < pl.col("ci_low") - 1e-9) | (pl.col("value") > pl.col("ci_high") + 1e-9))
    assert len(known) > 100
    assert outside.is_empty()


def test_the_layer_is_best_on_validation_too(tables):
    rows = tables[0].filter(property="secondary_structure", source="embedding", metric="f1_macro")
    assert rows.sort("validation")["layer"][-1] == 1


def test_support_counts_every_labelled_residue_once(tables):
    _, support = tables
    four = support.filter(property="secondary_structure")
    assert four["residues"].sum() == 90 * 60
    assert set(four.filter(part="train")["proteins"]) == {54}


def test_a_class_absent_from_training_or_test_is_told_apart_from_zero(tmp_path):
    model, proteins = planted(30, 20)
    split = split_by_cluster(proteins, seed=0)
    for number in split.train:
        object.__setattr__(proteins[number], "tracks", {"dssp": proteins[number].tracks["dssp"].replace("T", "C")})
    for number in split.test:
        object.__setattr__(proteins[number], "tracks", {"dssp": proteins[number].tracks["dssp"].replace("E", "C")})
    features = write_features(model, proteins, tmp_path)
    tasks = residue_tasks(STRUCTURE)[:1]
    table, _ = residue_probe_table(features, proteins, tasks, split=split, options=OPTIONS)
    assert value(table, "secondary_structure", "f1:turn") == 0
    strand = table.filter(source="embedding", metric="f1:strand", layer=1)
    assert strand["value"].to_list() == [None]


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_task_that_cannot_be_fitted_or_measured_has_no_rows(part, tmp_path):
    model, proteins = planted(12, 10)
    split = split_by_cluster(proteins, seed=0)
    for number in getattr(split, part):
        object.__setattr__(proteins[number], "tracks", {})
    features = write_features(model, proteins, tmp_path)
    table, support = residue_probe_table(
        features, proteins, [ResidueTask("site", (SITE,))], split=split, options=OPTIONS
    )
    assert table.is_empty()
    assert support.filter(part=part)["residues"].to_list() == [0, 0]


def test_rows_are_the_labelled_residues_alone():
    proteins = [
        Protein(id="a", sequence="ACD", tracks={"site": "0?1"}),
        Protein(id="b", sequence="W"),
        Protein(id="c", sequence="X", tracks={"site": "1"}),
        Protein(id="d", sequence="GG", tracks={"site": "??"}),
    ]
    rows = labelled_rows(ResidueTask("site", (SITE,)), proteins, [0, 1, 2, 3], np.array([0, 3, 4, 5, 7]))
    assert rows.rows.tolist() == [0, 2, 4]
    assert rows.labels.tolist() == [0, 1, 1]
    assert rows.codes.tolist() == [0, 2, 20]
    assert rows.proteins.tolist() == [0, 0, 1]
    assert rows.lengths.tolist() == [3, 1]
