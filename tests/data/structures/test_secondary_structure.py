import gzip
import json

import pytest

from pdb_lines import chain, write
from protlens.data.structures.polymer import protein_polymers
from protlens.data.structures.secondary_structure import secondary_structure
from protlens.data.structures.structure_file import load_structure


@pytest.fixture(scope="module")
def labelled(data_files):
    rows = json.loads(gzip.decompress((data_files / "structures/labelled_chains.json.gz").read_bytes()))
    return {row["id"]: row for row in rows}


def polymers(path):
    return protein_polymers(load_structure(path).structure)


@pytest.mark.parametrize(("file", "label"), [("1bc8.pdb.gz", "1BC8.C"), ("1mkk.pdb.gz", "1MKK.B")])
def test_states_are_those_of_another_dssp(data_files, labelled, file, label):
    chains = polymers(data_files / "structures" / file)
    states = dict(zip([polymer.name for polymer in chains], secondary_structure(chains), strict=True))
    polymer = next(polymer for polymer in chains if polymer.name == label[-1])
    start = polymer.sequence.index(labelled[label]["sequence"])
    assert states[label[-1]][start : start + len(labelled[label]["dssp"])] == labelled[label]["dssp"]


def test_bridges_between_chains_are_seen(data_files, labelled):
    alone = [polymer for polymer in polymers(data_files / "structures/1mkk.pdb.gz") if polymer.name == "B"]
    (states,) = secondary_structure(alone)
    start = alone[0].sequence.index(labelled["1MKK.B"]["sequence"])
    assert states[start : start + 94] != labelled["1MKK.B"]["dssp"]


def test_unresolved_and_incomplete_residues_are_unknown(data_files, tmp_path):
    (polymer,) = polymers(data_files / "structures/1bx8.pdb.gz")
    (states,) = secondary_structure([polymer])
    resolved = {i for i, _ in polymer.resolved()}
    assert {i for i, state in enumerate(states) if state == "?"} == set(range(55)) - resolved
    lines = [line for line in chain(["ALA"] * 4) if not (line[12:16].strip() == "O" and line[22:26].strip() == "3")]
    assert secondary_structure(polymers(write(tmp_path / "x.pdb", lines))) == ["CC?C"]


def test_a_chain_of_ca_atoms_is_unknown_throughout(tmp_path):
    lines = [line for line in chain(["ALA"] * 5) if not line.startswith("ATOM") or line[12:16].strip() == "CA"]
    assert secondary_structure(polymers(write(tmp_path / "x.pdb", lines))) == ["?????"]
