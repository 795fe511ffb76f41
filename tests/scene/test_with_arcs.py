from copy import deepcopy
from html import escape

import numpy as np
import pytest

from mvs import arrows_of, by_ref, check_scene, nodes_of
from protlens.data.protein import Protein
from protlens.scene.backdrop import ATTENDED, CARTOON, STYLE, base_scene
from protlens.scene.scene_structure import structure_of_protein
from protlens.scene.with_arcs import (
    NAMED,
    Arc,
    ArcsOnChain,
    arc_tooltip,
    drawable,
    dress,
    most_attended,
    opacity,
    strongest,
    tube_radius,
)


def arc(query: int, key: int, weight: float) -> Arc:
    return Arc(query, key, weight, None, "unknown")


ARCS = [arc(0, 1, 0.9), arc(2, 2, 0.8), arc(1, 0, 0.5), arc(3, 1, 0.3), arc(1, 3, 0.1)]


def test_the_threshold_is_inclusive():
    assert strongest(ARCS, threshold=0.3, most=10) == [ARCS[0], ARCS[2], ARCS[3]]


def test_what_a_residue_gives_to_itself_takes_no_place():
    assert strongest(ARCS, threshold=0.1, most=2) == [ARCS[0], ARCS[2]]


def test_there_may_be_none():
    assert strongest(ARCS, threshold=0.95, most=5) == []
    assert strongest([], threshold=0.1, most=5) == []


THIN, THICK = STYLE["radius"]


def chain(asym: str = "A", **changes) -> ArcsOnChain:
    usual = {
        "names": [f"Phe 148 {asym}", f"Ser 343 {asym}", f"Xaa 3 {asym}"],
        "points": [(1.0, 2.0, 3.25), (4.5, -5.0, 6.01), None],
        "marked": [],
        "arcs": [Arc(0, 1, 0.758, 6.1, "holds")],
    }
    return ArcsOnChain(asym=asym, **{**usual, **changes})


def base() -> dict:
    protein = Protein(id="p", sequence="FSX", ca=np.eye(3, dtype=np.float32))
    return base_scene(structure_of_protein(protein), [protein])


def tubes(*chains: ArcsOnChain) -> list[dict]:
    scene = dress(base(), chains, property_name="contact")
    check_scene(scene)
    return arrows_of(scene)


def test_an_arc_is_a_tube():
    assert tubes(chain()) == [
        {
            "kind": "arrow",
            "start": [1.0, 2.0, 3.25],
            "end": [4.5, -5.0, 6.01],
            "show_tube": True,
            "tube_radius": 0.484,  # 0.12 + 0.48 * 0.758 = 0.48384
            "show_end_cap": True,
            "end_cap_radius": 1.218,
            "end_cap_length": 2.436,
            "color": STYLE["holds"],
            "tooltip": "Phe 148 A → Ser 343 A, 0.758, contact 6.1 Å",
        }
    ]


def test_a_pair_without_direction_is_a_tube_without_an_end_about_both_residues():
    pairs = chain(arcs=[Arc(0, 1, 0.758, 6.1, "holds")], paired=True)
    (tube,) = tubes(pairs)
    assert tube["show_end_cap"] is False
    assert not {"end_cap_radius", "end_cap_length"} & tube.keys()
    assert tube["tooltip"] == "Phe 148 A \N{EN DASH} Ser 343 A, probability 0.758, contact 6.1 Å"
    assert most_attended(pairs) == [0, 1]
    assert most_attended(chain()) == [1]


def test_arcs_are_the_last_thing_in_the_scene_and_the_base_is_left_as_it_was():
    scene = base()
    before = deepcopy(scene)
    dressed = dress(scene, [chain(marked=[1])], property_name="contact")
    assert scene == before
    assert dressed["root"]["children"][-1]["kind"] == "primitives"
    assert dressed["metadata"] == scene["metadata"]


def test_arcs_of_several_chains_stand_in_their_order():
    both = tubes(chain("A"), chain("B", arcs=[Arc(1, 0, 0.9, None, "fails"), Arc(0, 1, 0.2, 30.0, "unknown")]))
    assert [tube["tooltip"] for tube in both] == [
        "Phe 148 A → Ser 343 A, 0.758, contact 6.1 Å",
        "Ser 343 B → Phe 148 B, 0.900, not contact",
        "Phe 148 B → Ser 343 B, 0.200, contact unknown 30.0 Å",
    ]
    assert [tube["color"] for tube in both] == [STYLE["holds"], STYLE["fails"], STYLE["unknown"]]


