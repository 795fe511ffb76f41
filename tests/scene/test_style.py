"""Colours must stay apart for a colour-blind reader, and be seen on both grounds."""

from itertools import combinations

import numpy as np
import pytest

from protlens.scene.style import STYLE

# Machado, Oliveira and Fernandes, 2009, doi:10.1109/TVCG.2009.113, at full severity; on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
ARCS = ("holds", "fails", "unknown")


def linear(color: str) -> np.ndarray:
    channels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = XYZ @ np.clip(rgb, 0, 1) / (XYZ @ np.ones(3))
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: str, other: str, vision: str) -> float:
    matrix = np.array(VISION[vision])
    return float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other))))


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(XYZ[1] @ linear(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("pair", list(combinations(ARCS, 2)))
def test_arcs_stay_apart_under_every_colour_blindness(vision, pair):
    assert difference(STYLE[pair[0]], STYLE[pair[1]], vision) > 30


@pytest.mark.parametrize("vision", VISION)
def test_residues_of_a_property_stand_out_from_their_chain(vision):
    assert difference(STYLE["property"], STYLE["chain"], vision) > 35
    assert difference(STYLE["ligand"], STYLE["chain"], vision) > 25
    assert difference(STYLE["other"], STYLE["chain"], vision) > 10


@pytest.mark.parametrize("ground", ["#ffffff", "#14171a"])
@pytest.mark.parametrize("name", [*ARCS, "ligand"])
def test_what_is_thin_is_seen_on_a_light_and_on_a_dark_ground(ground, name):
    assert contrast(STYLE[name], ground) >= 3


def test_the_measures_above_can_fail():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert difference("#d00000", "#707000", "usual") > 30 > difference("#b00000", "#4f4f00", "protan")


def test_a_strong_arc_is_thicker_than_a_weak_one():
    thin, thick = STYLE["radius"]
    assert 0 < thin < thick
