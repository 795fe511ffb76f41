import json

import numpy as np
import pytest

from planted import planted_proteins
from protlens.contacts.contact_files import CONTACT_FOLDER, ContactFiles
from protlens.contacts.contact_options import ContactOptions
from protlens.contacts.contact_split import ContactSplit
from protlens.contacts.labelled_chains import LabelledChains
from protlens.data.dataset import Dataset
from protlens.models.protocol import ModelInfo
from protlens.output_folders import open_folder
from protlens.pairs.residue_pairs import all_pairs
from protlens.properties.pair import Contact

PROTEINS = planted_proteins(4, per_cluster=2)


@pytest.fixture
def files(tmp_path):
    return ContactFiles(open_folder(tmp_path, CONTACT_FOLDER), ModelInfo("m", "bert", 1, 1, None, "local", "0"), "d")


def pairs_in(path):
    return [line.split() for line in path.read_text().splitlines() if line[:1].isdigit()]


def test_the_best_pairs_are_listed(files):
    protein = PROTEINS[0]
    pairs = all_pairs(len(protein))
    probabilities = np.random.default_rng(0).permutation(len(pairs)) / len(pairs)
    rows = pairs_in(files.write_prediction(protein, pairs, probabilities))
    best = np.argsort(-probabilities)[:300]
    expected = [(pairs.first[i] + 1, pairs.second[i] + 1) for i in best]
    assert [(int(row[0]), int(row[1])) for row in rows] == expected


def test_pairs_without_preference_are_not_listed(files):
    pairs = all_pairs(60)
    assert pairs_in(files.write_prediction(PROTEINS[0], pairs, np.full(len(pairs), 0.03))) == []
    tied = np.where(np.arange(len(pairs)) < 10, 0.5, 0.03)
    assert len(pairs_in(files.write_prediction(PROTEINS[0], pairs, tied))) == 10
    short = PROTEINS[0].cut(8)
    assert len(pairs_in(files.write_prediction(short, all_pairs(8), np.full(3, 0.03)))) == 3


def test_names_that_differ_by_case_have_files_of_their_own(files):
    pairs = all_pairs(60)
    written = {files.write_prediction(PROTEINS[0], pairs, np.zeros(len(pairs))) for _ in range(2)}
    assert len(written) == 2


def test_an_earlier_run_leaves_no_predictions(files):
    chains = LabelledChains(Dataset("d", PROTEINS), Contact(), max_length=100)
    chain = chains[0]
    files.draw_map(chain, np.zeros(len(chain.pairs)), note="note")
    files.write_prediction(chain.protein, chain.pairs, np.zeros(len(chain.pairs)))
    mine = {"mine.rr", "mine.txt", "contact_map-mine.png"}
    for name in mine:
        (files.out / ("figures" if name.endswith("png") else "rr") / name).write_text("kept")
    files.clear()
    assert {path.name for path in files.out.rglob("*") if path.is_file()} == mine


def test_the_record_counts_the_clusters_on_both_sides(files):
    chains = LabelledChains(Dataset("d", PROTEINS), Contact(), max_length=100)
    for draws, shared in ((((0, 1),), 0), (((0, 2),), 1)):
        files.write_split(chains, ContactSplit((3,), draws), options=ContactOptions())
        about = json.loads((files.out / "split.json").read_text())
        assert about["clusters_shared"] == shared
        assert about["clusters"]["p3"] == "c1"
