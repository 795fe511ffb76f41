"""Arcs on the folded protein: HIV protease (7HVP) under the bundled model, as a user drops it in."""

import gzip
import json
from itertools import pairwise, product
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from playwright.sync_api import expect

import protlens
from browsing import coloured, picture, saved, section_of, show, wait_for_head
from mvs import arrows_of, nodes_of
from protlens.models.protocol import whole_layers

HEAD, THRESHOLD = "3-7", 0.1


@pytest.fixture(scope="module")
def protease(data_files):
    return data_files / "structures" / "7hvp.pdb.gz"


def drop(visit, path):
    visit.page.set_input_files('[data-panel="upload"] input[type=file]', path)


def counts_of(protease):
    """Count the arcs of the head on both chains, and those in contact, the slow way."""
    model = protlens.load_model("mini-bert")
    layer, head = protlens.parse_head_label(HEAD)
    arcs = hits = 0
    for protein in protlens.read_structure(protease):
        weights = attention_of(model, protein.sequence, layer)[head]
        touching = protlens.Contact().mask(protein).holds
        for query, key in zip(*np.nonzero(weights >= np.float32(THRESHOLD)), strict=True):
            if query != key and not np.isnan(protein.ca[[query, key]]).any():
                arcs += 1
                hits += touching[query, key]
    return arcs, hits


def attention_of(model, sequence, layer):
    found = {}
    model.attend(
        model.encode([sequence]), whole_layers(lambda at, weights: found.setdefault(at, weights[0].numpy().copy()))
    )
    return found[layer]


@pytest.fixture
def dropped(visit, served, protease):
    show(visit, served, head=HEAD, threshold=str(THRESHOLD), arcs="200", property="contact")
    drop(visit, protease)
    visit.page.wait_for_selector('#protlens-page[data-protein*="7HVP"]')
    wait_for_head(visit.page, HEAD)
    return visit


def bluish_and_reddish(image):
    """Return how many pixels have the hue of arcs for which the property holds and fails, however faint."""
    lean = image[..., 2] - image[..., 0]
    return int((lean > 0.12).sum()), int((lean < -0.12).sum())


def test_a_dropped_structure_shows_every_arc(dropped, protease):
    arcs, hits = counts_of(protease)
    assert arcs > 50
    assert hits > 0
    structure = section_of(dropped, "structure")
    expect(structure).to_have_attribute("data-drawn-arcs", str(arcs))
    text = structure.inner_text()
    assert str(arcs) in text
    stage = structure.locator("canvas").first
    with_arcs = bluish_and_reddish(picture(stage))
    dropped.page.locator('[data-panel="controls"] input[type=number]').first.fill("1")
    dropped.page.keyboard.press("Enter")
    dropped.page.wait_for_selector('[data-panel="structure"][data-drawn-arcs="0"]')
    without = bluish_and_reddish(picture(stage))
    assert with_arcs[0] > without[0] + 20
    assert with_arcs[1] > without[1] + 1000


def test_two_loads_give_the_same_picture(visit, served):
    pictures = []
    for _ in range(2):
        show(visit, served, head=HEAD)
        pictures.append(picture(section_of(visit, "structure").locator("canvas").first))
    assert np.ptp(pictures[0]) > 0.2
    assert np.array_equal(*pictures)


def test_arcs_of_a_dropped_structure_end_on_its_side_chains(dropped, protease):
    atoms: dict[tuple[str, str], list[list[float]]] = {}
    with gzip.open(protease, "rt") as lines:
        for line in lines:
            if line[:6] in ("ATOM  ", "HETATM") and line[12:16].strip() not in ("N", "CA", "C", "O", "OXT"):
                place = [float(line[at : at + 8]) for at in (30, 38, 46)]
                atoms.setdefault((line[22:27].strip(), line[21]), []).append(place)
    for arrow in arrows_of(json.loads(saved(dropped, "structure", "MVSJ"))):
        start, end = (tuple(words.split()[1:3]) for words in arrow["tooltip"].split(",")[0].split(" → "))
        for residue, place in ((start, arrow["start"]), (end, arrow["end"])):
            if residue in atoms:  # glycine has no side chain
                assert np.abs(np.mean(atoms[residue], axis=0) - place).max() < 0.0051


def test_the_page_saves_the_scene_that_the_command_writes(visit, protease, tmp_path):
    options = protlens.ViewOptions(head=HEAD, property="contact", arcs=40)
    for suffix in ("html", "mvsj"):
        drawn = protlens.view(protease, out=tmp_path / f"view.{suffix}", options=options)
    show(visit, (tmp_path / "view.html").as_uri())
    wait_for_head(visit.page, HEAD)
    assert json.loads(saved(visit, "structure", "MVSJ")) == json.loads((tmp_path / "view.mvsj").read_bytes())
    assert int(section_of(visit, "structure").get_attribute("data-drawn-arcs")) == drawn.drawn > 0
    assert visit.outside("file") == []
    image = picture(section_of(visit, "structure").locator("canvas").first)
    assert np.ptp(image) > 0.2
    assert all(np.ptp(edge) < 0.01 for edge in (image[0], image[-1], image[:, 0], image[:, -1])), "it is cut off"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("notes.pdb", b"dear diary", "dear diary"),
        ("cut.pdb.gz", gzip.compress(b"ATOM" * 1000, mtime=0)[:-20], "cut.pdb.gz"),
        ("empty.cif", b"", "empty"),
        ('"><script>alert(1)</script>.pdb', b"not a structure", "text that starts with 'not a structure'"),
    ],
)
def test_a_bad_upload_is_answered_in_words(visit, served, name, content, reason):
    show(visit, served)
    protein = visit.page.locator("#protlens-page").get_attribute("data-protein")
    drop(visit, {"name": name, "mimeType": "chemical/x-pdb", "buffer": content})
    alert = visit.page.locator('[data-panel="upload"] [role=alert]')
    alert.wait_for()
    assert reason in alert.inner_text()
    assert visit.page.locator("#protlens-page").get_attribute("data-protein") == protein
    visit.errors[:] = [error for error in visit.errors if "status of 4" not in error]


