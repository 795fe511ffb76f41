import importlib.util
import itertools
import json
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import protlens
import protlens.data
from protlens.data.protein import Annotation, Protein
from protlens.properties.residue import TrackProperty
from protlens.properties.selection import select_properties

ROOT = Path(__file__).parents[2]
BUNDLED = Path(protlens.data.__file__).parent / "bundled/antibody-mini.parquet"
STRUCTURES = ROOT / "tests/data_files/structures"
RECORDED = ROOT / "tests/data_files/anarcii_numbering.json"
ENTRIES = ("4g6m.pdb.gz", "5a2j.cif.gz")


class Recorded:
    """What ANARCII 2.0.8 said of the windows of the two entries."""

    def __init__(self):
        self.known = {row["window"]: row for row in json.loads(RECORDED.read_text())}

    def number(self, sequences):
        return {name: self._result(self.known[window]) for name, window in sequences.items()}

    @staticmethod
    def _result(row):
        numbers = row["numbers"]
        numbering = numbers and [((n, " "), amino) for n, amino in zip(numbers, row["amino_acids"], strict=True)]
        return {"chain_type": row["chain_type"], "score": row["score"], "numbering": numbering}


@pytest.fixture(scope="module")
def recipe():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "recipes/datasets"))
        spec = importlib.util.spec_from_file_location("antibody_mini", ROOT / "recipes/datasets/antibody_mini.py")
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, "antibody_mini", module)
        spec.loader.exec_module(module)
        yield module


@pytest.fixture(scope="module")
def dataset():
    return protlens.load_dataset("antibody-mini")


@pytest.fixture(scope="module")
def by_id(dataset):
    return {protein.id: protein for protein in dataset}


@pytest.fixture(scope="module")
def made(recipe):
    """The V domains of the two entries, made anew."""
    return {
        protein.id: (kind, protein)
        for name in ENTRIES
        for protein, kind in recipe.v_domains(STRUCTURES / name, Recorded(), Counter())
    }


def cdrs(protein):
    marks = zip(protein.sequence, protein.tracks["cdr"], strict=True)
    found = {"1": "", "2": "", "3": "", "0": ""}
    for amino, region in marks:
        found[region] += amino
    return [found[name] for name in "123"]


def numbered(protein, track):
    return [n for n, mark in zip(protein.residue_numbers, protein.tracks[track], strict=True) if mark == "1"]


def test_two_entries_are_what_the_recipe_makes_of_them(made):
    assert {name: (kind, len(protein)) for name, (kind, protein) in made.items()} == {
        "4G6M.H": ("H", 120),
        "4G6M.L": ("K", 107),
        "5A2J.H-VH": ("H", 117),
        "5A2J.H-VL": ("L", 109),
    }
    domains = {name: protein for name, (_, protein) in made.items()}
    assert {name: cdrs(protein) for name, protein in domains.items()} == {
        "4G6M.H": ["GFSLSTSGMG", "IWWDGDE", "ARNRYDPPWFVD"],
        "4G6M.L": ["QDISNY", "YTS", "LQGKMLPWT"],
        "5A2J.H-VH": ["GFTFSNYW", "IRLKSNNYAT", "TGVGQFAY"],
        "5A2J.H-VL": ["TGAVTTSNY", "GTN", "ALWYSNHWV"],
    }
    # The glycopeptide of MUC1 between both domains of the scFv, in the numbers of the entry (Kabat's for VH).
    assert numbered(domains["5A2J.H-VH"], "antigen") == ["31", "32", "33", "52", "96", "97"]
    assert numbered(domains["5A2J.H-VL"], "antigen") == ["1032", "1091", "1096"]
    assert " ".join(numbered(domains["4G6M.H"], "antigen")) == "32 33 54 55 56 58 59 60 102 103 104"
    assert " ".join(numbered(domains["4G6M.L"], "antigen")) == "27 28 30 32 50 53 91 92 93 94"
    for protein in domains.values():
        (bond,) = [note for note in protein.annotations if note.track == "disulfide_bond"]
        assert [protein.sequence[i] for i in bond.residues] == ["C", "C"]
    assert [n.residues for n in domains["4G6M.H"].annotations] == [(21, 96)]


def test_the_bundled_domains_are_those(made, by_id):
    compared = 0
    for name, (_, fresh) in made.items():
        if name in by_id:
            compared += 1
            kept = by_id[name]
            for field in ("sequence", "tracks", "residue_numbers", "chain", "annotations"):
                assert getattr(kept, field) == getattr(fresh, field), field
            np.testing.assert_array_equal(kept.ca, fresh.ca)
            np.testing.assert_array_equal(kept.cb, fresh.cb)
    assert compared >= 3


