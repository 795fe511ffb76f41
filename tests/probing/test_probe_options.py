import pytest

from protlens.errors import OptionError
from protlens.probing.probe_options import ProbeOptions


def test_seeds_follow_the_first():
    assert list(ProbeOptions(seed=4, seeds=3).all_seeds) == [4, 5, 6]


@pytest.mark.parametrize(
    "wrong",
    [{"seeds": 0}, {"residues": 0}, {"pairs": -1}, {"seed": -1}, {"strengths": ()}, {"strengths": (1.0, 0.1)}],
)
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(OptionError, match=next(iter(wrong))):
        ProbeOptions(**wrong)
