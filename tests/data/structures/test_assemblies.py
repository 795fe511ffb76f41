from math import dist

import gemmi
import numpy as np
import pytest

from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.data.structures import chains as reader
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError
from protlens.properties.pair import InterContact


@pytest.fixture(scope="module")
def structures(data_files):
    return data_files / "structures"


def test_copies_are_those_of_gemmi(structures):
    path = structures / "1a8o.cif.gz"
    one, other = read_structure(path, assembly="1")
    assert [(chain.id, chain.chain) for chain in (one, other)] == [("1A8O.A", "A"), ("1A8O.A-2", "A-2")]
    deposited = gemmi.read_structure(str(path))
    built = gemmi.make_assembly(deposited.assemblies[0], deposited[0], gemmi.HowToNameCopiedChain.AddNumber)
    for chain, copy in zip((one, other), built, strict=True):
        atoms = [residue.find_atom("CA", "*") for residue in copy.get_polymer()]
        expected = np.array([atom.pos.tolist() for atom in atoms if atom is not None])
        assert np.allclose(chain.ca[~np.isnan(chain.ca).any(1)], expected, atol=1e-3)
    assert not np.allclose(one.ca, other.ca, equal_nan=True)
    assert one.tracks == other.tracks
    assert one.sequence == other.sequence


def test_a_dimer_that_the_entry_holds_half_of_has_its_contacts(structures):
    (dimer,) = join_chains(Dataset("capsid", read_structure(structures / "1a8o.cif.gz", assembly="1")))
    assert (dimer.id, dimer.chain_starts) == ("1A8O.A+A-2", (70,))
    points = [tuple(map(float, point)) for point in dimer.cb]
    touching = sum(dist(points[i], points[j]) < 8 for i in range(70) for j in range(70, 140))
    assert InterContact().mask(dimer).holds.sum() == 2 * touching > 20


@pytest.mark.parametrize("name", ["7hvp.pdb.gz", "4g6m.pdb.gz", "1crn.cif.gz"])
def test_an_assembly_of_what_the_file_holds_is_that(structures, name):
    plain, assembled = read_structure(structures / name), read_structure(structures / name, assembly="1")
    assert [chain.id for chain in assembled] == [chain.id for chain in plain]
    for one, other in zip(plain, assembled, strict=True):
        assert np.allclose(one.ca, other.ca, atol=1e-3, equal_nan=True)


def test_an_assembly_that_is_not_there_is_refused(structures, monkeypatch):
    with pytest.raises(FileFormatError, match=r"1a8o.cif.gz: assembly '2': .* no such assembly; allowed: 1"):
        read_structure(structures / "1a8o.cif.gz", assembly="2")
    with pytest.raises(FileFormatError, match="assembly '1': the file tells of no such assembly"):
        read_structure(structures / "1mkk.pdb.gz", assembly="1")
    monkeypatch.setattr(reader, "MAX_RESIDUES", 139)
    with pytest.raises(FileFormatError, match="assembly '1': too large; allowed: at most 139 residues"):
        read_structure(structures / "1a8o.cif.gz", assembly="1")
