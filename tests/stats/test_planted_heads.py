"""Heads that follow a dull cause on real proteins are explained by the control that holds it fixed."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from protlens.data.burial import burial
from protlens.data.catalog import load_dataset
from protlens.extraction.run import extract
from protlens.models.fake import FakeModel
from protlens.properties.pair import Contact
from protlens.stats.run_tables import tabulate

HEADS = ("separation", "leucines", "third", "contacts", "buried", "sites", "noise")
SITE = "binding_site"


def _targets(head: str, protein, draw: np.random.Generator) -> list[np.ndarray]:
    """Return for each residue those that it may attend to."""
    length, position = len(protein), np.arange(len(protein))
    letters = np.array(list(protein.sequence))
    contacts = Contact().mask(protein).holds
    deep = np.flatnonzero(np.isin(burial(protein), (7, 8)))
    sites = np.flatnonzero(np.array(list(protein.tracks.get(SITE, "?" * length))) == "1")
    chosen = {
        "separation": lambda i: np.flatnonzero(np.isin(np.abs(position - i), (6, 7, 8))),
        "leucines": lambda i: np.flatnonzero(
            (letters == "L") & (letters[i] == "L") & np.isin(np.abs(position - i), range(6, 20))
        ),
        "third": lambda i: np.array([2]),
        "contacts": lambda i: np.flatnonzero(contacts[i]),
        "buried": lambda i: draw.permutation(deep),
        "sites": lambda i: draw.permutation(sites) if i % 10 == 0 else sites[:0],
        "noise": lambda i: draw.permutation(length),
    }
    return [chosen[head](i) for i in range(length)]


@pytest.fixture(scope="module")
def heads(tmp_path_factory):
    data = load_dataset("pdb-mini")
    chosen = [one for one in data if 60 <= len(one) <= 250 and set(one.tracks.get(SITE, "?")) >= {"0", "1"}][:120]
    known = {one.sequence: one for one in chosen}
    assert len(known) == len(chosen) > 80

    def attention(sequence: str) -> torch.Tensor:
        draw = np.random.default_rng(len(sequence))
        weights = np.zeros((1, len(HEADS), len(sequence), len(sequence)), np.float32)
        for place, head in enumerate(HEADS):
            for i, targets in enumerate(_targets(head, known[sequence], draw)):
                weights[0, place, i, draw.permutation(targets)[:2]] = 0.45
        return torch.from_numpy(weights)

    model = FakeModel(attention, layers=1, heads=len(HEADS))
    names = ["contact", SITE, "secondary_structure"]
    rows = data.take([data.ids.index(one.id) for one in chosen])
    tables = tabulate(extract(model, rows, names, out=tmp_path_factory.mktemp("planted") / "run"))
    return tables.heads.with_columns(planted=pl.col("head").replace_strict(dict(enumerate(HEADS))))


def beyond(heads, name: str) -> set[str]:
    return set(heads.filter(property=name, verdict="beyond_control")["planted"])


@pytest.mark.slow
def test_of_the_heads_that_meet_contacts_only_the_one_that_sees_them_is_beyond_the_control(heads):
    rows = heads.filter(property="contact").rows_by_key("planted", named=True, unique=True)
    assert rows["separation"]["lift"] > 1.5
    assert rows["leucines"]["lift"] > 1.5
    assert rows["separation"]["q_value"] < 1e-6
    assert beyond(heads, "contact") - {"buried"} == {"contacts"}
    assert rows["contacts"]["control_lift_low"] > 10


@pytest.mark.slow
def test_a_head_that_looks_at_buried_residues_meets_contacts_as_often_as_the_page_says(heads):
    row = heads.filter(property="contact", planted="buried").row(0, named=True)
    page = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
    told = re.search(r"buried residues, any of them, meets contacts\s+([\d.]+)\s+times", page)
    assert float(told[1]) == pytest.approx(row["control_lift"], abs=0.05)


@pytest.mark.slow
def test_a_head_that_looks_deep_into_the_fold_is_explained_by_burial(heads):
    row = heads.filter(property="secondary_structure:strand", planted="buried").row(0, named=True)
    assert row["lift"] > 1.2
    assert row["q_value"] < 1e-6
    assert row["control_name"] == "amino acid, place and burial"
    assert abs(row["control_lift"] - 1) < 0.1
    for name in ("secondary_structure:strand", "secondary_structure:helix", "secondary_structure:turn"):
        assert beyond(heads, name) <= {"sites", "contacts"}


@pytest.mark.slow
def test_a_head_that_looks_at_the_third_residue_is_beyond_no_control(heads):
    assert heads.filter(planted="third", verdict="beyond_control").is_empty()
    assert beyond(heads, SITE) == {"sites"}
