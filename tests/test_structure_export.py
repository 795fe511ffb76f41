"""A head upon a structure, from the file to the file; counted anew from what transformers shows."""

import base64
import gzip
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import gemmi
import numpy as np
import pytest
import torch
import transformers

from commands import FASTA
from mvs import arrows_of, by_ref, check_scene, nodes_of
from protlens import structure_export as viewing
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError, OptionError, ProtlensError, UnknownNameError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.heads import head_label, parse_head_label
from protlens.models.fake import FakeModel
from protlens.models.load import load_model
from protlens.page.single_file import document_key
from protlens.properties.selection import select_properties
from protlens.scene.backdrop import STYLE
from protlens.stats.head_statistics import top_heads
from protlens.stats.run_tables import tabulate
from protlens.structure_export import ViewOptions, view
from toy import LAYERS, toy_dataset, toy_model

MINI = Path(str(files("protlens"))) / "models" / "bundled" / "mini-bert"


@pytest.fixture(scope="module")
def mini():
    return load_model("mini-bert", device="cpu")


@pytest.fixture
def protease(data_files: Path) -> Path:
    return data_files / "structures" / "7hvp.pdb.gz"


@cache
def eager_weights(sequence: str) -> np.ndarray:
    """Return ``[layer, head, token, token]`` of mini-bert, from transformers alone."""
    vocabulary = (MINI / "vocab.txt").read_text().split()
    tokens = ["[CLS]", *(letter if letter in vocabulary else "X" for letter in sequence), "[SEP]"]
    model = transformers.BertModel.from_pretrained(MINI, attn_implementation="eager", dtype=torch.float32).eval()
    with torch.no_grad():
        shown = model(torch.tensor([[vocabulary.index(token) for token in tokens]]), output_attentions=True)
    return torch.cat(list(shown.attentions)).numpy()


def slow_arcs(sequence: str, layer: int, head: int, threshold: float) -> list[tuple[float, int, int]]:
    """Return weight, negative, query and key of all arcs between two residues, strongest first, pair by pair."""
    weights = eager_weights(sequence)[layer, head, 1:-1, 1:-1].tolist()
    pairs = ((query, key) for query in range(len(sequence)) for key in range(len(sequence)) if query != key)
    return sorted((-weights[query][key], query, key) for query, key in pairs if weights[query][key] >= threshold)


def busiest(protease: Path, threshold: float) -> str:
    """Return the head of mini-bert with most arcs on the protease."""
    (protein,) = read_structure(protease, chains=["A"])
    counts = (eager_weights(protein.sequence)[:, :, 1:-1, 1:-1] >= threshold).sum(axis=(2, 3))
    return head_label(*(int(place) for place in np.unravel_index(counts.argmax(), counts.shape)))


def side_chains(path: Path, chain: str, numbers: tuple[str, ...]) -> list[np.ndarray]:
    """Return the centre of each side chain, or the CA, as gemmi reads the file."""
    found = {str(residue.seqid): residue for residue in gemmi.read_structure(str(path))[0][chain]}
    centres = []
    for number in numbers:
        atoms = {atom.name: atom.pos.tolist() for atom in found[number] if not atom.is_hydrogen()}
        beyond = [place for name, place in atoms.items() if name not in ("N", "CA", "C", "O", "OXT")]
        centres.append(np.mean(beyond or [atoms["CA"]], axis=0))
    return centres