def test_what_was_recorded_is_what_anarcii_says(recipe):
    pytest.importorskip("anarcii", reason="pip install --no-deps anarcii==2.0.8")
    model, recorded = recipe.anarcii(), Recorded()
    sequences = {str(i): window for i, window in enumerate(recorded.known)}
    said = model.number(sequences)
    for name, result in recorded.number(sequences).items():
        assert said[name]["chain_type"] == result["chain_type"]
        assert said[name]["score"] == pytest.approx(result["score"], abs=0.01)
        own = [(n, a) for (n, _), a in said[name]["numbering"] or [] if a != "-"]
        assert own == [(n, a) for (n, _), a in result["numbering"] or []]


@pytest.mark.parametrize(
    ("name", "chains", "regions"),
    [
        (
            "rituximab",
            ("2OSL.A", "2OSL.B"),
            [["GYTFTSYN", "IYPGNGDT", "ARSTYYGGDWYFNV"], ["SSVSY", "ATS", "QQWTSNPPT"]],
        ),
        (
            "cetuximab",
            ("5T1L.B", "5T1L.A"),
            [["GFSLTNYG", "IWSGGNT", "ARALTYYDYEFAY"], ["QSIGTN", "YAS", "QQNNNWPTT"]],
        ),
    ],
)
def test_cdrs_of_antibodies_in_use_are_those_that_imgt_gives(by_id, name, chains, regions):
    """Their lengths are [8.8.14] and [5.3.9] of rituximab, [8.7.13] and [6.3.9] of cetuximab."""
    assert [cdrs(by_id[chain]) for chain in chains] == regions


def test_a_meditope_in_the_framework_is_no_antigen(by_id):
    for name in ("5T1L.A", "5T1L.B"):
        assert "antigen" not in by_id[name].tracks
        assert "1" in by_id[name].tracks["binding_site:peptide"]


def test_the_bundled_file_holds_what_was_promised(dataset, recipe):
    assert BUNDLED.stat().st_size < 300_000
    assert len(dataset) == 31
    assert sum(map(is_heavy, dataset)) == 15
    for protein in dataset:
        track = protein.tracks["cdr"]
        assert re.fullmatch("0+1+0+2+0+3+0+", track), protein.id
        assert np.isfinite(protein.ca).all(1).mean() >= 0.9
        assert protein.sequence[track.index("3") - 1] == "C"
        assert {"dssp", "3di", "cdr", "disulfide_bond"} <= set(protein.tracks)
        assert "1" in protein.tracks.get("antigen", "1")
        pairs = [note.residues for note in protein.annotations if note.track == "disulfide_bond"]
        assert sorted(i for pair in pairs for i in pair) == [
            i for i, mark in enumerate(protein.tracks["disulfide_bond"]) if mark == "1"
        ]
        for one, other in pairs:
            assert np.linalg.norm(protein.ca[one] - protein.ca[other]) < 7.5
    heavy = [protein for protein in dataset if is_heavy(protein)]
    for some in (heavy, [protein for protein in dataset if not is_heavy(protein)]):
        candidates = [recipe.Candidate(protein, "H", "X", 2.0, False) for protein in some]
        assert not [pair for pair in itertools.combinations(candidates, 2) if recipe.identity(*pair) > 0.9]


def is_heavy(protein):
    """The J segment of a heavy chain ends in Thr, Val, Ser, Ser (or Ala), that of a light one does not."""
    return re.search("TVS[SA]", protein.sequence[-6:]) is not None


def test_regions_are_those_of_a_plain_loop(dataset):
    found = {prop.name: prop for prop in select_properties(dataset, ["cdr", "antigen"])}
    assert list(found) == ["cdr1", "cdr2", "cdr3", "framework", "antigen"]
    for protein in dataset:
        for name, symbol in {"cdr1": "1", "cdr2": "2", "cdr3": "3", "framework": "0"}.items():
            mask = found[name].mask(protein)
            assert mask.known.all()
            assert mask.holds.tolist() == [mark == symbol for mark in protein.tracks["cdr"]]
        track, mask = protein.tracks.get("antigen"), found["antigen"].mask(protein)
        assert (mask is None) == (track is None)
        if track is not None:
            assert mask.holds.tolist() == [mark == "1" for mark in track]
            assert mask.known.tolist() == [mark != "?" for mark in track]


