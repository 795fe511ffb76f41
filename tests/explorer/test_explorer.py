import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from protlens.errors import FileFormatError, OptionError, ProtlensError, UnknownNameError
from protlens.explorer.arc_sources import RunArcs
from protlens.explorer.builders import GALLERY_ARCS
from protlens.explorer.explorer import LISTED, Explorer
from protlens.explorer.library import Library
from protlens.explorer.opening import open_run
from protlens.models.fake import FakeModel
from toy import HEADS, LAYERS, toy_attention, toy_dataset

LONG = "<script>alert('x')</script>/\"" + "y" * 10_000


def test_the_start_can_be_shown(explorer):
    start = explorer.document("index", {})["start"]
    heads = explorer.document("heads", {"property": start["property"], "mode": start["mode"]})
    place = heads["columns"]["label"].index(start["head"])
    assert heads["columns"]["supported"][place]
    assert explorer.document("protein", {"id": start["protein"]})["points"] is not None
    arcs = explorer.document("arcs", {"protein": start["protein"], "head": start["head"]})
    assert max(arcs["weight"]) >= 0.05


def test_parameters_that_nobody_asked_for_change_nothing(explorer):
    one = explorer.document("protein", {"id": "toy0"})
    assert explorer.document("protein", {"id": "toy0", "token": "secret"}) == one


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("none", {}, "document 'none': not known"),
        ("run", {}, "document 'run': not known"),
        ("__init__", {}, "document '__init__': not known"),
        (LONG, {}, "not known"),
        ("heads", {"property": "contact"}, "document 'heads': no mode; allowed: property, mode"),
        ("heads", {"property": "contcat", "mode": "paper"}, "property 'contcat': not known; did you mean contact"),
        ("heads", {"property": "contact", "mode": "Paper"}, "mode 'Paper'; allowed: matched, paper"),
        ("heads", {"property": LONG, "mode": "paper"}, "not known"),
        ("heads", {"property": "contact", "mode": LONG}, "allowed: matched, paper"),
        ("protein", {}, "document 'protein': no id"),
        ("protein", {"id": "toy9"}, "protein 'toy9': not known"),
        ("protein", {"id": LONG}, "not known"),
        ("arcs", {"protein": "toy0"}, "document 'arcs': no head"),
        ("arcs", {"protein": LONG, "head": "1-1"}, "not known"),
        ("arcs", {"protein": "toy0", "head": "0-1"}, "head '0-1'; allowed: LAYER-HEAD"),
        ("arcs", {"protein": "toy0", "head": "4-1"}, "head '4-1': not in this model; allowed: 1-1 to 3-2"),
        ("arcs", {"protein": "toy0", "head": "1-3"}, "head '1-3': not in this model"),
        ("arcs", {"protein": "toy0", "head": LONG}, "allowed: LAYER-HEAD"),
        ("example", {"property": "contcat", "mode": "paper"}, "property 'contcat': not known"),
        ("proteins", {"property": "contcat", "head": "1-1"}, "property 'contcat': not known"),
        ("proteins", {"property": "contact", "head": "9-9"}, "head '9-9': not in this model"),
        ("scene", {"protein": "toy2"}, "protein 'toy2': it has no coordinates to draw"),
    ],
)
def test_bad_requests_are_one_short_line(explorer, name, parameters, message):
    with pytest.raises((UnknownNameError, OptionError)) as caught:
        explorer.document(name, parameters)
    text = str(caught.value)
    assert message in text
    assert "\n" not in text
    assert len(text) < 900


def test_a_protein_without_coordinates_has_arcs_and_no_scene(explorer):
    document = explorer.document("protein", {"id": "toy2"})
    assert (document["points"], document["asym"]) == (None, "")
    assert document["pairs"]["contact"] == {"query": [], "key": []}
    arcs = explorer.document("arcs", {"protein": "toy2", "head": "1-1"})
    assert set(arcs["distance"]) == {None}
    assert set(arcs["holds"]["contact"]) == {"?"}


def test_a_cut_protein_is_shown_whole_and_read_in_part(explorer):
    document = explorer.document("protein", {"id": "toy6"})
    assert (len(document["sequence"]), document["analysed"]) == (41, 35)
    arcs = explorer.document("arcs", {"protein": "toy6", "head": "1-1"})
    assert len(arcs["received"]) == 35
    assert max(arcs["query"] + arcs["key"]) < 35