@pytest.mark.parametrize(("threshold", "most"), [(0.1, 1000), (0.1, 30), (0.25, 1000)])
def test_tubes_are_the_arcs_of_transformers(protease, mini, tmp_path, threshold, most):
    label = busiest(protease, threshold)
    options = ViewOptions(head=label, threshold=threshold, arcs=most)
    drawn = view(protease, out=tmp_path / "x.mvsj", model=mini, options=options)
    layer, head = parse_head_label(label)
    scene = json.loads((tmp_path / "x.mvsj").read_text())
    check_scene(scene)
    tubes = arrows_of(scene)
    expected, above = [], 0
    for protein in read_structure(protease):
        arcs = slow_arcs(protein.sequence, layer, head, threshold)
        above += len(arcs)
        place = side_chains(protease, protein.chain, protein.residue_numbers)
        expected += [(place[query], place[key], -weight) for weight, query, key in arcs[:most]]
    assert drawn.drawn == len(tubes) == len(expected) > 0
    assert (drawn.above, drawn.complete, drawn.head) == (above, True, label)
    wanted = np.array([[*start, *end] for start, end, _ in expected])
    distances = np.abs(wanted[:, None] - np.array([[*tube["start"], *tube["end"]] for tube in tubes])).max(axis=2)
    places = distances.argmin(axis=1)  # arcs of nearly the same weight may stand in either order
    assert sorted(places) == list(range(len(tubes)))
    assert distances.min(axis=1).max() < 0.0051
    told = np.array([float(tube["tooltip"].split(", ")[1]) for tube in tubes])
    chains = np.array([tube["tooltip"].split(", ")[0][-1] for tube in tubes])
    assert all((np.diff(told[chains == chain]) <= 0).all() for chain in "AB")
    np.testing.assert_allclose(told[places], [weight for _, _, weight in expected], atol=0.0011)


def test_colours_say_which_arcs_are_contacts(protease, mini, tmp_path):
    drawn = view(
        protease, out=tmp_path / "x.mvsj", model=mini, options=ViewOptions(head=busiest(protease, 0.1), arcs=500)
    )
    tubes = arrows_of(json.loads((tmp_path / "x.mvsj").read_text()))
    words = {STYLE["holds"]: "contact", STYLE["fails"]: "not contact", STYLE["unknown"]: "contact unknown"}
    parts = [re.fullmatch(r"(?:.*), (\D+?) ([\d.]+) Å", tube["tooltip"]) for tube in tubes]
    assert [part[1] for part in parts] == [words[tube["color"]] for tube in tubes]
    assert all(float(part[2]) < 8.01 for part in parts if part[1] == "contact")
    assert all(float(part[2]) > 7.99 for part in parts if part[1] == "not contact")
    assert drawn.holds == sum(part[1] == "contact" for part in parts) > 0


def test_a_property_of_residues_colours_them_and_the_arcs_to_them(protease, mini, tmp_path):
    options = ViewOptions(head=busiest(protease, 0.1), property="binding_site", arcs=500)
    drawn = view(protease, out=tmp_path / "x.mvsj", model=mini, chains=["A"], options=options)
    scene = json.loads((tmp_path / "x.mvsj").read_text())
    (protein,) = read_structure(protease, chains=["A"])
    positive = [i + 1 for i, symbol in enumerate(protein.tracks["binding_site"]) if symbol == "1"]
    color = by_ref(scene, "cartoon")["children"][-1]["params"]
    assert [residue["label_seq_id"] for residue in color["selector"]] == positive
    keys = [int(arrow["tooltip"].split(" → ")[1].split(" ")[1]) for arrow in arrows_of(scene)]
    assert drawn.holds == sum(key in positive for key in keys)
    assert drawn.proteins == ("7HVP.A",)


def test_without_a_head_that_with_most_arcs_is_drawn(protease, mini, tmp_path):
    drawn = view(protease, out=tmp_path / "x.mvsj", model=mini, chains=["A"], options=ViewOptions(threshold=0.2))
    (protein,) = read_structure(protease, chains=["A"])
    counts = {
        f"{layer + 1}-{head + 1}": len(slow_arcs(protein.sequence, layer, head, 0.2))
        for layer in range(6)
        for head in range(8)
    }
    assert drawn.head == max(counts, key=counts.__getitem__)
    assert drawn.above == counts[drawn.head]


