import pytest

from protlens.number_text import (
    NOTHING,
    bare_interval,
    bare_percent,
    coefficient,
    counted,
    interval,
    is_number,
    listed,
    percent,
    percent_range,
    points,
    probability,
    signed,
    times,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.6321, "63.2 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (0.0043, "0.43 %"), (0.00996, "1.0 %"), (None, NOTHING)],
)
def test_percent(share, text):
    assert percent(share) == text
    assert bare_percent(share) == text.removesuffix(" %")


@pytest.mark.parametrize("share", [1e-9, 4.9e-5])
def test_a_share_that_is_not_zero_does_not_read_as_zero(share):
    assert percent(share) == "<0.01 %"


@pytest.mark.parametrize(
    ("ends", "text"), [((0.041, 0.1023), f"4.1{NOTHING}10.2 %"), ((None, 0.5), NOTHING), ((0.5, None), NOTHING)]
)
def test_interval(ends, text):
    assert interval(*ends) == text
    assert bare_interval(*ends) == text.removesuffix(" %")


def test_a_range_is_one_number_where_its_ends_read_the_same():
    assert percent_range(0.012661, 0.012662) == "1.3 %"
    assert percent_range(0.012, 0.0142) == f"1.2{NOTHING}1.4 %"


@pytest.mark.parametrize(
    ("ratio", "text"), [(47.3, "47"), (9.96, "10"), (2.48, "2.5"), (0.95, "0.95"), (0.06, "0.06"), (None, NOTHING)]
)
def test_times(ratio, text):
    assert times(ratio) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0412, "0.041"),
        (0.5, "0.5"),
        (1.0, "1"),
        (0.0041, "0.004"),
        (4.1e-9, "4e-9"),
        (3e-212, "3e-212"),
        (0.0, "<1e-300"),
        (None, NOTHING),
    ],
)
def test_probability(value, text):
    assert probability(value) == text


@pytest.mark.parametrize(("below", "above"), [(0.0469, 0.0531), (0.0494, 0.0506), (0.00944, 0.0104)])
def test_what_lies_on_two_sides_of_a_level_reads_differently(below, above):
    assert probability(below) != probability(above)


def test_differences_have_a_sign():
    assert [points(value) for value in (0.012, -0.03, None)] == ["+1.2", "\N{MINUS SIGN}3.0", NOTHING]
    changes = {0.0123: "+0.012", -0.5: "\N{MINUS SIGN}0.500", 0.00994: "+0.0099", 0.0: "+0.0000", None: NOTHING}
    assert {value: signed(value) for value in changes} == changes
    assert [coefficient(value) for value in (0.5, -0.126, -0.004)] == ["0.50", "\N{MINUS SIGN}0.13", "0.00"]


@pytest.mark.parametrize(
    "text", [percent(0.5), percent(0), percent(None), percent(1e-9), points(-0.1), points(0.1), probability(0), "12-4"]
)
def test_a_column_of_numbers_is_known(text):
    assert is_number(text)


@pytest.mark.parametrize("text", ["", "attention", "Trp (W)"])
def test_words_are_no_numbers(text):
    assert not is_number(text)


def test_counted_and_listed():
    assert counted(1, "protein") == "1 protein"
    assert counted(1200, "protein") == "1,200 proteins"
    assert counted(2, "property", "properties") == "2 properties"
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
