import pytest
import torch

from protlens.attention.memory import within_memory


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
