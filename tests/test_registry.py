from importlib.metadata import EntryPoint

import pytest

from protlens import registry
from protlens.errors import UnknownNameError
from protlens.registry import Registry, nearest, unknown_name


@pytest.fixture
def added(monkeypatch):
    """Two entry points, one under a name that protlens has itself."""
    points = [
        EntryPoint("mine", "string:digits", "protlens.things"),
        EntryPoint("one", "string:hexdigits", "protlens.things"),
    ]
    asked = []

    def entry_points(*, group):
        asked.append(group)
        return points

    monkeypatch.setattr(registry, "entry_points", entry_points)
    return asked


@pytest.fixture
def things(added):
    return Registry("thing", "protlens.things", {"one": 1, "two": 2})


def test_built_in_names_come_first_and_win(things, added):
    assert list(things) == ["one", "two", "mine"]
    assert len(things) == 3
    assert things["one"] == 1
    assert things["mine"] == "0123456789"
    assert added == ["protlens.things"], "looked up once"


def test_a_built_in_name_loads_no_other_package(things, added):
    assert things["two"] == 2
    assert "two" in things
    assert added == []


def test_membership(things):
    assert "mine" in things
    assert "three" not in things
    assert 3 not in things


def test_changing_the_mapping_later_changes_nothing(added):
    names = {"one": 1}
    things = Registry("thing", "protlens.things", names)
    names["two"] = 2
    assert "two" not in things


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("tow", "thing 'tow': not known; did you mean two?"),
        ("TWO", "thing 'TWO': not known; did you mean two?"),
        ("zzzz", "thing 'zzzz': not known; allowed: one, two, mine"),
        ("", "thing '': not known; allowed: one, two, mine"),
    ],
)
def test_an_unknown_name_is_explained(things, asked, message):
    with pytest.raises(UnknownNameError) as caught:
        things[asked]
    assert str(caught.value) == message


def test_the_nearest_names_come_best_first_and_at_most_three():
    names = ["esm2-8m", "esm2-35m", "esm2-650m", "esm2-3b", "ProtBert"]
    close = nearest("esm2-35", names)
    assert close[0] == "esm2-35m"
    assert len(close) == 3
    assert nearest("protbert", names)[0] == "ProtBert"
    assert nearest("xlnet-large", ["albert"]) == []


def test_a_hint_stands_at_the_end():
    error = unknown_name("dataset", "x", ["mini"], hint="or give a path")
    assert str(error) == "dataset 'x': not known; allowed: mini; or give a path"


def test_of_many_names_none_of_them_near_five_are_listed():
    names = [f"{letter}{letter}{letter}" for letter in "abcdefghijklmn"]
    assert str(unknown_name("thing", "zza", names)).startswith("thing 'zza': not known; allowed: aaa, ")
    assert str(unknown_name("thing", "zza", names)).endswith(", and 9 more")
    assert str(unknown_name("thing", "zz", names[:3])).endswith("allowed: aaa, bbb, ccc")
