import gzip
import importlib.util
import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import protlens.data
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure

ROOT = Path(__file__).parents[2]
BUNDLED = Path(protlens.data.__file__).parent / "bundled"
STRUCTURES = ROOT / "tests/data_files/structures"


@pytest.fixture(scope="module")
def recipe():
    spec = importlib.util.spec_from_file_location("pdb_mini", ROOT / "recipes/datasets/pdb_mini.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def dataset():
    return Dataset.read(BUNDLED / "pdb-mini.parquet")


@pytest.fixture(scope="module")
def page():
    text = (ROOT / "docs/datasets.md").read_text()
    return text[text.index("## pdb-mini") :].partition("\n## ")[0]


def candidate(recipe, id_, sequence, **kwargs):
    return recipe.Candidate(Protein(id=id_, sequence=sequence, **kwargs), "X-RAY DIFFRACTION", 2.0, False)


def test_a_copy_is_untouched_if_its_master_record_agrees(recipe, tmp_path):
    text = gzip.decompress((STRUCTURES / "1bx8.pdb.gz").read_bytes()).decode()
    (tmp_path / "whole.pdb").write_text(text)
    assert recipe.untouched(tmp_path / "whole.pdb")
    assert recipe.complete(tmp_path / "whole.pdb")
    lines = text.splitlines()
    for record in ("REMARK", "SHEET", "SITE", "ATOM", "SEQRES"):
        first = next(i for i, line in enumerate(lines) if line.startswith(record))
        (tmp_path / "cut.pdb").write_text("\n".join(lines[:first] + lines[first + 1 :]))
        assert not recipe.untouched(tmp_path / "cut.pdb"), record
    bare = [line for line in lines if not line.startswith("MASTER")]
    (tmp_path / "bare.pdb").write_text("\n".join(bare))
    assert not recipe.untouched(tmp_path / "bare.pdb")
    assert not recipe.complete(tmp_path / "bare.pdb")
    assert recipe.complete(STRUCTURES / "1crn.cif.gz")


def test_of_chains_of_one_cluster_the_one_with_more_labels_is_taken(recipe):
    one, other, far = "MKTAYIAKQRQISFVKSHFSRQ" * 2, "MKTAYIAKQRQISFVKSHFSRA" * 2, "GWGPLNDECTHYVWGGDPNNHC" * 2
    poor, rich = candidate(recipe, "1AAA.A", one), candidate(recipe, "1BBB.A", other, tracks={"dssp": "C" * 44})
    left_out = Counter()
    kept = recipe.choose([poor, rich, candidate(recipe, "1CCC.A", far)], [], left_out)
    assert [c.protein.id for c in kept] == ["1BBB.A", "1CCC.A"]
    assert sum(left_out.values()) == 1


def test_chains_of_one_known_cluster_are_alike_whatever_their_sequences(recipe):
    one, other = "MKTAYIAKQRQISFVKSHFSRQ" * 2, "GWGPLNDECTHYVWGGDPNNHC" * 2
    labelled = [("1AAA.A", "9ZZZ.A", one), ("7XXX.A", "9ZZZ.A", other[3:])]
    kept = recipe.choose([candidate(recipe, "1AAA.A", one), candidate(recipe, "1BBB.A", other)], labelled, Counter())
    assert [(c.protein.id, c.protein.cluster) for c in kept] == [("1AAA.A", "9ZZZ.A")]


def test_the_bundled_file_holds_what_was_promised(dataset):
    assert 300 <= len(dataset) <= 500
    assert (BUNDLED / "pdb-mini.parquet").stat().st_size < 4_000_000
    assert all(40 <= length <= 400 for length in dataset.lengths)
    assert len({protein.cluster for protein in dataset}) == len(dataset)
    allowed = {"dssp": set("HGIEBSTC?")}
    for protein in dataset:
        known = np.isfinite(protein.ca).all(1)
        assert known.sum() >= 40
        assert "dssp" in protein.tracks
        assert all(bool(number) or not seen for number, seen in zip(protein.residue_numbers, known, strict=True))
        for name, track in protein.tracks.items():
            assert set(track) <= allowed.get(name, set("01?"))
            assert name == "dssp" or "1" in track
        for note in protein.annotations:
            assert all(protein.tracks[note.track][i] == "1" for i in note.residues)


def test_no_two_of_a_sample_are_alike(recipe, dataset):
    sample = dataset[::4]
    assert not [
        (one.id, other.id)
        for one, other in itertools.combinations(list(sample), 2)
        if recipe.alike(one.sequence, other.sequence)
    ]


@pytest.mark.parametrize("name", ["7hvp.pdb.gz", "1bc8.pdb.gz", "1en2.cif.gz", "1bx8.pdb.gz", "1orc.cif.gz"])
def test_a_bundled_chain_is_what_its_file_reads_as(dataset, name):
    bundled = {protein.id: protein for protein in dataset}
    (fresh,) = [protein for protein in read_structure(STRUCTURES / name) if protein.id in bundled]
    kept = bundled[fresh.id]
    for field in ("sequence", "residue_numbers", "chain", "annotations"):
        assert getattr(kept, field) == getattr(fresh, field), field
    assert {**kept.tracks, "3di": fresh.tracks["3di"]} == fresh.tracks  # the bundled file is older than these states
    np.testing.assert_array_equal(kept.ca, fresh.ca)
    np.testing.assert_array_equal(kept.cb, fresh.cb)


@pytest.mark.slow
def test_the_page_lists_the_chains_and_the_counts(dataset, page):
    block = page[page.index("```text\n") + 8 :].partition("```")[0]
    assert block.split() == dataset.ids
    assert dataset.fingerprint() in page
    for name in dataset.tracks:
        row = re.search(rf"\| `{name}` \| (\d+) \| ([\d,]+) \|", page)
        carried = [protein.tracks[name] for protein in dataset if name in protein.tracks]
        assert int(row[1]) == len(carried)
        if name != "dssp":
            assert int(row[2].replace(",", "")) == sum(track.count("1") for track in carried)
