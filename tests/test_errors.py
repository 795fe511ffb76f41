import inspect

import pytest

from protlens import errors
from protlens.errors import ProtlensError, explain


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "threshold"),
        ({"found": "2"}, "threshold: 2"),
        ({"allowed": "0 to 1"}, "threshold; allowed: 0 to 1"),
        ({"allowed": ["a", "b"]}, "threshold; allowed: a, b"),
        ({"allowed": (name for name in "ab")}, "threshold; allowed: a, b"),
        ({"hint": "try less"}, "threshold; try less"),
        ({"found": "", "allowed": [], "hint": ""}, "threshold: ; allowed: ;"),
        ({"found": "2", "allowed": "0 to 1", "hint": "try less"}, "threshold: 2; allowed: 0 to 1; try less"),
        ({"found": "line one\n  line two\ttab"}, "threshold: line one line two tab"),
    ],
)
def test_a_message_is_one_line(arguments, message):
    assert explain("threshold", **arguments) == message


def test_every_error_is_in_the_tree_that_the_module_draws():
    found = {
        name: value
        for name, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, Exception) and not issubclass(value, Warning) and value.__module__ == errors.__name__
    }
    assert len(found) == 10
    for name, error in found.items():
        assert issubclass(error, ProtlensError)
        assert name in errors.__doc__
        assert error.__doc__
    drawn = {word for word in errors.__doc__.replace("├──", "").split() if word.endswith("Error")}
    assert drawn == found.keys()


def test_an_expected_error_is_no_python_error():
    """``except ValueError`` around a call of the package does not swallow what the user has to read."""
    assert ProtlensError.__bases__ == (Exception,)


def test_a_line_repeats_little_of_a_long_input():
    line = explain("sequence " + "A" * 10**6, found="B" * 10**5, allowed="C", hint="shorten it")
    assert len(line) < 450
    assert line.startswith("sequence AAA")
    assert line.endswith("; allowed: C; shorten it")
