"""Numbers as text for people."""

import re

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(share: float | None) -> str:
    """Return a share as percent with one decimal, two under one percent; a dash for None."""
    if share is None:
        return NOTHING
    return f"{100 * share:.{2 if 0 < share < 0.00995 else 1}f} %"


def interval(low: float | None, high: float | None) -> str:
    """Return two shares as an interval in percent; a dash if there is none."""
    if low is None or high is None:
        return NOTHING
    return f"{100 * low:.1f} to {100 * high:.1f} %"


def times(ratio: float | None) -> str:
    """Return a ratio with two significant digits; a dash for None."""
    if ratio is None:
        return NOTHING
    return f"{ratio:.0f}" if ratio >= 9.95 else f"{ratio:.1f}" if ratio >= 0.1 else f"{ratio:.2f}"


def probability(value: float | None) -> str:
    """Return a p- or q-value with one significant digit, a small one as a power of ten; a dash for None."""
    if value is None:
        return NOTHING
    if value == 0:
        return "< 10⁻³⁰⁰"
    text = f"{value:.1g}"
    if match := re.fullmatch(r"(\d)e([+-]\d+)", text):
        return f"{match[1]} \N{MULTIPLICATION SIGN} 10{str(int(match[2])).translate(_SUPERSCRIPTS)}"
    return text


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``"1 protein"``, ``"1,200 proteins"``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """Join words as a sentence does: ``"a"``, ``"a and b"``, ``"a, b and c"``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