def test_a_typed_sequence_has_attention_and_no_structure(visit, served):
    show(visit, served)
    visit.page.fill("textarea[name=sequence]", "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQ")
    visit.page.get_by_role("button", name="Show attention").click()
    visit.page.get_by_text("This protein has no coordinates").wait_for()
    visit.page.wait_for_selector('[data-panel="sequence"][data-residues="56"]')


def test_a_selected_residue_keeps_its_arcs_and_the_rest_fades(visit, served):
    show(visit, served, head="1-7", property="amino_acid:W", protein="7HVP.A", threshold="0.1")
    page = visit.page
    stage = section_of(visit, "structure").locator("canvas").first
    style = page.request.get(f"{served}/index.json").json()["style"]
    before = coloured(picture(stage), style["holds"])
    assert before > 1000
    page.locator("[data-residue='56']").first.click()
    page.wait_for_selector('[data-selected="56"]')
    page.wait_for_selector('[data-panel="structure"][aria-busy="false"]')
    assert 0 < coloured(picture(stage), style["holds"]) < before / 2


def test_the_cartoon_takes_the_colour_that_is_asked_for(visit, served):
    show(visit, served, protein="7HVP.A")
    section = section_of(visit, "structure")
    section.locator("select[name=cartoon-colour]").select_option("structure")
    section.get_by_text("strand").wait_for()
    visit.page.wait_for_selector('[data-panel="structure"][aria-busy="false"]')
    image = picture(section.locator("canvas").first)
    assert coloured(image, "#7fb28f") > 500
    assert section.get_by_role("button", name="Full screen").is_visible()
    assert section.get_by_label("Width and opacity of an arc by its weight").locator("li").count() == 4


def test_strong_arcs_are_solid_and_faint_ones_can_be_pointed_at(visit, served):
    show(visit, served, head="1-7", property="amino_acid:W", protein="7HVP.A", threshold="0.1", arcs="200")
    scene = json.loads(saved(visit, "structure", "MVSJ"))
    groups = [node for node in nodes_of(scene, "primitives") if node.get("ref")]
    steps = [group["params"]["opacity"] for group in groups]
    assert steps == sorted(steps, reverse=True)
    assert len(steps) > 1
    weights = [[float(one["params"]["tooltip"].split(", ")[1]) for one in group["children"]] for group in groups]
    assert all(min(solid) >= max(faint) for solid, faint in pairwise(weights))
    structure = section_of(visit, "structure")
    box = structure.locator(".stage").bounding_box()
    readout = structure.locator(".readout")
    pointed = set()
    for x, y in product(np.linspace(0.3, 0.7, 6), np.linspace(0.3, 0.7, 6)):
        visit.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        visit.page.wait_for_timeout(150)
        words = readout.inner_text()
        if "→" in words and "A →" in words:
            expect(section_of(visit, "map").locator(".readout")).to_have_text(words)
            pointed.add(float(words.split(", ")[1]))
    assert min(pointed) < 0.6
    assert len(pointed) > 1


def test_a_server_writes_the_scene_for_pymol_and_chimerax(visit, served):
    show(visit, served, head="1-7", property="amino_acid:W", protein="7HVP.A", threshold="0.1", compare="3-7")
    visit.page.wait_for_selector('.scene[data-drawn-head="3-7"]')
    for at, head in enumerate(("1-7", "3-7")):
        scene = visit.page.locator(".scene").nth(at)
        with visit.page.expect_download() as coming:
            scene.get_by_role("button", name=f"Save the scene of head {head} for ChimeraX").click()
        assert f"_{head}_" in coming.value.suggested_filename
        with ZipFile(coming.value.path()) as archive:
            _, bild, commands = archive.namelist()
            arrows = archive.read(bild).decode().count(".arrow")
            assert bild in archive.read(commands).decode()
        assert str(arrows) == scene.get_attribute("data-drawn-arcs")
        with visit.page.expect_download() as coming:
            scene.get_by_role("button", name=f"Save the scene of head {head} as a PyMOL script").click()
        assert "cmd.load_cgo" in Path(coming.value.path()).read_text()


def test_a_file_has_no_buttons_for_what_a_server_writes(visit, data_files, tmp_path):
    protlens.view(data_files / "structures" / "1crn.cif.gz", out=tmp_path / "view.html")
    show(visit, (tmp_path / "view.html").as_uri())
    section = section_of(visit, "structure")
    assert [section.get_by_role("button", name=name).count() for name in ("MVSJ", "PyMOL", "ChimeraX")] == [1, 0, 0]
