import numpy as np
import pytest
import torch

from protlens.errors import ModelError
from protlens.models.mask_reach import reach_of
from protlens.reach import EVERYWHERE, Reach

REACHES = [EVERYWHERE, Reach(None, 0), Reach(0, None), Reach(3, 3), Reach(7, 0), Reach(0, 0), Reach(2, 5)]


def _plain(reach: Reach, length: int) -> np.ndarray:
    """Which residue sees which, a pair at a time."""
    pairs = np.zeros((length, length), bool)
    for query in range(length):
        for key in range(length):
            back = reach.back is None or query - key <= reach.back
            ahead = reach.ahead is None or key - query <= reach.ahead
            pairs[query, key] = back and ahead
    return pairs


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("length", [1, 2, 5, 20])
def test_pairs_and_queries_are_those_counted_one_at_a_time(reach: Reach, length: int) -> None:
    plain = _plain(reach, length)
    assert (reach.pairs(length) == plain).all()
    assert reach.queries(length).tolist() == plain.sum(0).tolist()


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("length", [1, 2, 5, 20])
def test_a_reach_is_found_in_its_mask(reach: Reach, length: int) -> None:
    found = reach_of(torch.from_numpy(_plain(reach, length)))
    assert found == reach.within(length)
    assert (found.pairs(length) == reach.pairs(length)).all()


def test_blocks_are_refused() -> None:
    position = torch.arange(12)
    blocks = (position[:, None] // 4 == position // 4) & (position[:, None] >= position)
    with pytest.raises(ModelError, match="not the same for each residue"):
        reach_of(blocks)