def bonded(protein):
    """The property of a bond, pair by pair."""
    pairs = {note.residues for note in protein.annotations if note.track == "disulfide_bond"}
    track, size = protein.tracks["disulfide_bond"], len(protein)
    holds, known = np.zeros((size, size), bool), np.zeros((size, size), bool)
    for i, j in itertools.product(range(size), repeat=2):
        unseen = protein.sequence[i] == protein.sequence[j] == "C" and "?" in (track[i], track[j])
        known[i, j] = i != j and not unseen
        holds[i, j] = known[i, j] and ((i, j) in pairs or (j, i) in pairs)
    return holds, known


MADE = Protein(
    id="made",
    sequence="ACGCKCCX",
    tracks={"disulfide_bond": "010100?0"},
    annotations=(Annotation("disulfide_bond", "SG-SG", (1, 3)), Annotation("binding_site", "ZN", (3, 5))),
)


def test_disulfides_are_those_of_a_plain_loop(dataset):
    for protein in [*dataset[:8], MADE, MADE.cut(6), MADE.cut(3)]:
        mask = protlens.Disulfide().mask(protein)
        holds, known = bonded(protein)
        np.testing.assert_array_equal(mask.holds, holds)
        np.testing.assert_array_equal(mask.known, known)
        assert not (mask.holds & ~mask.known).any()
    assert protlens.Disulfide().mask(MADE).holds.sum() == 2
    assert not protlens.Disulfide().mask(MADE.cut(3)).holds.any()
    assert protlens.Disulfide().mask(Protein(id="none", sequence="CC")) is None


def test_a_track_of_the_users_that_has_the_name_of_a_family_is_their_own():
    own = protlens.Dataset("own", [Protein(id="a", sequence="MCKC", tracks={"disulfide": "0101", "cdr": "01?0"})])
    assert select_properties(own, ["disulfide", "cdr"]) == (
        TrackProperty("disulfide", "disulfide"),
        TrackProperty("cdr", "cdr"),
    )
    assert not {"disulfide", "cdr", "cdr1"} & {prop.name for prop in select_properties(own)}


def test_all_of_it_is_analysed_if_nothing_is_asked_for(dataset):
    names = [prop.name for prop in select_properties(dataset)]
    assert names[:7] == ["contact", "disulfide", "cdr1", "cdr2", "cdr3", "framework", "antigen"]
    assert "antigen" not in [prop.name for prop in select_properties("pdb-mini")]


def test_a_copy_has_all_atoms_that_were_refined(recipe, tmp_path):
    assert recipe.as_refined(STRUCTURES / "4g6m.pdb.gz")
    lines = recipe.lines_of(STRUCTURES / "4g6m.pdb.gz")
    (tmp_path / "cut.pdb").write_text("\n".join(lines[: [line[:5] for line in lines].index("ATOM ")] + lines[-900:]))
    assert not recipe.as_refined(tmp_path / "cut.pdb")


def test_domains_of_one_kind_that_are_too_like_are_taken_once(recipe):
    def candidate(name, sequence, kind):
        return recipe.Candidate(Protein(id=name, sequence=sequence), kind, "X-RAY DIFFRACTION", 2.0, False)

    one = "MKTAYIAKQRQISFVKSHFSRQ"
    far = "GWGPLNDECTHYVWGGDPNNHC"
    near, like = one[:-1] + "A", one[:-5] + "WWWWW"
    found = [candidate(n, s, k) for n, s, k in [("A", one, "H"), ("B", near, "H"), ("C", like, "H"), ("D", far, "H")]]
    left_out = Counter()
    kept = recipe.choose([*found, candidate("E", one, "K")], left_out)
    assert [(c.protein.id, c.protein.cluster) for c in kept] == [("A", "A"), ("C", "A"), ("D", "D"), ("E", "E")]
    assert sum(left_out.values()) == 1


@pytest.fixture(scope="module")
def page():
    text = (ROOT / "docs/datasets.md").read_text()
    return text[text.index("## antibody-mini") :].partition("\n## ")[0]


def test_the_page_lists_the_domains_and_the_counts(dataset, page):
    block = page.rpartition("```text\n")[2].partition("```")[0]
    assert block.split() == dataset.ids
    assert dataset.fingerprint() in page
    for name in dataset.tracks:
        row = re.search(rf"\| `{name}` \| (\d+) \| ([^|]+) \|", page)
        carried = [protein.tracks[name] for protein in dataset if name in protein.tracks]
        assert int(row[1]) == len(carried), name
        counts = Counter("".join(carried))
        symbols = "123" if name == "cdr" else "1"
        if name not in ("dssp", "3di"):
            assert [int(n.replace(",", "")) for n in row[2].split(" + ")] == [counts[s] for s in symbols], name
