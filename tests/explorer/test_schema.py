"""Documents have the keys and types that are declared, in Python and in TypeScript."""

import json
import re
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from protlens.explorer import schema as documents
from protlens.explorer.schema import Arcs, Gallery, Heads, Index, ProteinDocument, Proteins, Start
from protlens.scene.backdrop import STYLE

TYPESCRIPT = Path(__file__).parents[2] / "frontend" / "src" / "data" / "documents.ts"


def mismatch(value, kind, place="document"):
    """Return where a value is not of a declared type, None if it is."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return None
    if origin is NotRequired:
        return mismatch(value, arguments[0], place)
    if origin in (Union, UnionType):
        found = [mismatch(value, one, place) for one in arguments]
        return None if None in found else found[0]
    if origin is Literal:
        return None if value in arguments else f"{place}: {value!r}"
    if is_typeddict(kind):
        return _keys(value, kind, place) or _first(
            mismatch(value[name], one, f"{place}.{name}") for name, one in get_type_hints(kind).items() if name in value
        )
    if origin is list:
        wrong = _type(value, list, place)
        return wrong or _first(mismatch(one, arguments[0], f"{place}[{i}]") for i, one in enumerate(value))
    if origin is tuple:
        pairs = zip(value, arguments, strict=True) if type(value) is tuple else ()
        return _type(value, tuple, place) or _first(mismatch(v, one, place) for v, one in pairs)
    if origin is dict:
        return _type(value, dict, place) or _first(
            mismatch(key, arguments[0], place) or mismatch(one, arguments[1], f"{place}[{key!r}]")
            for key, one in value.items()
        )
    return _type(value, kind, place)


def _type(value, kind, place):
    return None if type(value) is kind else f"{place}: {type(value).__name__} for {kind}"


def _keys(value, kind, place):
    if kind.__required_keys__ <= value.keys() <= kind.__annotations__.keys():
        return None
    return f"{place}: {sorted(value)} for {sorted(kind.__annotations__)}"


def _first(found):
    return next((one for one in found if one is not None), None)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"query": [1], "key": [True]}, documents.Pairs),
        ({"query": [1]}, documents.Pairs),
        ({"query": [1], "key": [], "more": 1}, documents.Pairs),
        ({"id": "a", "residues": 1.0, "placed": True}, documents.ProteinEntry),
        ([1, "a"], list[int]),
        ({"a": None}, dict[str, str]),
        ("other", Literal["matched"]),
        ((1.0, 2.0, 3), tuple[float, float, float]),
        (None, float),
        (NoneType, None | int),
    ],
)
def test_what_is_not_of_its_type_is_found(value, kind):
    assert mismatch(value, kind) is not None


def labels(run):
    return [f"{layer + 1}-{head + 1}" for layer in range(run.layers) for head in range(run.heads)]


def all_documents(explorer):
    yield "index", {}, Index
    for name in list(explorer.run.manifest.properties)[:5]:
        for mode in ("matched", "paper"):
            yield "heads", {"property": name, "mode": mode}, Heads
    for query in ("", "toy", "none"):
        yield "proteins", {"query": query}, Proteins
    yield "proteins", {"property": "contact", "head": "1-1", "labelled": "yes"}, Proteins
    yield "example", {"property": "contact", "mode": "paper"}, Start
    for entry in explorer.entries():
        yield "protein", {"id": entry["id"]}, ProteinDocument
        yield "gallery", {"protein": entry["id"]}, Gallery
        for label in labels(explorer.run):
            yield "arcs", {"protein": entry["id"], "head": label}, Arcs


def test_each_document_is_what_it_is_declared_to_be_and_plain_json(explorer):
    count = 0
    for name, parameters, kind in all_documents(explorer):
        document = explorer.document(name, parameters)
        assert mismatch(document, kind, f"{name} {parameters}") is None
        json.dumps(document, allow_nan=False)
        count += 1
    assert count == 1 + 5 * 2 + 5 + 7 * (2 + 6)


def python_keys(kind):
    """Return the keys of a TypedDict and of those within it; what is not declared further has none."""
    if is_typeddict(kind):
        return {name: python_keys(one) for name, one in get_type_hints(kind).items()}
    found = [python_keys(one) for one in get_args(kind) if one is not NoneType]
    return next((keys for keys in found if keys), {})


def typescript_keys(text):
    """Return the keys of each interface, and of what is declared within it in braces."""
    interfaces: dict[str, dict] = {}
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    stack: list[dict] = []
    for token in re.finditer(r"interface (\w+)|(\w+)\??:|([{}])", text):
        if token[1]:
            last = interfaces.setdefault(token[1], {})
        elif token[2] and stack:
            last = stack[-1].setdefault(token[2], {})
        elif token[3] == "{":
            stack.append(last)
        elif token[3] == "}" and stack:
            stack.pop()
    return interfaces


def without(keys, *places):
    return {name: {} if name in places else inner for name, inner in keys.items()}


@pytest.mark.parametrize(
    "kind", [Index, Heads, Proteins, ProteinDocument, Arcs, Gallery], ids=lambda kind: kind.__name__
)
def test_typescript_declares_the_same_keys(kind):
    interfaces = typescript_keys(TYPESCRIPT.read_text(encoding="utf-8"))
    assert without(interfaces[kind.__name__], "model", "dataset") == python_keys(kind)


def test_what_python_leaves_open_has_the_keys_that_typescript_declares(explorer):
    interfaces, index = typescript_keys(TYPESCRIPT.read_text(encoding="utf-8")), explorer.index()
    assert interfaces["Index"]["model"].keys() == index["model"].keys()
    assert interfaces["Index"]["dataset"].keys() == index["dataset"].keys()
    assert interfaces["SceneStyle"].keys() == index["style"].keys() == STYLE.keys()


def test_a_missing_key_would_be_seen():
    text = TYPESCRIPT.read_text(encoding="utf-8")
    assert typescript_keys(text.replace("complete_from", "complete"))["Arcs"] != python_keys(Arcs)
    assert typescript_keys(text.replace("ci_low", "low"))["Heads"] != python_keys(Heads)
