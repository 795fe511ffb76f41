import pytest

from protlens.contacts.contact_options import PRESETS, ContactOptions
from protlens.errors import OptionError


@pytest.mark.parametrize(
    "wrong",
    [{"train": 0}, {"draws": 0}, {"top": 0}, {"test": -1}, {"jacobian": -1}, {"max_length": 0}, {"most_pairs": 0},
     {"inverse_penalty": 0.0}, {"inverse_penalty": float("nan")}],
)  # fmt: skip
def test_what_is_not_allowed_is_refused(wrong):
    with pytest.raises(OptionError, match=f"option {next(iter(wrong))}.*allowed"):
        ContactOptions(**wrong)


def test_the_published_recipe_is_a_preset():
    options = ContactOptions(**PRESETS["rao"])
    assert (options.train, options.top, options.inverse_penalty) == (20, 5, 0.15)
    assert (ContactOptions().top, ContactOptions().inverse_penalty) == (None, None)


def test_a_sweep_needs_its_largest_number_of_proteins():
    assert ContactOptions(train=20, sweep=(1, 50)).most_trained == 50
    with pytest.raises(OptionError, match="option sweep"):
        ContactOptions(sweep=(0,))
