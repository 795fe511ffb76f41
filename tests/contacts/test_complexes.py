"""Contacts between chains: what a structure holds, planted heads that find them, and the whole analysis."""

from math import dist

import numpy as np
import polars as pl
import pytest
import torch

from protlens.contacts.contact_analysis import evaluate_contacts
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.evaluation import REGRESSION, SEPARATION, Scorers, evaluate_chain
from protlens.contacts.labelled_chains import LabelledChains
from protlens.contacts.prediction import predict_contacts
from protlens.data.catalog import load_dataset
from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.data.protein import APART
from protlens.data.structures.chains import read_structure
from protlens.models.fake import FakeModel
from protlens.models.linked_chains import LinkedModel
from protlens.models.load import load_model
from protlens.pairs.windows import WindowedModel
from protlens.properties.pair import Contact


@pytest.fixture(scope="module")
def dimer(data_files):
    """HIV-1 protease, two chains of 99 residues."""
    return join_chains(Dataset("protease", read_structure(data_files / "structures" / "7hvp.pdb.gz")))[0]


def labelled(protein, **options):
    return LabelledChains(Dataset("one", protein), Contact(), **{"max_length": 1000, **options})[0]


def plain_contacts(protein, *, between):
    """Count pairs of CB closer than 8 angstrom, one by one, within chains or between them."""
    points = [tuple(map(float, point)) for point in protein.cb]
    start = protein.chain_starts[0]
    return sum(
        dist(points[i], points[j]) < 8
        for i in range(len(points))
        for j in range(i + 1, len(points))
        if ((i < start <= j) if between else (i < start) == (j < start) and j - i >= 6)
    )


def test_a_real_dimer_has_the_contacts_that_are_counted_one_by_one(dimer):
    chain = labelled(dimer)
    between = chain.pairs.separations == APART
    assert chain.contacts[between].sum() == plain_contacts(dimer, between=True) > 99 // 2
    assert chain.contacts[~between].sum() == plain_contacts(dimer, between=False)
    assert between.sum() == 99 * 99
    assert chain.known.all()


def planted(protein, *, linker):
    """Attention to what a residue touches in the other chain (head 1) and in its own (head 2), as with a linker."""
    holds, chains = Contact().mask(protein).holds, protein.chain_numbers
    other = chains[:, None] != chains
    place = np.arange(len(protein)) + linker * chains

    def attention(text):
        assert len(text) == len(protein) + linker
        heads = np.full((2, len(text), len(text)), 1e-3)
        for head, pattern in zip(heads, (holds & other, holds & ~other), strict=True):
            head[np.ix_(place, place)] += pattern
        return torch.from_numpy(heads / heads.sum(-1, keepdims=True)).float()[None]

    return FakeModel(attention, layers=1, heads=2)


@pytest.mark.parametrize("linker", [0, 25])
def test_a_planted_head_finds_contacts_between_chains_and_changes_nothing_within(dimer, linker):
    chain = labelled(dimer)
    model = LinkedModel(planted(dimer, linker=linker), linker=linker)
    scorers = Scorers(((REGRESSION, 0),), np.array([[[1.0, 0.0]]]))
    found = evaluate_chain(model, chain, scorers)
    heads = {(row["head"], row["range"], row["k"]): row for row in found.heads.iter_rows(named=True)}
    for k in ("L/2", "L/5"):
        assert heads[0, "inter", k]["precision"] == 1
        assert heads[1, "all", k]["precision"] == 1
    assert heads[0, "inter", "L"]["taken"] == 99
    assert heads[0, "inter", "L"]["precision"] == min(1, chain.contacts[chain.pairs.separations == APART].sum() / 99)
    assert heads[1, "inter", "L/5"]["precision"] < 0.2
    assert found.precision.filter(method=SEPARATION)["precision"].is_not_null().all()
    inter = found.precision.filter(method=SEPARATION, range="inter")
    assert inter["precision"].to_list() == pytest.approx([inter["contacts"][0] / inter["pairs"][0]] * 3)


def test_ranges_within_chains_do_not_see_pairs_between_them(dimer):
    chain = labelled(dimer)
    scores = np.random.default_rng(0).normal(size=(3, len(chain.pairs)))
    between = chain.pairs.separations == APART
    turned = np.where(between, -scores, scores)
    one, other = (chain.precision(values).filter(pl.col("range") != "inter") for values in (scores, turned))
    assert one.equals(other)
    assert set(one["range"]) == {"all", "short", "medium", "medium and long", "long"}
    single = labelled(dimer.part(0, 99))
    assert "inter" not in single.precision(np.zeros((1, len(single.pairs))))["range"]


def test_windows_and_linkers_go_together(dimer):
    model = LinkedModel(load_model("mini-bert", device="cpu"))
    chain = labelled(dimer)
    scorers = Scorers(((REGRESSION, 0),), np.ones((1, 6, 8)))
    whole = evaluate_chain(model, chain, scorers).scores
    assert np.array_equal(evaluate_chain(WindowedModel(model, size=198), chain, scorers).scores, whole)
    windowed = evaluate_chain(WindowedModel(model, size=150, overlap=120), chain, scorers).scores
    assert np.isfinite(windowed).all()
    assert np.corrcoef(windowed[0][chain.pairs.separations < 100], whole[0][chain.pairs.separations < 100])[0, 1] > 0.3


@pytest.mark.slow
def test_the_analysis_rates_contacts_between_chains(tmp_path):
    joined = join_chains(load_dataset("pdb-mini"), max_length=250)
    several = [place for place, one in enumerate(joined) if one.chain_starts]
    alone = [place for place, one in enumerate(joined) if not one.chain_starts and len(one) < 100][:12]
    assert len(several) > 4
    options = ContactOptions(train=4, draws=1, jacobian=0)
    model = LinkedModel(load_model("mini-bert", device="cpu"))
    analysis = evaluate_contacts(model, joined.take([*several, *alone]), out=tmp_path / "out", options=options)
    tables = analysis.tables
    inter = tables["precision"].filter(range="inter")
    tested = {one.id for one in joined if one.chain_starts} & set(tables["precision"]["protein"])
    assert 0 < len(tested) == inter["protein"].n_unique()
    assert set(inter["protein"]) == tested
    summary = tables["summary"].filter(range="inter", k="L")
    assert set(summary["method"]) == set(tables["summary"]["method"])


@pytest.mark.slow
def test_the_analysis_reads_long_chains_in_windows_and_cuts_none(tmp_path):
    proteins = load_dataset("pdb-mini")
    some = proteins.take([place for place, length in enumerate(proteins.lengths) if 120 < length <= 200][:24])
    model = WindowedModel(load_model("mini-xlnet", device="cpu"), size=100, overlap=60)
    options = ContactOptions(train=4, draws=1, jacobian=0, max_length=400)
    analysis = evaluate_contacts(model, some, out=tmp_path / "out", options=options)
    assert analysis.cut == 0
    assert analysis.model == "mini-xlnet in windows of 100"
    precision = analysis.tables["precision"].filter(range="long", k="L")
    assert precision["precision"].is_not_null().all()
    regression = tmp_path / "out" / "regression.safetensors"
    predict_contacts(model, some[:2], regression=regression, out=tmp_path / "predicted", max_length=400)
    assert len(list((tmp_path / "predicted").rglob("*.rr"))) == 2
