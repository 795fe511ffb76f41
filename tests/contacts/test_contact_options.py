import pytest

from protlens.contacts.contact_options import ContactOptions
from protlens.errors import OptionError


@pytest.mark.parametrize(
    "wrong",
    [{"train": 0}, {"draws": 0}, {"top": 0}, {"test": -1}, {"jacobian": -1}, {"max_length": 0}, {"most_pairs": 0},
     {"inverse_penalty": 0.0}, {"inverse_penalty": float("nan")}],
)  # fmt: skip
def test_what_is_not_allowed_is_refused(wrong):
    with pytest.raises(OptionError, match=f"option {next(iter(wrong))}.*allowed"):
        ContactOptions(**wrong)


def test_defaults_are_the_published_recipe():
    options = ContactOptions()
    assert (options.train, options.inverse_penalty) == (20, 0.15)
