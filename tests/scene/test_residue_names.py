import re
import string
from pathlib import Path

import gemmi
import pytest

from protlens.scene.residue_names import THREE_LETTERS, residue_names

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
