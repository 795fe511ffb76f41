import numpy as np
import pytest
from minis.sequences import LETTERS, UNKNOWN, Sequences, read_sequences


def write(path, text):
    path.write_text(text)
    return path


def test_residues_of_a_fasta_file_stand_end_to_end_and_odd_letters_become_x(tmp_path):
    found = read_sequences(write(tmp_path / "a.fasta", ">a\nACD\nw\n>b x c50=a y\nUBZJOX\n>c\nYY\n"))
    assert "".join(LETTERS[code] for code in found.residues) == "ACDW" + "XXXXXX" + "YY"
    assert found.starts.tolist() == [0, 4, 10, 12]
    assert found.clusters.tolist() == [0, 0, 1]
    assert UNKNOWN == 20


def test_small_clusters_are_left_out_and_the_others_renumbered(tmp_path):
    text = ">a c50=r\nAC\n>b c50=s\nDE\n>c c50=s\nFG\n"
    found = read_sequences(write(tmp_path / "a.fasta", text), least_cluster=2)
    assert "".join(LETTERS[code] for code in found.residues) == "DEFG"
    assert found.clusters.tolist() == [0, 0]
    with pytest.raises(ValueError, match="no cluster"):
        read_sequences(tmp_path / "a.fasta", least_cluster=3)


def test_a_cluster_weighs_as_its_size_to_a_power(fasta):
    found = read_sequences(fasta)
    weights = found.weights(0.5)
    of_clusters = np.bincount(found.clusters, weights)
    np.testing.assert_allclose(of_clusters, np.sqrt(np.bincount(found.clusters)))
    assert len(np.unique(weights[found.clusters == 8])) == 1


def test_what_is_chosen_is_described(tmp_path):
    found = read_sequences(write(tmp_path / "a.fasta", ">a c50=r\nACD\n>b c50=r\nDE\n>c c50=s\nFG\n"))
    assert found.describe(found.clusters == 0) == "2 sequences (0.0 million residues) of 1 clusters"


def test_whole_clusters_are_held_out(fasta):
    found = read_sequences(fasta)
    held = found.held_out(0.25, seed=3)
    inside = set(found.clusters[held])
    assert len(inside) == 3
    assert not inside & set(found.clusters[~held])
    assert (found.held_out(0.25, seed=3) == held).all()
    assert (found.held_out(0.25, seed=4) != held).any()
    assert len(set(found.clusters[found.held_out(0.0, seed=3)])) == 1


def test_written_and_read_again(fasta, tmp_path):
    found = read_sequences(fasta)
    found.write(tmp_path / "sequences.npz")
    again = Sequences.read(tmp_path / "sequences.npz")
    for name in ("residues", "starts", "clusters"):
        before, after = getattr(found, name), getattr(again, name)
        assert before.dtype == after.dtype
        assert (before == after).all()
