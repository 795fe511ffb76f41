"""What is drawn of a head: the arcs that were asked for, as the command draws them."""

import json

import pytest

from mvs import arrows_of, check_scene
from protlens.errors import OptionError, UnknownNameError
from protlens.explorer.dressed_scene import ArcChoice, dressed_scene
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


def test_names_that_are_not_there_are_refused(opened):
    with pytest.raises(UnknownNameError, match="contacts"):
        drawn(opened, property="contacts")
    with pytest.raises(UnknownNameError, match="2XYZ"):
        dressed_scene(opened, protein="2XYZ.A", head="3-3", choice=ArcChoice(property="contact", threshold=1, arcs=1))
    opened.add_sequence("MKTAYIAKQRQISFVKSHFSRQ", name="typed")
    with pytest.raises(OptionError, match="no coordinates"):
        dressed_scene(opened, protein="typed", head="3-3", choice=ArcChoice(property="contact", threshold=1, arcs=1))
