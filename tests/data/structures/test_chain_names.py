import gemmi
import pytest

import protlens
from protlens.data.structures.chain_names import LONGEST, ChainName, names_in_block, names_in_pdb

PDB = """\
COMPND    MOL_ID: 1;
COMPND   2 MOLECULE: HIV-1 PROTEASE;
COMPND   3 CHAIN: A, B;
COMPND   4 MOL_ID: 2;
COMPND   5 MOLECULE: INHIBITOR
COMPND   6 (JG-365);
COMPND   7 CHAIN: C
SOURCE    MOL_ID: 1;
SOURCE   2 ORGANISM_SCIENTIFIC: HUMAN IMMUNODEFICIENCY VIRUS 1;
SOURCE   3 ORGANISM_TAXID: 11676;
SOURCE   4 MOL_ID: 2;
SOURCE   5 SYNTHETIC: YES
"""


def test_a_pdb_file_names_the_molecule_and_the_organism_of_each_chain():
    names = names_in_pdb(PDB.splitlines())
    protease = ChainName("HIV-1 PROTEASE", "Human immunodeficiency virus 1")
    assert names == {"A": protease, "B": protease, "C": ChainName("INHIBITOR (JG-365)", "")}


@pytest.mark.parametrize("lines", ["", "COMPND    HEMOGLOBIN (DEOXY)", "COMPND    MOLECULE", "SOURCE    MOL_ID: 1;"])
def test_what_is_not_told_by_chain_is_no_name(lines):
    assert not any(name.title or name.organism for name in names_in_pdb(lines.splitlines()).values())


def test_a_name_without_end_is_cut():
    long = "\n".join(["COMPND    MOL_ID: 1;", *(f"COMPND{n:4d} MOLECULE: {'X' * 50}" for n in range(2, 3))])
    lines = [*long.splitlines(), *[f"COMPND{n:4d} {'Y' * 60}" for n in range(3, 40)], "COMPND  40 ;CHAIN: A"]
    assert len(names_in_pdb(lines)["A"].title) == LONGEST


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HOMO SAPIENS", "Homo sapiens"),
        ("ESCHERICHIA COLI K-12", "Escherichia coli K-12"),
        ("Escherichia coli O157:H7", "Escherichia coli O157:H7"),
    ],
)
def test_organisms_are_written_as_such(written, read):
    lines = ["COMPND    MOL_ID: 1; CHAIN: A;", f"SOURCE    MOL_ID: 1; ORGANISM_SCIENTIFIC: {written};"]
    assert names_in_pdb(lines)["A"].organism == read


def cif(source):
    atoms = "\n".join(
        f"ATOM {number} C CA . ALA {asym} {entity} {number % 6 + 1} {number}.0 0.0 0.0 1.0 10.0 {author} {number}"
        for number, (asym, entity, author) in enumerate([("A", 1, "X")] * 6 + [("B", 2, "Y")] * 6)
    )
    return f"""data_one
loop_
_entity.id
_entity.type
_entity.pdbx_description
1 polymer 'Lac repressor'
2 polymer ?
{source}
loop_
_atom_site.group_PDB
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.label_entity_id
_atom_site.label_seq_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.occupancy
_atom_site.B_iso_or_equiv
_atom_site.auth_asym_id
_atom_site.auth_seq_id
{atoms}
"""


@pytest.mark.parametrize(
    "source",
    [
        "_entity_src_gen.entity_id 1\n_entity_src_gen.pdbx_gene_src_scientific_name 'ESCHERICHIA COLI'",
        "_entity_src_nat.entity_id 1\n_entity_src_nat.pdbx_organism_scientific 'Escherichia coli'",
        "_ma_target_ref_db_details.target_entity_id 1\n"
        "_ma_target_ref_db_details.organism_scientific 'Escherichia coli'",
    ],
)
def test_mmcif_names_them_by_entity_and_the_chain_is_called_as_the_author_does(source):
    block = gemmi.cif.read_string(cif(source)).sole_block()
    names = names_in_block(block, gemmi.make_structure_from_block(block))
    assert names == {"X": ChainName("Lac repressor", "Escherichia coli")}


def test_a_protein_of_a_file_has_its_names(data_files):
    chain = protlens.read_structure(data_files / "structures" / "7hvp.pdb.gz")[0]
    assert (chain.title, chain.organism) == ("HIV-1 PROTEASE", "Human immunodeficiency virus 1")
    assert chain.cut(10).title == chain.title
    assert "HIV-1 PROTEASE" in chain._repr_html_()
