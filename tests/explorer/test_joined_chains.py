"""Chains of HIV-1 protease in one input, from the file to the documents; looked up anew with gemmi and the model."""

import json
import re

import gemmi
import numpy as np
import pytest

from mvs import arrows_of, by_ref, check_scene, component_of
from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.data.structures.chains import read_structure
from protlens.errors import OptionError
from protlens.explorer.dressed_scene import ArcChoice, dressed_scene
from protlens.explorer.opening import open_run, open_structure
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.linked_chains import LinkedModel
from protlens.models.load import load_model
from protlens.properties.pair import Contact
from protlens.scene.arc_ends import BACKBONE
from protlens.scene.backdrop import ATTENDED, CARTOON
from reference import attention_of
from toy import toy_model

DIMER, HALF, HEAD = "7HVP.A+B", 99, "3-4"


@pytest.fixture(scope="module")
def mini():
    return load_model("mini-bert", device="cpu")


@pytest.fixture(scope="module")
def file(data_files):
    return data_files / "structures" / "7hvp.pdb.gz"


@pytest.fixture(scope="module")
def joined(file, mini):
    return open_structure(file, model=mini, join_chains=True)


@pytest.fixture(scope="module")
def protein(joined):
    return joined.document("protein", {"id": DIMER})


@pytest.fixture(scope="module")
def arcs(joined):
    return joined.document("arcs", {"protein": DIMER, "head": HEAD})


@pytest.fixture(scope="module")
def centres(file):
    """The centre of each side chain, CA for glycine, by chain and number, atom by atom from the file."""
    found = {}
    for chain in gemmi.read_structure(str(file))[0]:
        for residue in chain:
            atoms = {atom.name: atom.pos.tolist() for atom in residue}
            if "CA" in atoms:
                side = [place for name, place in atoms.items() if name not in BACKBONE and not name.startswith("H")]
                found[chain.name, residue.seqid.num] = np.mean(side or [atoms["CA"]], axis=0)
    return found


def test_two_chains_are_one_protein_that_knows_them_apart(joined, protein):
    (entry,) = joined.entries()
    assert (entry["id"], entry["residues"], entry["chains"]) == (DIMER, 198, 2)
    assert protein["group"] == [DIMER]
    assert (protein["chain"], protein["asym"], len(protein["sequence"]), protein["analysed"]) == ("A", "A", 198, 198)
    (second,) = protein["further"]
    assert (second["start"], second["name"]) == (HALF, "B")
    assert second["asym"] not in ("", "A")
    assert "its chains in one input" in joined.document("index", {})["title"]


