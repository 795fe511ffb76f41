import gzip

import gemmi

from pdb_lines import atom
from protlens.data.structures.conformers import keep_one_conformer


def kept(*lines):
    model = gemmi.read_pdb_string("\n".join([*lines, "END"]))[0]
    keep_one_conformer(model)
    return [(r.name, str(r.seqid), a.name, a.altloc, round(a.pos.x, 1)) for c in model for r in c for a in r]


def serine(number, altloc, occupancy, x, *, name="SER", atoms=("CA", "CB")):
    return [atom(number, a, name, 1, (x + i, 0, 0), altloc=altloc, occupancy=occupancy) for i, a in enumerate(atoms)]


def test_the_location_of_highest_occupancy_stays_whatever_its_order():
    found = kept(*serine(1, "A", 0.4, 0.0), *serine(3, "B", 0.6, 5.0))
    assert [(name, altloc) for *_, name, altloc, _ in found] == [("CA", "B"), ("CB", "B")]


def test_the_first_location_stays_on_a_tie():
    found = kept(*serine(1, "B", 0.5, 0.0), *serine(3, "A", 0.5, 5.0))
    assert [altloc for *_, altloc, _ in found] == ["B", "B"]


def test_one_location_is_chosen_for_the_whole_residue():
    lines = [
        atom(1, "CA", "SER", 1, (0, 0, 0), altloc="A", occupancy=0.3),
        atom(2, "CA", "SER", 1, (1, 0, 0), altloc="B", occupancy=0.7),
        atom(3, "CB", "SER", 1, (2, 0, 0), altloc="A", occupancy=0.6),
        atom(4, "CB", "SER", 1, (3, 0, 0), altloc="B", occupancy=0.4),
        atom(5, "OG", "SER", 1, (4, 0, 0), altloc="A", occupancy=0.3),
        atom(6, "OG", "SER", 1, (5, 0, 0), altloc="B", occupancy=0.7),
    ]
    assert {altloc for *_, altloc, _ in kept(*lines)} == {"B"}


def test_atoms_without_a_location_stay():
    lines = [atom(9, "N", "SER", 1, (-1, 0, 0)), *serine(1, "A", 0.4, 0.0), *serine(3, "B", 0.6, 5.0)]
    assert [name for _, _, name, *_ in kept(*lines)] == ["N", "CA", "CB"]


def test_of_two_residues_at_one_position_the_one_of_higher_occupancy_stays():
    lines = [*serine(1, "A", 0.4, 0.0), *serine(3, "B", 0.6, 5.0, name="THR")]
    assert {name for name, *_ in kept(*lines)} == {"THR"}


def test_residues_with_insertion_codes_are_not_alternatives():
    lines = [atom(1, "CA", "SER", 1, (0, 0, 0)), atom(2, "CA", "GLY", 1, (3.8, 0, 0), icode="A")]
    assert [number for _, number, *_ in kept(*lines)] == ["1", "1A"]


def test_a_real_file_keeps_one_position_an_atom_at_its_highest_occupancy(data_files):
    text = gzip.decompress((data_files / "structures/1cbn.pdb.gz").read_bytes()).decode()
    model = gemmi.read_pdb_string(text)[0]
    rivals = {}
    for line in text.splitlines():
        if line.startswith("ATOM") and line[12:16].strip() == "CA":
            rivals.setdefault(line[22:27].strip(), []).append((float(line[54:60]), line[17:20]))
    assert max(map(len, rivals.values())) > 1
    keep_one_conformer(model)
    chain = model[0]
    for number, options in rivals.items():
        (residue,) = [r for r in chain if str(r.seqid) == number]
        (ca,) = [a for a in residue if a.name == "CA"]
        best = max(occupancy for occupancy, _ in options)
        assert abs(ca.occ - best) < 1e-3
        assert residue.name == next(name for occupancy, name in options if occupancy == best)
