"""What is drawn of a head: the arcs that were asked for, as the command draws them."""

import json

import pytest

from mvs import arrows_of, check_scene
from protlens.errors import OptionError, UnknownNameError
from protlens.explorer.dressed_scene import ArcChoice, arcs_on_chain, dressed_scene
from protlens.explorer.opening import open_structure
from protlens.scene.backdrop import STYLE
from protlens.structure_export import ViewOptions, view


@pytest.fixture(scope="module")
def crambin(data_files):
    return data_files / "structures" / "1crn.cif.gz"


@pytest.fixture(scope="module")
def opened(crambin):
    return open_structure(crambin)


def drawn(opened, **changes):
    choice = ArcChoice(**({"property": "contact", "threshold": 0.1, "arcs": 30} | changes))
    return dressed_scene(opened, protein="1CRN.A", head="3-3", choice=choice)


def test_it_is_the_scene_that_the_command_writes(opened, crambin, tmp_path):
    view(crambin, out=tmp_path / "x.mvsj", options=ViewOptions(head="3-3"))
    scene = drawn(opened)
    check_scene(scene)
    assert json.loads(json.dumps(scene)) == json.loads((tmp_path / "x.mvsj").read_text())
    assert len(arrows_of(scene)) == 30


def test_threshold_number_and_verdict_choose_the_arcs(opened):
    weights = [float(one["tooltip"].split(", ")[1]) for one in arrows_of(drawn(opened, threshold=0.2))]
    assert weights
    assert min(weights) > 0.1995
    assert len(arrows_of(drawn(opened, arcs=3))) == 3
    assert arrows_of(drawn(opened, arcs=0)) == []
    both = {show: arrows_of(drawn(opened, show=show, arcs=500)) for show in ("holds", "fails", "all")}
    assert {one["color"] for one in both["holds"]} == {STYLE["holds"]}
    assert {one["color"] for one in both["fails"]} == {STYLE["fails"]}
    unknown = [one for one in both["all"] if one["color"] == STYLE["unknown"]]
    assert len(both["holds"]) + len(both["fails"]) + len(unknown) == len(both["all"])


def test_predicted_contacts_are_lines_judged_by_both_residues(opened):
    arcs = opened.document("arcs", {"protein": "1CRN.A", "head": "contacts"})
    protein = opened.document("protein", {"id": "1CRN.A"})
    mask = protein["masks"]["amino_acid:C"]
    choice = ArcChoice(property="amino_acid:C", threshold=0, arcs=1000)
    found = dressed_scene(opened, protein="1CRN.A", head="contacts", choice=choice)
    check_scene(found)
    ends = zip(arcs["query"], arcs["key"], strict=True)
    either = ["1" in (mask[query], mask[key]) for query, key in ends]
    lines = arrows_of(found)
    assert 0 < sum(either) < len(lines) == len(either)
    assert sorted(one["color"] == STYLE["holds"] for one in lines) == sorted(either)
    assert {one["show_end_cap"] for one in lines} == {False}
    assert {one["show_end_cap"] for one in arrows_of(drawn(opened))} == {True}


def test_what_is_not_known_of_one_residue_of_a_pair_is_not_known_of_the_pair():
    protein = {"masks": {"site": "01?"}, "points": [(0.0, 0.0, 0.0)] * 3, "asym": "A", "further": []}
    protein |= {"sequence": "ACD", "numbers": [], "chain": "A"}
    ends = {"query": [0, 0, 1, 0], "key": [0, 1, 2, 2], "weight": [0.9, 0.8, 0.7, 0.6]}
    arcs = {**ends, "distance": 4 * [None], "holds": {}, "head": "contacts"}
    choice = ArcChoice(property="site", threshold=0, arcs=9)
    pairs = arcs_on_chain(protein, arcs, level="residue", choice=choice).arcs
    assert [arc.verdict for arc in pairs] == ["holds", "holds", "unknown"]
    of_head = arcs_on_chain(protein, arcs | {"head": "1-1"}, level="residue", choice=choice).arcs
    assert [arc.verdict for arc in of_head] == ["holds", "unknown", "unknown"]


def test_names_that_are_not_there_are_refused(opened):
    with pytest.raises(UnknownNameError, match="contacts"):
        drawn(opened, property="contacts")
    with pytest.raises(UnknownNameError, match="2XYZ"):
        dressed_scene(opened, protein="2XYZ.A", head="3-3", choice=ArcChoice(property="contact", threshold=1, arcs=1))
    opened.add_sequence("MKTAYIAKQRQISFVKSHFSRQ", name="typed")
    with pytest.raises(OptionError, match="no coordinates"):
        dressed_scene(opened, protein="typed", head="3-3", choice=ArcChoice(property="contact", threshold=1, arcs=1))