def test_each_point_is_of_the_right_residue_of_the_right_chain(protein, centres):
    places = [("AB"[at // HALF], int(number)) for at, number in enumerate(protein["numbers"])]
    expected = [centres[place] for place in places]
    np.testing.assert_allclose(protein["points"], expected, atol=0.0051)


def test_arcs_are_those_of_the_model_with_glycines_between(mini, protein, arcs):
    sequence = protein["sequence"]
    whole = attention_of(mini, sequence[:HALF] + 25 * "G" + sequence[HALF:])
    kept = np.r_[:HALF, HALF + 25 : 198 + 25]
    weights = whole[2, 3][np.ix_(kept, kept)]
    shown = set(zip(arcs["query"], arcs["key"], strict=True))
    certain = {tuple(pair) for pair in np.argwhere(weights > 0.1001).tolist()}
    assert certain <= shown <= {tuple(pair) for pair in np.argwhere(weights > 0.0999).tolist()}
    assert sum((query < HALF) != (key < HALF) for query, key in shown) > 100


def test_properties_know_pairs_of_two_chains(protein, arcs, centres):
    pairs = set(zip(*protein["pairs"]["contact:inter"].values(), strict=True))
    assert len(pairs) > 100
    assert all((query < HALF) != (key < HALF) for query, key in pairs)
    told = zip(arcs["query"], arcs["key"], arcs["holds"]["contact:inter"], strict=True)
    for query, key, symbol in told:
        assert symbol == ("?" if (query < HALF) == (key < HALF) else "01"[(query, key) in pairs])


@pytest.fixture(scope="module")
def scene(joined):
    choice = ArcChoice(property="contact", threshold=0.1, arcs=1000)
    return dressed_scene(joined, protein=DIMER, head=HEAD, choice=choice)


def test_the_scene_has_both_chains_and_arcs_between_them(scene, centres):
    check_scene(scene)
    chains = component_of(scene, CARTOON)["params"]["selector"]
    assert [chain["label_asym_id"] for chain in chains] == ["A", "B"]
    between = 0
    for arrow in arrows_of(scene):
        ends = re.match(r"\w{3} (\d+) (\w) → \w{3} (\d+) (\w),", arrow["tooltip"])
        places = [(ends[2], int(ends[1])), (ends[4], int(ends[3]))]
        np.testing.assert_allclose([arrow["start"], arrow["end"]], [centres[one] for one in places], atol=0.0051)
        between += ends[2] != ends[4]
    assert between > 100


def test_sticks_stand_where_the_labels_are(scene):
    labels = [
        one["params"]
        for group in scene["root"]["children"]
        for one in group.get("children", [])
        if one.get("params", {}).get("kind") == "label"
    ]
    sticks = component_of(scene, ATTENDED)["params"]["selector"]
    named = [(label["text"].split()[2], int(label["text"].split()[1])) for label in labels]
    assert named == [(one["label_asym_id"], one["label_seq_id"]) for one in sticks]
    assert by_ref(scene, ATTENDED)


def test_without_it_chains_are_read_one_by_one(file, mini):
    apart = open_structure(file, model=mini)
    assert [entry["id"] for entry in apart.entries()] == ["7HVP.A", "7HVP.B"]
    assert not any("chains" in entry for entry in apart.entries())
    assert apart.document("protein", {"id": "7HVP.B"})["further"] == []


def test_a_single_chain_has_nothing_to_join(file, mini):
    single = open_structure(file, model=mini, chains="A", join_chains=True)
    assert [entry["id"] for entry in single.entries()] == ["7HVP.A"]
    assert "one input" not in single.document("index", {})["title"]


def test_linkers_that_leave_no_room_are_refused(file, mini):
    with pytest.raises(OptionError, match=r"^linkers of 600 between 2 chains: no room in an input of 510 residues$"):
        open_structure(file, model=LinkedModel(mini, linker=600, most_chains=1), join_chains=True)


@pytest.fixture(scope="module")
def chains(file):
    return Dataset("protease", read_structure(file))


def test_a_run_of_single_chains_lends_its_heads_and_reads_both(file, mini, chains, arcs, tmp_path):
    run = extract(mini, chains, [Contact()], out=tmp_path / "run")
    opened = open_structure(file, model=mini, run=run, join_chains=True)
    assert opened.document("protein", {"id": DIMER})["analysed"] == 198
    found = opened.document("arcs", {"protein": DIMER, "head": HEAD})
    assert (found["query"], found["key"], found["weight"]) == (arcs["query"], arcs["key"], arcs["weight"])


def test_a_run_of_joined_chains_shows_both(mini, chains, protein, arcs, centres, tmp_path):
    options = ExtractionOptions(threshold=0.1, join_chains=True)
    opened = open_run(extract(mini, chains, [Contact()], out=tmp_path / "run", options=options), dataset=chains)
    found = opened.document("protein", {"id": DIMER})
    assert [(one["start"], one["name"], one["asym"]) for one in found["further"]] == [(HALF, "B", "B")]
    assert opened.document("arcs", {"protein": DIMER, "head": HEAD})["query"] == arcs["query"]
    (dimer,) = join_chains(chains)
    np.testing.assert_allclose(found["points"], dimer.cb, atol=0.0051)
    scene = opened.document("scene", {"protein": DIMER})
    check_scene(scene)
    assert json.dumps(component_of(scene, CARTOON)["params"]["selector"]).count("label_asym_id") == 2


def test_what_the_input_does_not_hold_beside_the_linker_is_not_read(file, mini, protein):
    opened = open_structure(file, model=LinkedModel(mini, linker=400, most_chains=1), join_chains=True)
    assert opened.document("protein", {"id": DIMER})["analysed"] == 510 - 400
    found = opened.document("arcs", {"protein": DIMER, "head": HEAD})
    weights = attention_of(mini, protein["sequence"][:HALF] + 400 * "G" + protein["sequence"][HALF:110])[2, 3]
    kept = np.r_[:HALF, HALF + 400 : 510]
    received = weights[np.ix_(kept, kept)].sum(axis=0)
    np.testing.assert_allclose(found["received"], received, rtol=0.002, atol=0.0006)


def test_a_run_whose_model_has_too_little_room_is_refused(file, chains, tmp_path):
    small = toy_model(max_residues=20)
    run = extract(small, chains, [Contact()], out=tmp_path / "run")
    with pytest.raises(OptionError, match=r"^linkers between 2 chains: no room in an input of 20 residues$"):
        open_structure(file, model=small, run=run, join_chains=True)
