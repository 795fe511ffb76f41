import re
import string
from pathlib import Path

import gemmi
import pytest

from protlens.data.protein import Protein
from protlens.scene.residue_names import THREE_LETTERS, chain_names, residue_names, single_chains

NAMING = Path(__file__).parents[2] / "frontend" / "src" / "naming.ts"


def test_a_name_has_amino_acid_number_and_chain():
    assert residue_names("FSXG", ["148", "148A", "", "-2"], "A") == ["Phe 148 A", "Ser 148A A", "Xaa 3 A", "Gly -2 A"]


def test_without_numbers_positions_count_from_one_and_no_chain_is_named():
    assert residue_names("MK", (), "") == ["Met 1", "Lys 2"]


def test_every_letter_of_a_sequence_has_a_name():
    assert sorted(THREE_LETTERS) == list(string.ascii_uppercase)
    assert len(set(THREE_LETTERS.values())) == 26


@pytest.mark.parametrize("letter", "ACDEFGHIKLMNPQRSTVWYUO")
def test_encoded_amino_acids_are_called_as_in_the_chemical_dictionary(letter):
    assert THREE_LETTERS[letter].upper() == gemmi.expand_one_letter(letter, gemmi.ResidueKind.AA)


def test_the_page_has_the_same_names():
    if not NAMING.exists():
        pytest.skip("the sources of the page are not here")
    table = NAMING.read_text().partition("THREE_LETTERS")[2].partition("};")[0]
    assert dict(re.findall(r"(\w): \"(\w+)\"", table)) | {"X": "Xaa"} == dict(THREE_LETTERS)


@pytest.mark.parametrize(
    ("chain", "names"),
    [("A+B", ("A", "B")), ("H+L", ("H", "L")), ("", ("#1", "#2")), ("A", ("#1", "#2")), ("A+B+C", ("#1", "#2"))],
)
def test_joined_chains_are_told_apart_whatever_they_are_called(chain, names):
    protein = Protein(
        id="two", sequence="MKTAY", chain=chain, chain_starts=(2,), residue_numbers=("1", "2", "1", "", "9")
    )
    assert chain_names(protein) == names
    parts = single_chains(protein)
    assert [(part.sequence, part.chain, part.residue_numbers) for part in parts] == [
        ("MK", names[0], ("1", "2")),
        ("TAY", names[1], ("1", "", "9")),
    ]


@pytest.mark.parametrize("chain", ["", "A", "A+B"])
def test_a_single_chain_keeps_its_name(chain):
    protein = Protein(id="one", sequence="MK", chain=chain)
    assert (chain_names(protein), single_chains(protein)) == ((chain,), [protein])