def test_the_gallery_has_the_strongest_arcs_of_every_head(explorer):
    gallery = explorer.document("gallery", {"protein": "toy0"})
    assert len(gallery["label"]) == LAYERS * HEADS
    lists = *(gallery[name] for name in ("label", "query", "key", "weight")), gallery["holds"]["contact"]
    for label, *columns in zip(*lists, strict=True):
        arcs = explorer.document("arcs", {"protein": "toy0", "head": label})
        listed = zip(arcs["query"], arcs["key"], arcs["weight"], arcs["holds"]["contact"], strict=True)
        assert list(zip(*columns, strict=True)) == [arc for arc in listed if arc[0] != arc[1]][:GALLERY_ARCS]
    assert any(gallery["weight"])


def test_one_residue_is_a_protein(explorer):
    assert explorer.document("protein", {"id": "toy1"})["analysed"] == 1
    for label in ("1-1", "2-2"):
        assert len(explorer.document("arcs", {"protein": "toy1", "head": label})["weight"]) <= 1


def test_scenes_name_the_chain_of_the_document(explorer):
    placed = [entry["id"] for entry in explorer.entries() if entry["placed"]]
    for name in placed:
        scene, asym = explorer.document("scene", {"protein": name}), explorer.document("protein", {"id": name})["asym"]
        assert json.dumps(scene, allow_nan=False).count(f'"label_asym_id": "{asym}"') >= 1
    assert len(placed) == 6


def test_a_search_lists_fifty_and_counts_all(explore):
    explorer = explore()
    explorer.add_sequence("".join(f">many{i}\nMKTA\n" for i in range(LISTED + 3)), name="many")
    found = explorer.document("proteins", {"query": "MANY"})
    assert (found["query"], found["total"], len(found["proteins"])) == ("MANY", LISTED + 3, LISTED)
    assert explorer.document("proteins", {})["total"] == LISTED + 10
    assert len(explorer.entries()) == LISTED + 10


def test_an_example_carries_the_label_and_may_keep_the_head(explorer):
    for name in explorer.run.manifest.properties:
        example = explorer.document("example", {"property": name, "mode": "matched"})
        assert example["property"] == name
        document = explorer.document("protein", {"id": example["protein"]})
        pairs = document["pairs"].get(name, {"query": []})["query"]
        assert "1" in document["masks"].get(name, "") or pairs, name
        kept = explorer.document("example", {"property": name, "mode": "matched", "head": "1-2"})
        assert kept["head"] == "1-2"


def test_proteins_are_listed_by_what_a_head_does_on_them(explore):
    explorer = explore()
    run, (added,) = explorer.run, explorer.add_sequence("MKTA", name="mine")
    asked = {"property": "contact", "head": "2-1"}
    found = explorer.document("proteins", asked)["proteins"]
    assert found[0] == {"id": added, "residues": 4, "placed": False}
    numbers = dict(run.proteins().select("id", "protein").iter_rows())
    hits = run.hit_counts("contact", 1, 0)
    assert [one["hits"] for one in found[1:]] == sorted(hits.values(), reverse=True)
    assert all(one["hits"] == hits[numbers[one["id"]]] <= one["arcs"] for one in found[1:])
    labelled = explorer.document("proteins", {**asked, "labelled": "yes"})["proteins"]
    holding = {
        entry["id"]
        for entry in found[1:]
        if explorer.document("protein", {"id": entry["id"]})["pairs"]["contact"]["query"]
    }
    assert 0 < len(holding) < len(found) - 1
    assert {one["id"] for one in labelled} == {added, *holding}


def test_a_sequence_is_added_and_read_by_the_model(explore):
    explorer = explore()
    (name,) = explorer.add_sequence("acdefghiklmnpqrstvwy" * 3, name=LONG)
    assert name == LONG
    document = explorer.document("protein", {"id": name})
    assert (len(document["sequence"]), document["analysed"], document["asym"]) == (60, 35, "")
    assert set(document["masks"]["binding_site"]) == {"?"}
    assert document["masks"]["amino_acid:A"].startswith("100000")
    assert explorer.document("arcs", {"protein": name, "head": "1-1"})["received"] is not None
    assert explorer.document("proteins", {"query": "yyyy"})["proteins"] == [
        {"id": LONG, "residues": 60, "placed": False}
    ]


