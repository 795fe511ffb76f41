"""Models whose residues do not attend to all, against loops over single pairs that know which pair can be seen."""

import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
import torch
from polars.testing import assert_frame_equal

from protlens.errors import RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.fake import FakeModel
from protlens.properties.selection import select_properties
from protlens.reach import EVERYWHERE, Reach
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate
from reference import AMINO_ACIDS, attention_of, has_labels, value
from toy import HEADS, LAYERS, few_proteins_suffice, toy_attention, toy_dataset

REACH = (Reach(None, 0), Reach(4, 2), Reach(None, 0))
THRESHOLD = 0.1
NAMES = ["contact", "binding_site", "modification:acetylation", "amino_acid:A", "amino_acid:G"]
OPTIONS = ExtractionOptions(threshold=THRESHOLD, shard_residues=80, batch_tokens=90)


def sees(layer, i, j):
    """Whether residue i of a layer can attend to residue j."""
    return j <= i if layer in (0, 2) else -2 <= i - j <= 4


def model(reach=REACH):
    def attention(sequence):
        weights = toy_attention(sequence)
        for layer, one in enumerate(reach):
            weights[layer] *= torch.from_numpy(one.pairs(len(sequence)))
        return weights

    return FakeModel(attention, layers=LAYERS, heads=HEADS, reach=reach)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = toy_dataset()
    return extract(
        model(), data, select_properties(data, NAMES), out=tmp_path_factory.mktemp("reach") / "run", options=OPTIONS
    )


def looped(name, level, layer):
    """Return the eligible and positive pairs of each labelled protein that a layer can see, and by site or cell."""
    pairs, positive, by_place = [], [], {}
    for protein in toy_dataset():
        if not has_labels(name, protein):
            continue
        seen = [
            (i, j, value(name, protein, i, j))
            for i in range(len(protein))
            for j in range(len(protein))
            if sees(layer, i, j) and value(name, protein, i, j) is not None
        ]
        by_place[len(pairs)] = Counter(j for _, j, _ in seen)
        pairs.append(len(seen))
        positive.append(sum(holds for _, _, holds in seen))
    return pairs, positive, by_place


@pytest.mark.parametrize("name", NAMES)
def test_pairs_are_those_that_can_be_seen(run, name):
    counts = run.property_counts(name)
    assert [part.layers for part in counts.parts] == [(0, 2), (1,)]
    assert counts.arcs.shape[1:] == (LAYERS, HEADS)
    for part in counts.parts:
        pairs, positive, by_place = looped(name, part.level, part.layers[0])
        assert part.pairs.tolist() == part.sites.tolist() == pairs
        assert part.positive_pairs.tolist() == part.positive_sites.tolist() == positive
        for layer in part.layers:
            np.testing.assert_array_equal(part.hits[:, part.layers.index(layer)], counts.hits[:, layer])
        if part.level == "residue":
            for protein, seen in by_place.items():
                mine = part.labelled.protein == protein
                queries = np.array([seen[j] for j in part.labelled.position[mine]])
                np.testing.assert_allclose(
                    part.labelled.weights[mine], queries / queries.mean() if len(queries) else []
                )
        else:
            totals = np.bincount(part.labelled.protein, part.labelled.trials, minlength=len(pairs))
            assert totals.tolist() == pairs
            totals = np.bincount(part.labelled.protein, part.labelled.positive, minlength=len(pairs))
            assert totals.tolist() == positive


