import base64
import gzip
import hashlib
import json
import os
import re

import numpy as np
import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from html_elements import Elements
from protlens.errors import PageError
from protlens.page import hosting as assets
from protlens.page.single_file import (
    ALL,
    FEATURED_ARCS,
    LEVELS,
    MAIN,
    Kept,
    document_key,
    freeze,
    pack,
    page_text,
    strongest,
    templates,
    write_page,
)


def test_what_is_put_in_is_text():
    shown = templates("protlens.web").get_template("page.html").render(title="<script>alert(1)</script>")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_what_a_template_asks_for_must_be_given():
    with pytest.raises(UndefinedError):
        templates("protlens.web").get_template("page.html").render()


HOSTILE = ['<script>alert("x")</script>', "a'b\"c", "../../etc/passwd", "\N{LINE SEPARATOR}\t\\", "x" * 10_000]

PROGRAMS = {"page.js": b"export default 1;", "viewer.js": b"export const a = '</script>';", "page.css": b"a > b{}"}


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    folder = tmp_path / "assets"
    folder.mkdir()
    for name, content in PROGRAMS.items():
        (folder / name).write_bytes(content)
    monkeypatch.setattr(assets, "ASSETS", folder)
    return folder


def unpacked(text):
    return gzip.decompress(base64.b64decode(text, validate=True))


def test_the_file_carries_documents_and_programs_that_come_out_as_they_went_in(tmp_path):
    documents = {document_key("protein", {"id": name}): {"id": name} for name in HOSTILE}
    write_page(tmp_path / "page.html", {MAIN: pack(documents)}, title="t")
    carried = {
        attributes["id"]: unpacked(text)
        for attributes, text in Elements((tmp_path / "page.html").read_text("utf-8")).all("script")
        if attributes["type"] == "application/octet-stream"
    }
    assert json.loads(carried.pop(MAIN)) == documents
    assert carried == {"protlens-page-js": PROGRAMS["page.js"], "protlens-viewer-js": PROGRAMS["viewer.js"]}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_title_and_texts_around_the_page_are_text(tmp_path, hostile):
    before = Markup("<h1>{}</h1>").format(hostile)
    write_page(tmp_path / "page.html", {}, title=hostile, before=before)
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    assert [text for _, text in found.all("title")] == [hostile]
    assert [text for _, text in found.all("h1")] == [hostile]
    assert len(found.all("script")) == 3  # two programs and the loader


