"""Numbers as text for people: the one way in which each kind is written, on the terminal, in a report, in a figure.

The page writes them the same way (``frontend/src/data/text.ts``); ``tests/text_examples.json`` holds both to it.
"""

from collections.abc import Sequence

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""

_MINUS = "\N{MINUS SIGN}"


def percent(share: float | None) -> str:
    """Return a share as percent: ``"63.2 %"``; see :func:`bare_percent`."""
    return NOTHING if share is None else f"{bare_percent(share)} %"


def bare_percent(share: float | None) -> str:
    """Return a share in percent without the sign, for a column that bears it.

    One decimal, two under one percent; what is not zero but would read so is ``"<0.01"``; a dash for None.
    """
    if share is None:
        return NOTHING
    if 0 < share < 0.00005:
        return "<0.01"
    return f"{100 * share:.{2 if 0 < share < 0.00995 else 1}f}"


def interval(low: float | None, high: float | None) -> str:
    """Return two shares as an interval in percent, an en dash between them; a dash alone if there is none."""
    return NOTHING if low is None or high is None else f"{bare_interval(low, high)} %"


def bare_interval(low: float | None, high: float | None) -> str:
    """Return the same without the sign, for a column that bears it."""
    if low is None or high is None:
        return NOTHING
    return f"{bare_percent(low)}{NOTHING}{bare_percent(high)}"


def percent_range(low: float, high: float) -> str:
    """Return the range of shares as an interval in percent, or one number where its ends read the same."""
    return percent(low) if bare_percent(low) == bare_percent(high) else interval(low, high)


def points(difference: float | None) -> str:
    """Return a difference of shares in percentage points, with its sign: ``"+1.2"``; a dash for None."""
    return NOTHING if difference is None else f"{100 * difference:+.1f}".replace("-", _MINUS)


def signed(change: float | None) -> str:
    """Return a change with its sign and three decimals, four where it is smaller than 0.01; a dash for None."""
    if change is None:
        return NOTHING
    return f"{change:+.{3 if abs(change) >= 0.00995 else 4}f}".replace("-", _MINUS)


def ratio_difference(difference: float | None) -> str:
    """Return a difference of ratios with its sign and two decimals: ``"+0.35"``; a dash for None."""
    return NOTHING if difference is None else f"{difference:+.2f}".replace("-", _MINUS)


def coefficient(value: float) -> str:
    """Return a correlation with two decimals; what is rounded to nothing has no sign."""
    return f"{value:z.2f}".replace("-", _MINUS)


def times(ratio: float | None) -> str:
    """Return a ratio: two decimals under two, where they tell an excess from none, then one, then none from ten on."""
    if ratio is None:
        return NOTHING
    return f"{ratio:.2f}" if ratio < 1.995 else f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}"


def probability(value: float | None) -> str:
    """Return a p- or q-value as tables of sequence searches write it: ``"0.053"``, ``"3e-24"``; a dash for None.

    Two significant digits from 0.01 on, where they decide on which side of a level a value lies, else one.
    """
    if value is None:
        return NOTHING
    if value == 0:
        return "<1e-300"
    mantissa, mark, exponent = f"{value:.{2 if value >= 0.00995 else 1}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else mantissa


def is_number(text: str) -> bool:
    """Return whether a text is one of these: whether a column that holds it is set to the right."""
    return text[:1].isdigit() or text.startswith(("<", "+", _MINUS, NOTHING))


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``"1 protein"``, ``"1,200 proteins"``."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def count(number: int | None) -> str:
    """Return how many there are, in groups of three digits: ``"12,345"``; a dash for None."""
    return NOTHING if number is None else f"{number:,}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: ``"a"``, ``"a and b"``, ``"a, b and c"``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
