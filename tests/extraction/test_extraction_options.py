import pytest

from protlens.errors import OptionError
from protlens.extraction.extraction_options import ExtractionOptions


@pytest.mark.parametrize(
    "options",
    [
        {"threshold": 0.0},
        {"threshold": 1.0},
        {"threshold": float("nan")},
        {"keep_arcs": 0.0},
        {"limit": 0},
        {"max_length": 0},
        {"batch_tokens": 0},
        {"seed": -1},
    ],
)
def test_values_out_of_range_are_refused(options):
    with pytest.raises(OptionError, match=f"{next(iter(options))}.*allowed"):
        ExtractionOptions(**options)
