import pytest

from protlens.number_text import NOTHING, counted, interval, listed, percent, probability, times


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.6321, "63.2 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (0.0043, "0.43 %"), (0.00996, "1.0 %"), (None, NOTHING)],
)
def test_percent(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(("ends", "text"), [((0.041, 0.1023), "4.1 to 10.2 %"), ((None, 0.5), NOTHING)])
def test_interval(ends, text):
    assert interval(*ends) == text


@pytest.mark.parametrize(
    ("ratio", "text"), [(47.3, "47"), (9.96, "10"), (2.48, "2.5"), (0.95, "0.9"), (0.06, "0.06"), (None, NOTHING)]
)
def test_times(ratio, text):
    assert times(ratio) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0412, "0.04"),
        (0.5, "0.5"),
        (1.0, "1"),
        (4.1e-9, "4 \N{MULTIPLICATION SIGN} 10⁻⁹"),
        (3e-212, "3 \N{MULTIPLICATION SIGN} 10⁻²¹²"),
        (0.0, "< 10⁻³⁰⁰"),
        (None, NOTHING),
    ],
)
def test_probability(value, text):
    assert probability(value) == text


def test_counted_and_listed():
    assert counted(1, "protein") == "1 protein"
    assert counted(1200, "protein") == "1,200 proteins"
    assert counted(2, "property", "properties") == "2 properties"
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
