import numpy as np
import torch

from protlens.data.protein import AMINO_ACIDS
from protlens.jacobians.jacobian_substitutes import ORDER, Substitutes
from protlens.stats.substitution import blosum62

CODES = {letter: float(place) for place, letter in enumerate(AMINO_ACIDS + "X")}


def answers(sequences):
    """Show each residue as its own number, and as that of the residue before."""
    return torch.tensor(
        [[[CODES[one], CODES[before]] for before, one in zip("X" + s, s, strict=False)] for s in sequences]
    )


def test_the_order_begins_with_leucine_and_goes_on_with_what_is_least_like_those_before():
    def apart(a, b):
        return blosum62(a, a) + blosum62(b, b) - 2 * blosum62(a, b)

    order = ["L"]
    while len(order) < 20:
        left = [letter for letter in AMINO_ACIDS if letter not in order]
        order.append(max(left, key=lambda letter: min(apart(letter, before) for before in order)))
    assert "".join(order) == ORDER


def test_each_position_is_substituted_by_the_first_that_it_is_not_in_batches_that_are_full():
    chain = Substitutes("ALX", 2, answers=answers, at_once=3)
    assert not chain.are_all
    shown = list(chain.changes(range(1, 3)))
    assert [(rows, [AMINO_ACIDS[letter] for letter in letters]) for rows, letters, _ in shown] == [
        ([0, 0, 1], ["W", "D", "L"]),
        ([1], ["W"]),
    ]
    change = torch.cat([part for *_, part in shown]).numpy()
    expected = np.zeros((4, 3, 2))
    for run, (place, old, new) in enumerate([(1, "L", "W"), (1, "L", "D"), (2, "X", "L"), (2, "X", "W")]):
        expected[run, place, 0] = CODES[new] - CODES[old]
        expected[run, place + 1 : place + 2, 1] = CODES[new] - CODES[old]
    assert np.array_equal(change, expected)


def test_nineteen_are_all_unless_a_residue_is_unknown():
    assert Substitutes("AL", 19, answers=answers, at_once=1).are_all
    assert not Substitutes("AL", 18, answers=answers, at_once=1).are_all
    assert not Substitutes("AX", 19, answers=answers, at_once=1).are_all
    assert Substitutes("AX", 20, answers=answers, at_once=1).are_all
