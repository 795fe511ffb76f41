"""Write docs/api.md from the docstrings of the public names; a test fails when the page is out of date.

python scripts/write_api_reference.py

Public is what ``protlens`` and the rooms under it export: what their stub (``__init__.pyi``) or ``__all__`` names. The
source is read, not imported, so that the page is the same whatever is installed.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "api.md"
HEAD = """<!-- Made by scripts/write_api_reference.py; do not edit. -->

# The Python interface

What `import protlens` gives, room by room, from the docstrings of the code. Names such as `protlens.analyze` are there
at once; a name with a room in it, as `protlens.data.NAME`, is for those who add a model, a property or a dataset of
their own. Every error that a user can meet is a `protlens.ProtlensError`. The examples follow an `import protlens`;
their files are those of `tests/data_files`, and `protlens-run` holds a run of three proteins.
"""
NO_FACE = {"cli"}
ROLE = re.compile(r":(?:class|func|data|meth|mod|attr):`~?([^`]+)`")
WIDTH = 100


def public_names() -> dict[str, griffe.Object]:
    """Return every public name as one writes it, ``protlens.NAME`` or ``protlens.ROOM.NAME``, with what it stands for.

    What is exported by protlens itself and by a room stands once, under the shorter name.
    """
    package = griffe.load("protlens", search_paths=[ROOT / "src"], docstring_parser="numpy", allow_inspection=False)
    rooms = [room for room in package.modules.values() if room.is_init_module and room.name not in NO_FACE]
    names: dict[str, griffe.Object] = {}
    for module in (package, *rooms):
        for name, target in _exports(module):
            if target not in names.values():
                names[f"{module.path}.{name}"] = target
    return names


def reference() -> str:
    """Return the page."""
    names = public_names()
    anchors = {target.path: _anchor(_title(name, target)) for name, target in names.items()}
    if len(set(anchors.values())) < len(anchors):
        raise ValueError("two headings would have one anchor")

    def linked(text: str) -> str:
        return ROLE.sub(lambda role: _link(role[1], anchors), text)

    rooms: dict[str, list[str]] = {}
    for name, target in names.items():
        rooms.setdefault(target.path.split(".")[1], []).append(name)
    parts = [HEAD, *_overview(rooms, names, anchors, linked)]
    for room in sorted(rooms):
        parts.append(f"## {room}\n")
        parts += [_entry(name, names[name], linked) for name in sorted(rooms[room], key=str.lower)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip() + "\n"


def _exports(module: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    for name, member in sorted(module.members.items()):
        listed = module.exports is None or name in module.exports
        if listed and not name.startswith("_") and member.is_alias and member.target_path.startswith("protlens."):
            target = member.final_target
            if not target.is_module:
                yield name, target


def _overview(
    rooms: dict[str, list[str]], names: dict[str, griffe.Object], anchors: dict[str, str], linked: Callable[[str], str]
) -> Iterator[str]:
    for room in sorted(rooms):
        yield f"\n**[{room}](#{room})**\n"
        for name in sorted(rooms[room], key=str.lower):
            yield f"* [`{name}`](#{anchors[names[name].path]}): {_sentence(linked(_summary(names[name])))}"
    yield ""


def _entry(name: str, target: griffe.Object, linked: Callable[[str], str]) -> str:
    lines = [f"### {_title(name, target)}", ""]
    if target.is_function or target.is_class:
        lines += ["```python", _signature(name, target), "```", ""]
    for section in target.docstring.parsed if target.docstring else ():
        lines += [*_section(section, linked), ""]
    if target.is_class:
        lines += _members(target, linked)
    return "\n".join(lines)


def _section(section: griffe.DocstringSection, linked: Callable[[str], str]) -> list[str]:
    if section.kind is griffe.DocstringSectionKind.text:
        return [linked(section.value)]
    if section.kind is griffe.DocstringSectionKind.examples:
        code = [f"```pycon\n{text}\n```" if kind.value == "examples" else linked(text) for kind, text in section.value]
        return ["\n\n".join(code)]
    return [f"*{section.kind.value.capitalize()}*", "", *_items(section, linked)]


def _items(section: griffe.DocstringSection, linked: Callable[[str], str]) -> Iterator[str]:
    """One line for each description; names that share one stand together."""
    shared: dict[str, list[str]] = {}
    for item in section.value:
        words = getattr(item, "name", "") or str(item.annotation).strip("()")
        shared.setdefault(" ".join(item.description.split()), []).extend(words.split(", "))
    for text, words in shared.items():
        yield f"* {', '.join(f'`{word}`' for word in words)}: {linked(text)}"


def _members(target: griffe.Object, linked: Callable[[str], str]) -> list[str]:
    """Return a list of public methods and properties, each with its docstring's first paragraph."""
    lines = []
    for name, member in target.members.items():
        if name.startswith("_") or member.is_alias or not member.docstring:
            continue
        shown = _signature(name, member, width=10_000) if member.is_function else name
        lines.append(f"* `{shown}`: {linked(_summary(member))}")
    return ["*Members*", "", *lines, ""] if lines else []


def _signature(name: str, target: griffe.Object, width: int = WIDTH) -> str:
    """Return how to call a function or a class, on one line or with one parameter a line."""
    words, kinds = [], griffe.ParameterKind
    for parameter in target.parameters:
        if parameter.name in {"self", "cls"}:
            continue
        if parameter.kind is kinds.keyword_only and not any(word.startswith("*") for word in words):
            words.append("*")
        stars = {kinds.var_positional: "*", kinds.var_keyword: "**"}.get(parameter.kind, "")
        annotation = f": {parameter.annotation}" if parameter.annotation is not None else ""
        required = parameter.default is None or stars
        words.append(f"{stars}{parameter.name}{annotation}" + ("" if required else f" = {_default(parameter, target)}"))
    result = f" -> {target.returns}" if target.is_function and target.returns is not None else ""
    line = f"{name}({', '.join(words)}){result}"
    if len(line) <= width or not words:
        return line
    return "\n".join([f"{name}(", *(f"    {word}," for word in words), f"){result}"])


def _default(parameter: griffe.Parameter, target: griffe.Object) -> str:
    """Return a default; that of a named constant of the package is its value."""
    if isinstance(parameter.default, griffe.ExprName):
        try:
            constant = target.modules_collection[parameter.default.canonical_path]
        except KeyError:
            return str(parameter.default)
        constant = constant.final_target if constant.is_alias else constant
        if constant.is_attribute and constant.value is not None:
            return str(constant.value)
    return str(parameter.default)


def _title(name: str, target: griffe.Object) -> str:
    return f"class {name}" if target.is_class else name


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _link(path: str, anchors: dict[str, str]) -> str:
    name = path.rpartition(".")[2]
    for home, anchor in anchors.items():
        if home.rpartition(".")[2] == name:
            return f"[`{name}`](#{anchor})"
    return f"`{name}`"


def _summary(target: griffe.Object) -> str:
    """Return the first paragraph of a docstring as one line."""
    text = target.docstring.parsed[0].value if target.docstring else ""
    return " ".join(text.split("\n\n")[0].split())


def _sentence(text: str) -> str:
    """Return the first sentence."""
    return re.split(r"(?<=[.:;]) (?=[A-Z])", text, maxsplit=1)[0]


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
