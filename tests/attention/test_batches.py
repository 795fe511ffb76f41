import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from protlens.attention.batches import length_batches, within_memory


@given(st.lists(st.integers(1, 600), max_size=60), st.integers(1, 2000))
def test_every_protein_once_within_the_budget_longest_first(lengths, tokens):
    batches = length_batches(lengths, tokens)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or longest * len(batch) <= tokens
    order = [lengths[i] for batch in batches for i in batch]
    assert order == sorted(order, reverse=True)


def _fail(error):
    def compute():
        raise error

    return compute


def test_what_fits_is_returned():
    assert within_memory(lambda: 3) == 3


def test_a_real_allocation_that_does_not_fit_gives_nothing():
    assert within_memory(lambda: torch.empty(2**50)) is None


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory")])
def test_errors_of_memory_give_nothing(error):
    assert within_memory(_fail(error)) is None


@pytest.mark.parametrize("error", [RuntimeError("shapes do not match"), ValueError("no")])
def test_other_errors_are_raised(error):
    with pytest.raises(type(error), match=str(error)):
        within_memory(_fail(error))
