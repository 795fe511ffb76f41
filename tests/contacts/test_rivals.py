import numpy as np
import pytest

from planted import planted_proteins
from protlens.contacts.labelled_chains import label_chain
from protlens.contacts.rivals import check_complete, rate_rival, read_rival, rival_scores
from protlens.data.formats.casp_rr import write_rr
from protlens.errors import DatasetError
from protlens.pairs.precision import contact_precision
from protlens.properties.pair import Contact

PROTEINS = planted_proteins(3)
CHAINS = [label_chain(protein, Contact()) for protein in PROTEINS]


def write(folder, protein, pairs, probabilities, *, sequence=None):
    folder.mkdir(exist_ok=True)
    write_rr(
        folder / f"{protein.id}.rr", sequence or protein.sequence, np.array(pairs), np.array(probabilities),
        target=protein.id, method="another program",
    )  # fmt: skip


def test_listed_pairs_are_ranked_and_all_others_come_after(tmp_path):
    rng, dense = np.random.default_rng(0), {}
    for protein in PROTEINS:
        length = len(protein)
        cells = rng.choice(length * length, 400, replace=False)
        pairs = [(cell // length, cell % length) for cell in cells if cell // length < cell % length]
        scores = rng.random(len(pairs)).round(6)
        write(tmp_path / "them", protein, pairs, scores)
        dense[protein.id] = np.zeros((length, length)) - 1
        for (first, second), score in zip(pairs, scores, strict=True):
            dense[protein.id][first, second] = dense[protein.id][second, first] = score
    predictions = read_rival(tmp_path / "them", name="them")
    rated = rate_rival(predictions, CHAINS)
    for protein in PROTEINS:
        touch = Contact().mask(protein)
        expected = contact_precision(dense[protein.id], touch.holds, touch.known)["precision"].to_list()
        assert rated.filter(protein=protein.id)["precision"].to_list() == pytest.approx(expected)


def test_the_truth_as_prediction_is_right(tmp_path):
    for chain in CHAINS:
        pairs = np.column_stack([chain.pairs.first, chain.pairs.second])[chain.contacts]
        write(tmp_path / "truth", chain.protein, pairs, np.ones(len(pairs)))
    rated = rate_rival(read_rival(tmp_path / "truth", name="truth"), CHAINS).filter(range="all", k="L/5")
    assert rated["precision"].to_list() == [1.0, 1.0, 1.0]


def test_what_does_not_belong_is_refused(tmp_path):
    with pytest.raises(DatasetError, match=r"no file that ends in \.rr"):
        read_rival(tmp_path, name="them")
    write(tmp_path / "them", PROTEINS[0], [(0, 9)], [0.5])
    predictions = read_rival(tmp_path / "them", name="them")
    with pytest.raises(DatasetError, match=r"no file for 2 of 3 test proteins \(p1, p2\).*test.fasta"):
        check_complete(predictions, [protein.id for protein in PROTEINS], name="them")
    with pytest.raises(DatasetError, match=r"a sequence of 60 residues; allowed: that of the dataset, 61"):
        rival_scores(predictions["p0"], CHAINS[1])
    write(tmp_path / "them", PROTEINS[0], [(0, 70)], [0.5], sequence="A" * 80)
    with pytest.raises(DatasetError, match="a sequence of 80 residues"):
        rival_scores(read_rival(tmp_path / "them", name="them")["p0"], CHAINS[0])
    (tmp_path / "them" / "twice.rr").write_text("TARGET p0\n1 9 0 8 0.5\n")
    with pytest.raises(DatasetError, match="two files for p0"):
        read_rival(tmp_path / "them", name="them")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "p0.rr").write_text("TARGET p0\n1 90 0 8 0.5\n")
    with pytest.raises(DatasetError, match="residue 90; allowed: 1 to 60"):
        rival_scores(read_rival(tmp_path / "far", name="far")["p0"], CHAINS[0])
