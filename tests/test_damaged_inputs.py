"""Damaged files of every kind that is read: a result or one line, and nothing half-written (``scripts/fuzz.py``)."""

import numpy as np
import pytest

import mutations
from fuzz_targets import data_targets, outcome

KINDS = (
    *("pdb", "pdb.gz", "cif", "cif.gz", "bcif", "bcif.gz", "fasta", "uniprot-sites", "flip", "bindpredict"),
    *(
        "proteinnet",
        "proteinnet, CA",
        "tape-json",
        "tape-json, gzipped lines",
        "tape-lmdb",
        "dataset",
        "dataset, no digest",
    ),
)
COUNT = 12


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    return data_targets(tmp_path_factory.mktemp("targets"))


def test_every_kind_is_tried(targets):
    assert list(targets) == list(KINDS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_refused_in_one_line_or_read(targets, kind, tmp_path):
    target, rng = targets[kind], np.random.default_rng(KINDS.index(kind))
    for number in range(COUNT):
        folder = tmp_path / str(number)
        folder.mkdir()
        copy = folder / target.whole.name
        what = mutations.damage_one(target.whole, copy, rng, mutations.mutated)
        before = set(folder.rglob("*"))
        assert outcome(target.read, copy) in ("read", "refused"), what
        assert set(folder.rglob("*")) == before, what


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_whole_is_read(targets, kind, tmp_path):
    target = targets[kind]
    copy = tmp_path / target.whole.name
    mutations.damage_one(target.whole, copy, np.random.default_rng(0), lambda content, rng: ("nothing", content))
    assert outcome(target.read, copy) == "read"


WAYS = sorted({*mutations.BYTES, *mutations.TEXT}, key=lambda way: way.__name__)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_damage_is_told_and_drawn_from_its_seed(way):
    content = b"one 12\ntwo 3.5 four\n" * 20
    made = [way(content, np.random.default_rng(seed)) for seed in range(20)]
    assert made == [way(content, np.random.default_rng(seed)) for seed in range(20)]
    assert sum(after != content for _, after in made) > 10
    assert len({what for what, _ in made}) > 5


def test_text_without_a_number_is_damaged_otherwise():
    assert mutations.splice_number(b"x", np.random.default_rng(0))[1] != b"x"