def test_arcs_are_grouped_by_how_solid_they_are():
    weights = (0.9, 0.6, 0.59, 0.41, 0.2, 0.1)
    arcs = [Arc(0, 1, weight, None, "holds") for weight in weights]
    scene = dress(base(), [chain("A", arcs=arcs), chain("B", arcs=arcs[:1])], property_name="contact")
    check_scene(scene)
    groups = [node for node in nodes_of(scene, "primitives") if node.get("ref")]
    assert [(group["ref"], group["params"]) for group in groups] == [
        ("arcs_100", {"opacity": 1.0}),
        ("arcs_75", {"opacity": 0.75}),
        ("arcs_50", {"opacity": 0.5}),
        ("arcs_30", {"opacity": 0.3}),
    ]
    assert [len(group["children"]) for group in groups] == [3, 2, 1, 1]


@pytest.mark.parametrize(("weight", "solid"), [(1.0, 1.0), (0.6, 1.0), (0.59, 0.75), (0.2, 0.5), (0.1, 0.3), (0, 0.3)])
def test_opacity_has_steps(weight, solid):
    assert opacity(weight) == solid


def test_no_arcs_no_node():
    scene = dress(base(), [chain(arcs=[])], property_name="contact")
    assert scene == base()


def test_an_arc_to_a_residue_that_is_not_resolved_or_to_itself_has_no_tube():
    arcs = [Arc(0, 2, 0.9, None, "unknown"), Arc(2, 1, 0.9, None, "unknown"), Arc(1, 1, 0.9, 0.0, "holds")]
    one = chain(arcs=arcs)
    assert tubes(one) == []
    assert list(drawable(one)) == []


def test_residues_of_a_property_are_one_colour_upon_the_cartoon():
    chains = [chain("A", marked=[0, 2]), chain("B", marked=[1])]
    scene = dress(base(), chains, property_name="binding_site")
    check_scene(scene)
    color = by_ref(scene, CARTOON)["children"][-1]
    residues = [("A", 1), ("A", 3), ("B", 2)]
    assert color == {
        "kind": "color",
        "params": {
            "selector": [{"label_asym_id": asym, "label_seq_id": number} for asym, number in residues],
            "color": STYLE["property"],
        },
    }


@pytest.mark.parametrize(
    ("weight", "radius"),
    [(0.0, THIN), (1.0, THICK), (0.5, (THIN + THICK) / 2), (1.0001, THICK), (0.1, 0.168), (0.3333, 0.28)],
)
def test_the_radius_is_that_of_the_weight_whatever_else_is_drawn(weight, radius):
    assert tube_radius(weight) == radius


def test_what_gets_most_attention_is_drawn_as_sticks_and_named():
    arcs = [Arc(0, 1, 0.5, None, "holds"), Arc(1, 0, 0.4, None, "holds"), Arc(1, 0, 0.2, None, "fails")]
    one = chain(arcs=arcs)
    assert most_attended(one) == [0, 1]
    scene = dress(base(), [one], property_name="contact")
    check_scene(scene)
    labels = [node["params"] for node in nodes_of(scene, "primitive") if node["params"]["kind"] == "label"]
    assert [label["text"] for label in labels] == ["Phe 148 A", "Ser 343 A"]
    assert [label["position"] for label in labels] == [[1.0, 2.0, 3.25], [4.5, -5.0, 6.01]]
    reach = np.linalg.norm([3.5, 7, 2.76]) / 2
    assert {label["label_size"] for label in labels} == {round(0.075 * reach, 1)}
    assert {label["label_offset"] for label in labels} == {round(0.8 * reach, 1)}
    (component,) = [node for node in nodes_of(scene, "component") if node["children"][0].get("ref") == ATTENDED]
    assert component["params"]["selector"] == [
        {"label_asym_id": "A", "label_seq_id": 1},
        {"label_asym_id": "A", "label_seq_id": 2},
    ]
    many = [Arc(position, position + 1, 0.9, None, "holds") for position in range(NAMED + 2)]
    assert most_attended(chain(arcs=many, points=[(0.0, 0.0, float(z)) for z in range(NAMED + 3)])) == [1, 2, 3]


@pytest.mark.parametrize(("weight", "text"), [(0.0625, "0.062"), (0.1875, "0.188"), (0.9995, "1.000")])
def test_weights_have_three_decimals(weight, text):
    assert f", {text}, " in arc_tooltip(chain(), Arc(0, 1, weight, None, "holds"), "contact")


def test_names_are_text():
    odd = "<script>alert('x')</script>\"/"
    (tube,) = tubes(chain(names=[f"Phe 1 {odd}", f"Ser 2 {odd}", ""]))
    assert tube["tooltip"].startswith(f"Phe 1 {escape(odd, quote=False)} → Ser 2 {escape(odd, quote=False)}, ")
    assert "<" not in tube["tooltip"]