def test_the_policy_admits_the_loader_by_its_hash_and_no_network(tmp_path):
    write_page(tmp_path / "page.html", {}, title="t")
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    [policy] = [a["content"] for a, _ in found.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    [loader] = [text for attributes, text in found.all("script") if attributes["type"] == "module"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    digest = base64.b64encode(hashlib.sha256(loader.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}' blob:"
    assert rules["default-src"] == "'none'"
    assert not re.search(r"https?:|\*|unsafe-eval|'self'", policy)
    assert "unsafe" not in rules["script-src"]


def test_the_file_names_its_language_and_says_what_to_do_without_javascript(tmp_path):
    write_page(tmp_path / "page.html", {}, title="t")
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    assert found.all("html")[0][0]["lang"] == "en"
    assert len(found.all("noscript")) == 1
    [page] = [attributes for attributes, _ in found.all("div") if attributes.get("id") == "protlens-page"]
    assert page["data-host"] == "frozen"


def test_css_cannot_end_its_element(tmp_path, built):
    (built / "page.css").write_text("a::after{content:'</style><script>1</script>'}")
    write_page(tmp_path / "page.html", {}, title="t", style="@media (width < 9px){b::after{content:'</style>'}}")
    found = Elements((tmp_path / "page.html").read_text("utf-8"))
    assert [text.count(r"<\/") for _, text in found.all("style")] == [2, 1]
    assert "(width < 9px)" in found.all("style")[1][1]
    assert len(found.all("script")) == 3


def test_the_licences_of_what_is_carried_are_carried_too(tmp_path, built):
    (built / "viewer-licenses.md").write_text("Permission is hereby granted <free of charge>")
    write_page(tmp_path / "page.html", {}, title="t")
    [(attributes, text)] = Elements((tmp_path / "page.html").read_text("utf-8")).all("pre")
    assert "hidden" in attributes
    assert text == "Permission is hereby granted <free of charge>"


def test_a_page_that_is_built_anew_is_carried_anew(tmp_path, built):
    before = page_text({}, title="t")
    (built / "page.js").write_bytes(b"export default 2;")
    os.utime(built / "page.js", ns=(1, 1))
    assert page_text({}, title="t") != before


def test_equal_documents_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        write_page(tmp_path / name, {MAIN: pack({"a": [1.5, None]})}, title="t")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_keys_are_json_with_sorted_parameters():
    assert document_key("heads", {"property": "contact", "mode": "paper"}) == (
        '["heads",[["mode","paper"],["property","contact"]]]'
    )
    assert document_key("protein", {"id": 'é"/<'}) == '["protein",[["id","é\\"/<"]]]'


def test_a_number_that_json_does_not_have_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"a": float("nan")})


def test_without_the_built_page_nothing_is_written(tmp_path, built):
    (built / "viewer.js").unlink()
    with pytest.raises(PageError, match=r"viewer\.js missing"):
        write_page(tmp_path / "page.html", {}, title="t")
    assert not (tmp_path / "page.html").exists()


HEADS = ("1-1", "1-2", "2-1", "2-2")


class Toy:
    """A source of made-up documents that remembers what was asked of it."""

    def __init__(self, *, arcs=20, residues=30, placed=True, note=None, groups=None):
        self.arcs, self.residues, self.placed, self.note, self.groups = arcs, residues, placed, note, groups or {}
        self.asked = []

    def document(self, name, parameters):
        self.asked.append((name, dict(parameters)))
        return getattr(self, f"_{name}")(**parameters)

    def _index(self):
        properties = [{"name": "contact"}, {"name": "amino_acid:<&"}]
        start = {"property": "contact", "mode": "matched", "head": "1-1", "protein": None}
        accepts = {"bytes": 1, "residues": 1}
        return {
            "properties": properties,
            "modes": ["matched", "paper"],
            "start": start,
            "accepts": accepts,
            "note": self.note,
        }

    def _heads(self, property, mode):
        return {"property": property, "mode": mode, "columns": {"label": list(HEADS)}}

    def _protein(self, id):
        points = [[0, 0, 0]] * self.residues if self.placed else None
        return {
            "id": id,
            "sequence": "A" * self.residues,
            "points": points,
            "masks": {"amino_acid:<&": "1" * self.residues},
            "pairs": {"contact": {"query": [0] if id == "b" else [], "key": [9] if id == "b" else []}},
            "group": self.groups.get(id, [id]),
            "further": [{"start": 3, "name": "B", "asym": "B"}] if "+" in id else [],
        }

    def _example(self, property, mode, head):
        return {"property": property, "mode": mode, "head": head or "2-1", "protein": "not in the file"}

    def _scene(self, protein):
        return {"root": protein}

    def _arcs(self, protein, head):
        rng = np.random.default_rng([*protein.encode(), *head.encode()])
        weight = np.sort(rng.random(self.arcs).round(4))[::-1].tolist()
        places = rng.integers(0, self.residues, (2, self.arcs)).tolist()
        return {
            "protein": protein,
            "head": head,
            "complete_from": 0.1,
            "query": places[0],
            "key": places[1],
            "weight": weight,
            "distance": [None] * self.arcs,
            "holds": {"contact": "01?"[: self.arcs % 4] * self.arcs},
            "received": rng.random(self.residues).round(4).tolist(),
        }


def thaw(frozen):
    return {name: json.loads(gzip.decompress(base64.b64decode(text))) for name, text in frozen.elements.items()}


def test_all_that_is_frozen_thaws_to_what_the_source_gives():
    source = Toy()
    proteins = ["p1", '<script>"/']
    thawed = thaw(freeze(source, proteins=proteins, heads=HEADS, start={}))
    main = thawed.pop(MAIN)
    groups = main.pop("groups")
    for property in ("contact", "amino_acid:<&"):
        for mode in ("matched", "paper"):
            parameters = {"property": property, "mode": mode}
            assert main.pop(document_key("heads", parameters)) == source.document("heads", parameters)
            example = main.pop(document_key("example", {**parameters, "head": ""}))
            assert example["protein"] in proteins
    assert main.pop("labelled").keys() == {"contact", "amino_acid:<&"}
    for protein in proteins:
        element = thawed.pop(groups.pop(protein))
        assert element.pop(document_key("protein", {"id": protein})) == source.document("protein", {"id": protein})
        assert element.pop(document_key("scene", {"protein": protein})) == source.document(
            "scene", {"protein": protein}
        )
        for head in HEADS:
            parameters = {"protein": protein, "head": head}
            assert element.pop(document_key("arcs", parameters)) == source.document("arcs", parameters)
        assert not element
    assert not thawed
    assert not groups
    assert set(main) == {document_key("index", {}), document_key("proteins", {"query": ""})}


def test_the_index_takes_no_uploads_and_starts_where_it_is_told():
    source = Toy()
    index = thaw(freeze(source, proteins=["p"], heads=HEADS, start={"head": "2-2", "protein": "p"}))[MAIN][
        '["index",[]]'
    ]
    whole = source.document("index", {})
    assert index.pop("accepts") is None
    assert index.pop("start") == whole["start"] | {"head": "2-2", "protein": "p"}
    assert index.items() <= whole.items()


def test_the_list_of_proteins_holds_those_in_the_file():
    main = thaw(freeze(Toy(residues=7), proteins=["b", "a", "A+B"], heads=HEADS, start={}))[MAIN]
    entries = [{"id": name, "residues": 7, "placed": True} for name in ("b", "a", "A+B")]
    entries[2]["chains"] = 2
    assert main['["proteins",[["query",""]]]'] == {"query": "", "total": 3, "proteins": entries}


def test_an_example_is_the_carried_protein_on_which_most_arcs_hold():
    main = thaw(freeze(Toy(arcs=1), proteins=["a", "b", "c"], heads=HEADS, start={}))[MAIN]
    assert main["labelled"] == {"contact": ["b"], "amino_acid:<&": ["a", "b", "c"]}
    asked = {"property": "contact", "mode": "paper", "head": ""}
    assert main[document_key("example", asked)] == {**asked, "head": "2-1", "protein": "b"}


def test_only_the_modes_asked_for_are_carried():
    main = thaw(freeze(Toy(), proteins=["p"], heads=HEADS, start={}, modes=["paper"]))[MAIN]
    assert main['["index",[]]']["modes"] == ["paper"]
    assert not any("matched" in key for key in main if key.startswith('["heads"'))
    assert sum(key.startswith('["heads"') for key in main) == 2


def test_a_protein_without_coordinates_has_no_scene():
    source = Toy(placed=False)
    thawed = thaw(freeze(source, proteins=["p"], heads=HEADS, start={}))
    assert not any(name == "scene" for name, _ in source.asked)
    assert not any("scene" in key for key in thawed["protlens-protein-0"])


def test_where_arcs_cannot_be_had_none_are_asked_for():
    source = Toy(note="the model is not here")
    freeze(source, proteins=["p"], heads=HEADS, start={})
    assert not any(name == "arcs" for name, _ in source.asked)


def test_a_group_names_only_proteins_in_the_file():
    source = Toy(groups={"a": ["a", "b", "c"], "c": ["a", "b", "c"]})
    thawed = thaw(freeze(source, proteins=["a", "c"], heads=HEADS, start={}))
    groups = [thawed[f"protlens-protein-{n}"][f'["protein",[["id","{i}"]]]']["group"] for n, i in enumerate("ac")]
    assert groups == [["a", "c"], ["a", "c"]]


def test_the_strongest_arcs_are_the_first_and_complete_above_what_was_left_out():
    arcs = Toy(arcs=3)._arcs("p", "1-1") | {"weight": [0.9, 0.5, 0.5], "holds": {"contact": "01?"}}
    assert strongest(arcs, 3) is arcs
    assert strongest(arcs, None) is arcs
    two = strongest(arcs, 2)
    assert (two["weight"], two["holds"]) == ([0.9, 0.5], {"contact": "01"})
    assert 0.5 < two["complete_from"] < 0.5 + 1e-12
    assert two["query"] == arcs["query"][:2]
    assert two["received"] == arcs["received"]


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_a_budget_takes_the_first_level_that_fits_and_spares_featured_heads(level):
    source = Toy(arcs=250, residues=150)
    proteins = ["p", "q"]
    sizes = [_size_at(source, proteins, kept) for kept in LEVELS]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
    frozen = freeze(source, proteins=proteins, heads=HEADS, start={}, featured={"2-1"}, budget=sizes[level])
    assert frozen.kept == LEVELS[level]
    element = thaw(frozen)["protlens-protein-1"]
    arcs = {head: element[document_key("arcs", {"protein": "q", "head": head})] for head in HEADS}
    assert {head: len(one["weight"]) for head, one in arcs.items()} == {
        head: FEATURED_ARCS if head == "2-1" else LEVELS[level].arcs for head in HEADS
    }
    with_received = {head for head, one in arcs.items() if one["received"] is not None}
    assert with_received == (set(HEADS) if LEVELS[level].received else {"2-1"})


def _size_at(source, proteins, kept: Kept):
    """Return the bytes of the proteins' elements at one level, found by offering that level alone."""
    from protlens.page import single_file as module

    levels, module.LEVELS = module.LEVELS, (kept,)
    try:
        frozen = freeze(source, proteins=proteins, heads=HEADS, start={}, featured={"2-1"}, budget=0)
    finally:
        module.LEVELS = levels
    return sum(map(len, frozen.elements.values()))


def test_the_least_is_taken_where_nothing_fits_and_all_without_a_budget():
    assert freeze(Toy(), proteins=["p"], heads=HEADS, start={}, budget=1).kept == LEVELS[-1]
    assert freeze(Toy(), proteins=["p"], heads=HEADS, start={}).kept == ALL