def test_chains_of_a_structure_are_added_as_a_group(explore, data_files):
    explorer = explore()
    path = data_files / "structures" / "7hvp.pdb.gz"
    first, again = explorer.add_structure(path), explorer.add_structure(path)
    assert (first, again) == (["7HVP.A", "7HVP.B"], ["7HVP.A (2)", "7HVP.B (2)"])
    one, other = (explorer.document("protein", {"id": name}) for name in again)
    assert one["group"] == other["group"] == again
    assert one["asym"] != other["asym"]
    assert one["analysed"] == 35
    assert explorer.document("scene", {"protein": again[1]}) == explorer.document("scene", {"protein": again[0]})
    arcs = [explorer.document("arcs", {"protein": name, "head": "1-1"}) for name in again]
    assert arcs[0]["weight"] == arcs[1]["weight"]
    assert arcs[0]["distance"] != arcs[1]["distance"]
    assert any(state in "01" for state in arcs[0]["holds"]["contact"])


def test_bad_files_and_texts_leave_nothing_behind(explore, tmp_path):
    explorer, before = explore(), explore().entries()
    (tmp_path / "x.pdb").write_text("nothing")
    with pytest.raises(FileFormatError):
        explorer.add_structure(tmp_path / "x.pdb")
    with pytest.raises(FileFormatError):
        explorer.add_sequence(">a\nMK\n>b\nM1", name="x")
    assert explorer.entries() == before


def test_without_a_model_nothing_is_added(run, tmp_path):
    kept = Explorer(run, Library(), RunArcs(run, reason="gone"), properties=[], title="")
    assert kept.index()["accepts"] is None
    for add in (lambda: kept.add_structure(tmp_path / "x"), lambda: kept.add_sequence("MK", name="x")):
        with pytest.raises(OptionError, match="the run's model is not at hand"):
            add()


def test_many_threads_ask_one_model_in_turn(run):
    """The model is entered by one thread at a time, once for each sequence, whatever is asked for."""
    inside, most, runs = [], [], []

    def attention(sequence):
        inside.append(threading.get_ident())
        most.append(len(set(inside)))
        weights = toy_attention(sequence)
        inside.remove(threading.get_ident())
        return weights

    class Watched(FakeModel):
        def attend(self, batch, visit):
            runs.append(batch.lengths)
            super().attend(batch, visit)

    model = Watched(attention, layers=LAYERS, heads=HEADS)
    explorer = open_run(run.path, model=model, dataset=toy_dataset())
    names = [entry["id"] for entry in explorer.entries()]
    together = threading.Barrier(8)

    def ask(worker):
        together.wait(10)
        answers = []
        for name in (*names[worker % 7 :], *names[: worker % 7]):
            for label in ("1-1", "3-2"):
                answers.append(explorer.document("arcs", {"protein": name, "head": label}))
            answers.append(explorer.document("protein", {"id": name}))
        answers.append(explorer.document("index", {}))
        answers.append(explorer.document("heads", {"property": "contact", "mode": "matched"}))
        (added,) = explorer.add_sequence("MKTAYIAK", name="same")
        return added, sorted(json.dumps(answer, sort_keys=True) for answer in answers)

    with ThreadPoolExecutor(8) as pool:
        answers = [future.result(120) for future in [pool.submit(ask, worker) for worker in range(8)]]
    assert max(most) == 1
    assert len(runs) == len(set(names))
    assert len({added for added, _ in answers}) == 8
    assert all(one[1] == answers[0][1] for one in answers)


def test_a_failing_model_says_so_and_the_rest_goes_on(run):
    def attention(sequence):
        raise MemoryError

    explorer = open_run(run.path, model=FakeModel(attention, layers=LAYERS, heads=HEADS), dataset=toy_dataset())
    with pytest.raises(ProtlensError, match="too long for the memory"):
        explorer.document("arcs", {"protein": "toy0", "head": "1-1"})
    assert explorer.document("protein", {"id": "toy0"})["id"] == "toy0"
