"""From a model's files to the table of heads, against the published definitions written out slowly."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import scipy.stats
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.heads import head_label
from protlens.models.load import load_model
from protlens.properties.selection import select_properties
from protlens.runs.counts import PropertyCounts
from protlens.runs.format import shard_folder
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate
from reference import attention_of, count_property, same_counts
from tiny_models import tiny_model_folder
from toy import toy_dataset

pytestmark = pytest.mark.slow

FAMILIES = ["bert", "albert", "xlnet", "esm", "t5", "tape"]
THRESHOLD = 0.3
MARGIN = 1e-6
"""Batches may differ in a weight's last digits; one this near to the threshold could fall on either side."""

SPLITS = {
    "one at a time": {"batch_tokens": 1},
    "three at a time": {"batch_tokens": 3 * 41},
    "eight at a time": {"batch_tokens": 8 * 41},
    "many shards": {"batch_tokens": 2 * 41, "shard_residues": 40},
}

Counts = dict[str, PropertyCounts]


def slow_counts(model, proteins: list[Protein], properties) -> Counts:
    """Count every property by plain loops, one protein at a time."""
    attentions = [attention_of(model, protein.sequence) for protein in proteins]
    nearest = min(float(np.abs(weights - np.float32(THRESHOLD)).min()) for weights in attentions)
    assert nearest > MARGIN, f"a weight lies {nearest} from the threshold; choose another seed"
    return {
        found.name: count_property(found.name, found.level, proteins, attentions, THRESHOLD) for found in properties
    }


def same_as(run: Run, expected: Counts) -> None:
    assert list(run.manifest.properties) == list(expected)
    for counts in run.counts():
        same_counts(counts, expected[counts.name])


@pytest.fixture(scope="module", params=FAMILIES)
def case(request, tmp_path_factory):
    """A tiny random model of each family, loaded from its files, and what plain loops count with it."""
    folder = tiny_model_folder(request.param, tmp_path_factory.mktemp(request.param) / "model", heads=2, seed=3)
    model, data = load_model(folder, device="cpu"), toy_dataset()
    expected = slow_counts(model, list(data), select_properties(data))
    assert expected["contact"].hits.sum() > 0
    return model, data, expected


@pytest.mark.parametrize("split", SPLITS)
def test_every_family_and_split_gives_the_integers_of_plain_loops(tmp_path, case, split):
    model, data, expected = case
    run = extract(model, data, select_properties(data), out=tmp_path, options=ExtractionOptions(**SPLITS[split]))
    assert (len(run.shards_done) > 1) == (split == "many shards")
    same_as(run, expected)


def test_a_resumed_run_gives_the_integers_of_plain_loops(tmp_path, case):
    model, data, expected = case
    options = ExtractionOptions(**SPLITS["many shards"])

    class Interrupt(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= total // 2:
            raise Interrupt

    with pytest.raises(Interrupt):
        extract(model, data, select_properties(data), out=tmp_path, options=options, on_progress=stop)
    done = Run.open(tmp_path)
    assert 0 < len(done.shards_done) < done.manifest.shards
    shutil.rmtree(shard_folder(tmp_path, done.shards_done[-1]))
    same_as(extract(model, data, select_properties(data), out=tmp_path, options=options), expected)


@pytest.fixture(scope="module")
def chains() -> Dataset:
    """The ten shortest chains of the bundled structures, with their kinds of binding site and modification."""
    data = load_dataset("pdb-mini")
    chosen = sorted(np.argsort(data.lengths, kind="stable")[:10].tolist())
    return data.take(chosen)


@pytest.fixture(scope="module")
def bundled(chains):
    model = load_model("mini-bert", device="cpu")
    return model, slow_counts(model, list(chains), select_properties(chains))


def test_the_chains_bring_every_kind_of_property(chains):
    families = {found.name.partition(":")[0] for found in select_properties(chains)}
    assert families >= {"contact", "binding_site", "secondary_structure", "amino_acid"}
    assert any(np.isnan(protein.cb).any() for protein in chains), "one has unresolved residues"


@pytest.mark.parametrize("batch", [1, 3, 8])
@pytest.mark.parametrize("shard_residues", [100, 16384])
def test_the_bundled_model_on_real_chains(tmp_path, chains, bundled, batch, shard_residues):
    model, expected = bundled
    options = ExtractionOptions(batch_tokens=batch * max(chains.lengths), shard_residues=shard_residues)
    run = extract(model, chains, select_properties(chains), out=tmp_path, options=options)
    assert (len(run.shards_done) == 1) == (shard_residues > 1000)
    same_as(run, expected)


def slow_rows(expected: Counts) -> Callable[[str, int, int], dict[str, object]]:
    """Return the published statistics of one head at a time, from the counts of the plain loops."""
    arcs = {name: counts.arcs.sum(0) for name, counts in expected.items()}

    def row(name: str, layer: int, head: int) -> dict[str, object]:
        counts = expected[name]
        n, hits = int(arcs[name][layer, head]), int(counts.hits[:, layer, head].sum())
        tests = int((arcs[name] > 100).sum())
        positive, total = int(counts.positive_sites.sum()), int(counts.sites.sum())
        found: dict[str, object] = {"arcs": n, "hits": hits, "background": positive / total}
        if n == 0:
            return found
        low, high = proportion_confint(hits, n, alpha=0.05 / max(tests, 1), method="normal")
        found |= {"alignment": hits / n, "ci_low": max(low, 0.0), "ci_high": min(high, 1.0)}
        if tests and n > 100 and 0 < hits + positive < n + total:
            z, p = proportions_ztest([hits, positive], [n, total])
            assert p == pytest.approx(2 * scipy.stats.norm.sf(abs(z)))
            found |= {"z": z, "p_value": p, "p_bonferroni": min(1.0, p * tests)}
        return found

    return row


def test_paper_mode_is_the_published_formulas_one_head_at_a_time(tmp_path, chains, bundled):
    model, expected = bundled
    run = extract(model, chains, select_properties(chains), out=tmp_path)
    heads = tabulate(run, mode="paper").heads
    assert heads.select("property", "layer", "head").n_unique() == len(heads) == len(expected) * 6 * 8
    slow = slow_rows(expected)
    tested = 0
    for row in heads.iter_rows(named=True):
        wanted = slow(row["property"], row["layer"], row["head"])
        assert row["label"] == head_label(row["layer"], row["head"])
        assert (row["arcs"], row["hits"]) == (wanted["arcs"], wanted["hits"])
        for column in wanted.keys() - {"arcs", "hits"}:
            assert row[column] == pytest.approx(wanted[column], rel=1e-9, abs=1e-300), (row["label"], column)
        assert (row["z"] is None) == ("z" not in wanted)
        tested += "z" in wanted
    assert tested >= 50
    assert heads["arcs"].dtype == pl.Int64


def test_the_same_run_may_be_moved(tmp_path, chains, bundled):
    model, expected = bundled
    extract(model, chains, select_properties(chains), out=tmp_path / "here")
    shutil.move(tmp_path / "here", tmp_path / "there")
    same_as(Run.open(Path(tmp_path / "there")), expected)