def test_of_a_run_the_best_supported_head_is_drawn(data_files, tmp_path, monkeypatch):
    monkeypatch.setattr("protlens.stats.verdict.SUPPORT_PROTEINS", 1)
    model, data = toy_model(), toy_dataset()
    properties = select_properties(data, ["contact", "amino_acid:A"])
    run = extract(model, data, properties, out=tmp_path / "run", options=ExtractionOptions(threshold=0.1))
    heads = tabulate(run).heads
    crambin = data_files / "structures" / "1crn.cif.gz"
    chosen = {
        name: view(
            crambin, out=tmp_path / "x.pml", model=model, run=tmp_path / "run", options=ViewOptions(property=name)
        ).head
        for name in ("contact", "amino_acid:A")
    }
    for name, head in chosen.items():
        assert top_heads(heads.filter(property=name))["label"][0] == head


def test_a_head_without_arcs_gives_the_structure_alone(protease, tmp_path):
    drawn = view(protease, out=tmp_path / "x.mvsj", model=toy_model(), options=ViewOptions(head="2-2"))
    assert (drawn.above, drawn.drawn, drawn.holds) == (0, 0, 0)
    scene = json.loads((tmp_path / "x.mvsj").read_text())
    check_scene(scene)
    assert nodes_of(scene, "primitives") == []
    view(protease, out=tmp_path / "x.pml", model=toy_model(), options=ViewOptions(head="2-2"))
    assert "arcs" in (tmp_path / "x.pml").read_text()


def test_a_chain_that_is_too_long_is_read_as_far_as_the_model_goes(protease, tmp_path):
    model = toy_model(max_residues=40)
    drawn = view(protease, out=tmp_path / "x.mvsj", model=model, options=ViewOptions(head="1-1", arcs=10_000))
    assert drawn.cut == {"7HVP.A": 40, "7HVP.B": 40}
    tubes = arrows_of(json.loads((tmp_path / "x.mvsj").read_text()))
    numbers = [int(word) for tube in tubes for word in re.findall(r"\w{3} (\d+) [AB]", tube["tooltip"])]
    assert len(numbers) == 2 * len(tubes)
    assert 30 < max(numbers) <= 40


def test_arcs_to_residues_that_are_not_resolved_are_counted_and_not_drawn(data_files, tmp_path):
    path = data_files / "structures" / "1bx8.pdb.gz"
    (protein,) = read_structure(path)
    missing = [i for i, number in enumerate(protein.residue_numbers) if not number]

    def attention(sequence: str) -> torch.Tensor:
        weights = torch.zeros(1, 1, len(sequence), len(sequence))
        weights[0, 0, 20, missing[0]] = 0.9
        weights[0, 0, 20, 30] = 0.8
        return weights

    model = FakeModel(attention, layers=1, heads=1)
    drawn = view(path, out=tmp_path / "x.mvsj", model=model)
    assert (drawn.above, drawn.drawn, drawn.unplaced) == (2, 1, 1)


@pytest.mark.slow
def test_a_page_holds_all_heads_and_starts_with_what_was_asked_for(protease, tmp_path, monkeypatch):
    written = {}
    monkeypatch.setattr(viewing, "write_page", lambda path, elements, title: written.update(elements))
    options = ViewOptions(head="3-1", property="modification", threshold=0.15, arcs=7)
    view(protease, out=tmp_path / "x.html", model=toy_model(), options=options)
    unpacked = {name: json.loads(gzip.decompress(base64.b64decode(packed))) for name, packed in written.items()}
    main = unpacked["protlens-main"]
    start = main[document_key("index", {})]["start"]
    assert start.items() >= {
        "property": "modification", "head": "3-1", "protein": "7HVP.A", "threshold": 0.15, "arcs": 7
    }.items()  # fmt: skip
    element = unpacked[main["groups"]["7HVP.B"]]
    assert document_key("scene", {"protein": "7HVP.B"}) in element
    assert all(document_key("arcs", {"protein": "7HVP.B", "head": f"{n + 1}-2"}) in element for n in range(LAYERS))


