import base64
import gzip
import json

import numpy as np
import pytest

from protlens.page.freeze import ALL, FEATURED_ARCS, LEVELS, Kept, freeze, strongest
from protlens.page.frozen import MAIN, document_key

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
        return {"id": id, "sequence": "A" * self.residues, "points": points, "group": self.groups.get(id, [id])}

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
    main = thaw(freeze(Toy(residues=7), proteins=["b", "a"], heads=HEADS, start={}))[MAIN]
    entries = [{"id": name, "residues": 7, "placed": True} for name in ("b", "a")]
    assert main['["proteins",[["query",""]]]'] == {"query": "", "total": 2, "proteins": entries}


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
    from protlens.page import freeze as module

    levels, module.LEVELS = module.LEVELS, (kept,)
    try:
        frozen = freeze(source, proteins=proteins, heads=HEADS, start={}, featured={"2-1"}, budget=0)
    finally:
        module.LEVELS = levels
    return sum(map(len, frozen.elements.values()))


def test_the_least_is_taken_where_nothing_fits_and_all_without_a_budget():
    assert freeze(Toy(), proteins=["p"], heads=HEADS, start={}, budget=1).kept == LEVELS[-1]
    assert freeze(Toy(), proteins=["p"], heads=HEADS, start={}).kept == ALL