@pytest.mark.parametrize("name", NAMES)
def test_arcs_are_those_of_plain_loops(run, name):
    counts = run.property_counts(name)
    members = [protein for protein in toy_dataset() if has_labels(name, protein)]
    attended = Counter()
    for row, protein in enumerate(members):
        above = attention_of(model(), protein.sequence) >= np.float32(THRESHOLD)
        known = np.array([[value(name, protein, i, j) for j in range(len(protein))] for i in range(len(protein))])
        assert counts.eligible[row].tolist() == (above & np.not_equal(known, None)).sum((2, 3)).tolist()
        assert counts.hits[row].tolist() == (above & np.equal(known, True)).sum((2, 3)).tolist()
        for layer, head in np.ndindex(LAYERS, HEADS):
            attended[row, layer, head] = int((above & np.not_equal(known, None))[layer, head].sum())
    for part in counts.parts:
        found = Counter()
        for head, site, arcs in zip(part.attended.head, part.attended.site, part.attended.arcs, strict=True):
            layer = part.layers[head // HEADS]
            found[int(part.labelled.protein[site]), layer, int(head % HEADS)] += int(arcs)
        assert found == Counter({place: n for place, n in attended.items() if n and place[1] in part.layers})


@pytest.mark.parametrize("name", NAMES)
def test_the_histogram_holds_the_pairs_that_each_layer_can_see(run, name):
    histogram = run.histogram(name)
    for layer in range(LAYERS):
        pairs, positive, _ = looped(name, run.manifest.properties[name], layer)
        assert (histogram.eligible[layer].sum(-1) == sum(pairs)).all()
        assert (histogram.hits[layer].sum(-1) == sum(positive)).all()
        assert (histogram.eligible[layer] >= histogram.hits[layer]).all()


@pytest.mark.parametrize("mode", ["matched", "paper"])
def test_each_layer_has_the_numbers_of_a_model_whose_layers_all_attend_as_far(run, mode, tmp_path):
    data = toy_dataset()
    own = [
        "property",
        "label",
        "arcs",
        "hits",
        "alignment",
        "background",
        "lift",
        "z",
        "p_value",
        "control",
        "control_lift",
    ]
    with few_proteins_suffice():
        mixed = tabulate(run, mode=mode)
        for layer, reach in enumerate(REACH[:2]):
            same = extract(
                model((reach,) * LAYERS),
                data,
                select_properties(data, NAMES),
                out=tmp_path / str(layer),
                options=OPTIONS,
            )
            assert not same.property_counts("contact").parts
            alone = tabulate(same, mode=mode)
            rows = pl.col("layer") == layer
            assert_frame_equal(mixed.heads.filter(rows).select(own), alone.heads.filter(rows).select(own))
    assert mixed.heads["z"].drop_nulls().len() > 0


def test_a_background_counts_the_pairs_that_can_be_seen(run):
    heads = tabulate(run).heads.filter(property="amino_acid:A")
    members = [protein for protein in toy_dataset() if has_labels("amino_acid:A", protein)]
    for layer, head in np.ndindex(LAYERS, HEADS):
        pairs, positive, _ = looped("amino_acid:A", "residue", layer)
        arcs = [
            int(((attention_of(model(), one.sequence)[layer, head] >= np.float32(THRESHOLD)) & known(one)).sum())
            for one in members
        ]
        found = heads.filter(layer=layer, head=head)["background"].item()
        if sum(arcs):
            expected = sum(n * k / m for n, k, m in zip(arcs, positive, pairs, strict=True) if m) / sum(arcs)
            assert found == pytest.approx(expected)
        else:
            assert found is None


def known(protein):
    return np.array([letter in AMINO_ACIDS or letter in "UO" for letter in protein.sequence])[None, :]


def test_the_manifest_says_how_far_each_layer_attends(run):
    written = json.loads((run.path / "manifest.json").read_text())
    assert written["model"]["reach"] == [[None, 0], [4, 2], [None, 0]]
    assert Run.open(run.path).reach == REACH


def test_a_model_that_attends_everywhere_has_a_manifest_as_before(tmp_path):
    data = toy_dataset()
    whole = extract(model((EVERYWHERE,) * LAYERS), data, select_properties(data, ["contact"]), out=tmp_path / "run")
    assert "reach" not in whole.manifest.model
    assert not any(
        "@" in name for name in pl.read_parquet(tmp_path / "run" / "shards" / "00000" / "proteins.parquet").columns
    )


@pytest.mark.parametrize("reach", [[[None, 0]], [[None]] * 3, [["all", 0]] * 3, "causal"])
def test_a_reach_that_cannot_be_is_refused(run, reach, tmp_path):
    content = json.loads((run.path / "manifest.json").read_text())
    content["model"]["reach"] = reach
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match="reach of model"):
        Run.open(tmp_path)


def test_a_model_of_another_reach_does_not_continue_a_run(run):
    data = toy_dataset()
    with pytest.raises(RunError, match="reach"):
        extract(model((Reach(None, 0),) * LAYERS), data, select_properties(data, NAMES), out=run.path, options=OPTIONS)
