"""The house keeps its rules, and each rule can be broken: by a made-up house of a few lines."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import house

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src"
PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "api.md")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENTRIES = {target.partition(":")[0] for target in PROJECT["scripts"].values()}

PAIRS = {
    "calibration.py": "stats makes the table that plots draws",
    "catalog.py": "data has the bundled datasets, models the known models",
    "dataset.py": "data has the dataset, cli the commands of that name",
    "examples.py": "explorer opens them, cli has the command of that name",
    "heads.py": "one names heads, cli has the command of that name",
    "layers.py": "stats makes the table that plots draws",
    "profile.py": "stats makes the table that plots draws",
    "report.py": "report writes it, cli has the command of that name",
}
"""Files of one name in two rooms, and why the two belong together."""

RULES: dict[str, Callable[[Path], list[str]]] = {
    "basenames": lambda folder: house.shared_basenames(folder, PAIRS if folder == SOURCES else {}),
    "types": house.shared_types,
    "unused": lambda folder: house.unused_modules(folder, ENTRIES),
    "functions": house.long_functions,
    "modules": house.long_modules,
    "forwards": house.forwarding_modules,
}

BROKEN: dict[str, tuple[dict[str, str], list[str]]] = {
    "basenames": ({"a/x.py": "", "b/x.py": "", "c/y.py": ""}, ["x.py: p/a, p/b"]),
    "types": (
        {
            "a.py": "class One: ...\nTwo = dict[str, int]\nTHREE = 3",
            "b.py": "class One: ...\nTwo: type = int\nTHREE = 3",
        },
        ["One: p.a, p.b", "Two: p.a, p.b"],
    ),
    "unused": (
        {
            **dict.fromkeys(["a", "b", "c", "d", "e", "idle"], "x = 1"),
            "__init__.py": "from p import a\nimport p.b",
            "__init__.pyi": "from .c import x as x",
            "f.py": "FAMILIES = {'d': 'p.d:x'}",
            "room/g.py": "from ..e import x\nfrom .. import f",
            "idle.py": "import p.idle, p.room.g",
        },
        ["p.idle"],
    ),
    "functions": (
        {
            "a.py": 'def fits():\n    """Fit.\n\n    With a word."""\n' + "    1\n" * 59,
            "b.py": 'class A:\n    async def long(self):\n        """Last."""\n' + "        1\n" * 60,
        },
        ["p.b.long: 61 lines"],
    ),
    "modules": ({"fits.py": "1\n" * 400, "long.py": "1\n" * 401}, ["p.long: 401 lines"]),
    "forwards": (
        {
            "a.py": '"""Nothing."""\nfrom p.b import X, Y\nOld = X\n__all__ = ["X"]',
            "b.py": "from p.a import X\nY = X + 1",
            "__init__.py": "from p.a import X",
        },
        ["p.a"],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(rule):
    assert RULES[rule](SOURCES) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_house_that_breaks_the_rule_is_noticed(tmp_path, rule):
    files, broken = BROKEN[rule]
    build(tmp_path, files)
    assert RULES[rule](tmp_path) == broken


def build(folder, files):
    for name, text in files.items():
        path = folder / "p" / (name if "." in name else f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_name_in_three_rooms_and_a_pair_that_is_none_are_noticed(tmp_path):
    build(tmp_path, {"a/x.py": "", "b/x.py": "", "c/x.py": "", "a/y.py": "", "b/z.py": ""})
    assert house.shared_basenames(tmp_path, {"x.py": "a reason", "y.py": "a reason"}) == [
        "x.py: p/a, p/b, p/c",
        "y.py: listed, but no pair",
    ]


def test_every_public_name_stands_in_the_documentation():
    assert house.undocumented(SOURCES / "protlens" / "__init__.pyi", PAGES, "protlens") == []


def test_a_public_name_without_a_page_is_noticed(tmp_path):
    (tmp_path / "__init__.pyi").write_text("from .a import one as one, two as two\nfrom .b import _three as _three")
    (tmp_path / "page.md").write_text("`p.one` is one of `p.ones`; what `two` is, nobody says: p.twofold.")
    assert house.undocumented(tmp_path / "__init__.pyi", [tmp_path / "page.md"], "p") == ["two"]