@pytest.mark.slow
def test_a_page_holds_predicted_contacts_where_the_model_has_a_regression(protease, mini, tmp_path, monkeypatch):
    written = {}
    monkeypatch.setattr(viewing, "write_page", lambda path, elements, title: written.update(elements))
    view(protease, out=tmp_path / "x.html", model=mini, options=ViewOptions(head="1-7"))
    unpacked = {name: json.loads(gzip.decompress(base64.b64decode(packed))) for name, packed in written.items()}
    main = unpacked["protlens-main"]
    assert "learned on 60 proteins" in main[document_key("index", {})]["contacts"]
    for name in ("7HVP.A", "7HVP.B"):
        contacts = unpacked[main["groups"][name]][document_key("arcs", {"protein": name, "head": "contacts"})]
        assert len(contacts["weight"]) == 99


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.mvsj.gz", ".mvsj"])
def test_other_kinds_of_files_are_refused_before_anything_is_read(tmp_path, name):
    with pytest.raises(OptionError, match=r"allowed: \.mvsj, \.html, \.pml, \.cxc"):
        view(tmp_path / "nothing.cif", out=tmp_path / name)


def test_a_page_shows_no_more_arcs_than_it_carries(tmp_path):
    with pytest.raises(OptionError, match="up to 200"):
        view(tmp_path / "nothing.cif", out=tmp_path / "x.html", options=ViewOptions(arcs=201))


@pytest.mark.parametrize("options", [{"head": "0-1"}, {"head": "x"}, {"threshold": 0}, {"threshold": 1}, {"arcs": 0}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(OptionError):
        ViewOptions(**options)


@pytest.mark.parametrize(
    ("options", "chains", "error", "said"),
    [
        ({"head": "4-1"}, None, UnknownNameError, "allowed: 1-1 to 3-2"),
        ({"property": "contcat"}, None, UnknownNameError, "contact"),
        ({"property": "secondary_structure"}, None, UnknownNameError, "did you mean secondary_structure:"),
        (
            {"property": "modification:acetylation"},
            None,
            OptionError,
            "of structure .*: none; allowed: contact",
        ),
        ({}, ["Z"], FileFormatError, "chain Z.*allowed: A, B, C"),
    ],
)
def test_what_is_not_there_is_named(protease, tmp_path, options, chains, error, said):
    with pytest.raises(error, match=said):
        view(protease, out=tmp_path / "x.mvsj", model=toy_model(), chains=chains, options=ViewOptions(**options))
    assert list(tmp_path.iterdir()) == []


def test_a_structure_without_a_protein_is_refused(data_files, tmp_path):
    text = gzip.decompress((data_files / "structures" / "1bc8.pdb.gz").read_bytes()).decode()
    structure = gemmi.read_pdb_string(text)
    structure[0].remove_chain("C")
    structure.write_pdb(str(tmp_path / "dna.pdb"))
    with pytest.raises(FileFormatError, match="no protein chain"):
        view(tmp_path / "dna.pdb", out=tmp_path / "x.mvsj", model=toy_model())


@pytest.mark.parametrize("content", ["", FASTA])
def test_what_is_no_structure_is_refused(tmp_path, content):
    (tmp_path / "x.pdb").write_text(content)
    with pytest.raises(ProtlensError, match="structure"):
        view(tmp_path / "x.pdb", out=tmp_path / "x.mvsj", model=toy_model())


def test_commands_for_chimerax_have_two_files_beside_them(protease, tmp_path):
    drawn = view(protease, out=tmp_path / "my view.cxc", options=ViewOptions(head="1-7", arcs=5))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my view.cxc", "my_view.bild", "my_view.cif"]
    text = (tmp_path / "my view.cxc").read_text()
    assert "open my_view.cif format mmcif" in text
    assert 'label /A:6 residues text "Trp 6 A"' in text
    assert (tmp_path / "my_view.bild").read_text().count(".arrow") == drawn.drawn == 10
    assert len(gemmi.read_structure(str(tmp_path / "my_view.cif"))[0]) >= 2
