import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from minis.batches import Batches
from minis.sequences import LETTERS, Sequences, read_sequences

CPU = torch.device("cpu")


def batches(sequences, chosen=None, weights=None, rows=(24, 48), tokens=480, seed=0, positions=512):
    chosen = np.ones(len(sequences), bool) if chosen is None else chosen
    weights = np.ones(len(sequences)) if weights is None else weights
    return Batches(sequences, chosen, weights, rows=rows, tokens=tokens, seed=seed, positions=positions, device=CPU)


def text(row):
    return "".join(LETTERS[code] for code in row)


def test_rows_are_crops_of_the_chosen_sequences_without_padding(fasta):
    found = read_sequences(fasta)
    held = found.held_out(0.25, seed=0)
    letters = text(found.residues)
    allowed = [letters[a:b] for a, b, out in zip(found.starts, found.starts[1:], held, strict=False) if not out]
    made, shapes = batches(found, ~held), set()
    for number in range(20):
        rows = made.draw(number).residues
        shapes.add(tuple(rows.shape))
        for row in rows:
            assert any(text(row) in sequence for sequence in allowed)
    assert shapes == {(20, 22), (10, 46)}


def test_a_batch_depends_on_its_number_and_the_seed_alone(fasta):
    found = read_sequences(fasta)
    ahead, again = batches(found), batches(found)
    drawn = [ahead.draw(number).residues for number in range(5)]
    assert torch.equal(again.draw(4).residues, drawn[4])
    assert torch.equal(again.draw(0).residues, drawn[0])
    first, second = ahead.draw(2).generator, again.draw(2).generator
    assert torch.equal(torch.rand(3, generator=first), torch.rand(3, generator=second))
    assert not any(torch.equal(a, b) for a, b in itertools.pairwise(drawn))
    assert not torch.equal(batches(found, seed=1).draw(4).residues, drawn[4])


def test_sequences_are_drawn_by_their_weights_whatever_their_length():
    """Each letter is a sequence: those of 22 and of 46 residues come from different batches, of 20 and of 10 rows."""
    lengths, weights = np.array([22, 22, 46, 60]), np.array([1.0, 3.0, 2.0, 4.0])
    codes = np.repeat(np.arange(4, dtype=np.uint8), lengths)
    found = Sequences(codes, np.concatenate([[0], lengths.cumsum()]), np.arange(4, dtype=np.int32))
    made, counts = batches(found, weights=weights), Counter()
    for number in range(2000):
        counts.update(made.draw(number).residues[:, 0].tolist())
    shares = np.array([counts[code] for code in range(4)]) / counts.total()
    np.testing.assert_allclose(shares, weights / weights.sum(), atol=0.01)


def test_crops_begin_anywhere_with_equal_chance():
    found = Sequences(np.arange(30, dtype=np.uint8), np.array([0, 30]), np.zeros(1, np.int32))
    made = batches(found, rows=(24,), tokens=2400)
    drawn = [made.draw(number) for number in range(100)]
    first, begins = torch.cat([draw.residues[:, 0] for draw in drawn]), torch.cat([draw.begins for draw in drawn])
    assert torch.equal(first, begins)
    counts = np.bincount(first, minlength=9)
    assert len(counts) == 9
    np.testing.assert_allclose(counts / counts.sum(), 1 / 9, atol=0.01)


def test_sequences_shorter_than_all_rows_are_left_out(fasta):
    found = read_sequences(fasta)
    assert batches(found, rows=(76,)).draw(0).residues.shape == (6, 74)
    with pytest.raises(ValueError, match="98 residues"):
        batches(found, rows=(100,))


def test_what_lies_beyond_the_longest_input_is_never_drawn():
    found = Sequences(np.arange(60, dtype=np.uint8), np.array([0, 60]), np.zeros(1, np.int32))
    made = batches(found, rows=(24, 32, 64), positions=34)
    drawn = torch.cat([made.draw(number).residues for number in range(100)])
    assert drawn.shape[1] == 30
    assert drawn.unique().tolist() == list(range(32))
