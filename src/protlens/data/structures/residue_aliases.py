"""Names of residues outside the dictionary of the PDB, read as the component that they stand for.

Force fields, docking and modelling programs write the state of a residue into its name, and have names of their own for
water, ions and sugars. Some of these names mean something else in the dictionary (``HSE`` is homoserine there, ``CLA``
chlorophyll), so a name is read as an alias only where the atoms fit: those of an amino acid must be a part of it,
unless the name is a common one; water has one oxygen, an ion one atom, a sugar its ring.

Sources: AMBER's leaprc.protein.ff14SB, leaprc.water and leaprc.GLYCAM_06j (HID CYX ASH NALA, 0YB); CHARMM's
top_all36_prot, top_all36_na, top_all36_carb and toppar_water_ions (HSD TIP3 SOD ADE BGLC); GROMACS' residuetypes.dat,
with the names of GROMOS and OPLS (HISA LYSH SOL); Schrodinger's Maestro (ARN TYO T3P); Rosetta and MODELLER (CYD CSS
VRT); CNS and HADDOCK (HISP CYF SHA); OPM (DUM). Compared with the tables of MDTraj 1.11 and OpenMM 8.6 (pdbNames.xml,
all of which is here), MDAnalysis 2.11 (its selections) and ProDy 2.6 (its flags): what else these name are components
of the dictionary, and ASF, QLN and PGLU of OPLS, which are other compounds than their amino acids.
"""

from collections.abc import Iterator, Mapping

import gemmi

_AMINO_ACID_ALIASES = {
    "ALA": "ALAD",
    "ARG": "ARN AR0 ARGN ARGP",
    "ASN": "ASN1 NLN",
    "ASP": "ASH ASPH ASPP AS4 ASPN",
    "CYS": "CYX CYM CYS1 CYS2 CYSH CYSX CYSN CYSP CYT CYD CYZ CYF CYN CSS CYSS",
    "GLN": "GLNH",
    "GLU": "GLH GLUH GLUP GL4 GLUN",
    "HIS": "HSD HSE HSP HSC HID HIE HIP HIZ HIN HISA HISB HISD HISE HISH HISP HSH HIH HIS1 HIS2 HISN HIS+ HI+",
    "LYS": "LYN LYSH LYSN LYSP LYP LSN LYS+",
    "MET": "METN",
    "PRO": "PROH PRON",
    "SER": "SRO OLS",
    "THR": "THO OLT",
    "TRP": "TRPN",
    "TYR": "TYM TYO TYRN TYN TYD",
    "HYP": "OLP",
}
_COMMON = frozenset(["HSD", "HSE", "HSP", "HID", "HIE", "HIP", "CYX", "CYM", "ASH", "GLH", "LYN"])
"""Names of three letters that are read as an amino acid whatever its atoms, but for ``_OTHER_MEANINGS``."""

_OTHER_MEANINGS = {"HSE": frozenset({"CG", "OG"}), "HIP": frozenset({"P"})}
"""Atoms by which the dictionary's own meaning is known: homoserine, phosphohistidine."""

_NUCLEOTIDE_ALIASES = {
    "A": "ADE RA RA3 RA5 RAN A3 A5 AN DAD DA3 DA5 DAN DAP",
    "C": "CYT RC RC3 RC5 RCN C3 C5 CN DCY DC3 DC5 DCN DCP",
    "G": "GUA RG RG3 RG5 RGN G3 G5 GN DGU DG3 DG5 DGN",
    "T": "THY DT3 DT5 DTN",
    "U": "URA RU RU3 RU5 RUN U3 U5 UN",
}
_WATER_NAMES = (
    "HOH WAT DOD H2O H20 HHO OHH D2O OH2 SOL SOLV WTR HO4 TIP TIP2 TIP3 TIP4 TIP5 TIPS TIP3P TIP4P "
    "TP3 TP4 TP5 TPF T3P T4P T5P T3H T4E SPC SPCE SPCF SPE SPF OPC OP3 FB3 FB4 "
    "F3C SWM SWM4 SWM6 "
)
_WATERS = frozenset(_WATER_NAMES.split())
_DUMMIES = frozenset(["DUM", "MEM", "VRT", "EMB", "PSD", "PSDO", "ANI", "SHA", "TNS", "VSIT"])
"""Planes of a membrane, axes, beads and pseudo-atoms: no molecules."""

_ION_ALIASES = {
    "CL": "CLA CL- CLO CIM CL1 CHL CLM",
    "NA": "SOD NA+ NIO CIP SODI NA1",
    "K": "POT K+ KIO K1",
    "LI": "LIT LI+ LIO",
    "CS": "CES CS+ CIO",
    "RB": "RUB RB+ RIO",
    "F": "FLU F-",
    "BR": "BR- BRO",
    "IOD": "I I- IO",
    "CA": "CAL C0 CA2 CA+2 CA2+ CAI",
    "MG": "MG2 MG+2 MG2+ MGH",
    "ZN": "ZN2 ZN+2 ZN2+ ZNA",
    "MN": "MN2 MN+2 MN2+",
    "CD": "CAD CD2 CD+2 CD2+",
    "BA": "BAR BA2 BA2+",
    "SR": "SR2 SR2+",
    "CU": "CU2 CU2+ CU+",
    "NI": "NI2 NI2+",
    "CO": "CO2 CO2+",
    "FE": "FE3 FE3+",
    "FE2": "FE2+",
}
_ION_ELEMENTS = {"IOD": "I", "FE2": "FE"}
_SUGAR_ALIASES = {
    "NAG": "BGLN BGLCN BGLCNA BGLC2NA",
    "NDG": "AGLN AGLCN AGLCNA",
    "GLC": "AGLC AGLP",
    "BGC": "BGLC",
    "MAN": "AMAN",
    "BMA": "BMAN",
    "FUC": "AFUC",
    "FUL": "BFUC",
    "GLA": "AGAL",
    "GAL": "BGAL",
    "NGA": "BGALNA BGLA",
    "A2G": "AGALNA",
    "SIA": "ANE5 ANE5AC",
    "XYP": "BXYL",
    "XYS": "AXYL",
}
_GLYCAM = {
    "YB": "NAG", "YA": "NDG", "MA": "MAN", "MB": "BMA", "GA": "GLC", "GB": "BGC", "LA": "GLA", "LB": "GAL", "fA": "FUC",
    "fB": "FUL", "VA": "A2G", "VB": "NGA", "SA": "SIA", "SB": "SLB", "XA": "XYS", "XB": "XYP",
}  # fmt: skip
"""GLYCAM's letter and anomer behind the code of the linkage: ``4YB`` is a NAG that is bound at its O4."""

_GLYCAM_LINKAGES = frozenset("0123456789UVWXYZTSRQP")
_RING = frozenset({"C1", "C2", "C3", "C4", "C5"})

_BACKBONE = "N CA C O OXT OT OT1 OT2 O1 O2 OC1 OC2 OTX"
_SIDE_CHAINS = {
    "ALA": "CB",
    "ARG": "CB CG CD NE CZ NH1 NH2",
    "ASN": "CB CG OD1 ND2",
    "ASP": "CB CG OD1 OD2",
    "CYS": "CB SG",
    "GLN": "CB CG CD OE1 NE2",
    "GLU": "CB CG CD OE1 OE2",
    "GLY": "",
    "HIS": "CB CG ND1 CD2 CE1 NE2",
    "HYP": "CB CG CD OD1",
    "ILE": "CB CG1 CG2 CD CD1",
    "LEU": "CB CG CD1 CD2",
    "LYS": "CB CG CD CE NZ",
    "MET": "CB CG SD CE",
    "PHE": "CB CG CD1 CD2 CE1 CE2 CZ",
    "PRO": "CB CG CD",
    "SER": "CB OG",
    "THR": "CB OG1 CG2",
    "TRP": "CB CG CD1 CD2 NE1 CE2 CE3 CZ2 CZ3 CH2",
    "TYR": "CB CG CD1 CD2 CE1 CE2 CZ OH",
    "VAL": "CB CG1 CG2",
}
AMINO_ACID_ATOMS: Mapping[str, frozenset[str]] = {
    name: frozenset(f"{_BACKBONE} {atoms}".split()) for name, atoms in _SIDE_CHAINS.items()
}
"""The heavy atoms of each amino acid, under the names of the PDB and those of force fields for the last oxygens."""


def _inverse(table: Mapping[str, str]) -> dict[str, str]:
    return {alias: component for component, aliases in table.items() for alias in aliases.split()}


_AMINO_ACIDS, _NUCLEOTIDES = _inverse(_AMINO_ACID_ALIASES), _inverse(_NUCLEOTIDE_ALIASES)
_IONS, _SUGARS = _inverse(_ION_ALIASES), _inverse(_SUGAR_ALIASES)
LONG_NAMES = frozenset(name for name in (*_AMINO_ACIDS, *_WATERS, *_IONS, *_SUGARS, *_DUMMIES) if len(name) > 3)
"""Aliases of four letters and more, which reach beyond the columns of a residue's name."""


def is_amino_acid_name(name: str) -> bool:
    """Whether a name, in any case, is that of an amino acid in the dictionary or in a force field."""
    upper = name.upper()
    return upper in AMINO_ACID_ATOMS or any(True for _ in _amino_acids(upper))


def is_water(residue: gemmi.Residue) -> bool:
    """Whether a residue is water: by its name, with one oxygen and no carbon."""
    known = residue.name.upper() in _WATERS or gemmi.find_tabulated_residue(residue.name).is_water()
    names = {atom.name.upper() for atom in residue if not _is_hydrogen(atom)}
    oxygens = [name for name in names if name.startswith("O")]
    return known and len(oxygens) <= 1 and not any(name.startswith(("C", "N", "S", "P")) for name in names)


def is_dummy(residue: gemmi.Residue) -> bool:
    """Whether a residue stands for no atoms at all."""
    return residue.name.upper() in _DUMMIES


def use_dictionary_names(residue: gemmi.Residue) -> None:
    """Give a residue, and its last oxygens, the names that the dictionary of the PDB has for them."""
    residue.name = _component(residue)
    if residue.name in AMINO_ACID_ATOMS:
        _name_atoms(residue)
    if residue.name in _ION_ALIASES and len(residue) == 1:
        residue[0].name = "I" if residue.name == "IOD" else residue.name.rstrip("2")
        residue[0].element = gemmi.Element(_ION_ELEMENTS.get(residue.name, residue.name))


def _component(residue: gemmi.Residue) -> str:
    name, upper = residue.name, residue.name.upper()
    heavy = {atom.name.upper() for atom in residue if not _is_hydrogen(atom)}
    if len(residue) == 1 and upper in _IONS:
        return _IONS[upper]
    if heavy >= _RING and (sugar := _SUGARS.get(upper) or _glycam(name)):
        return sugar
    for parent in _amino_acids(upper):
        if "CA" in heavy and (heavy <= AMINO_ACID_ATOMS[parent] or _is_unmistakable(upper, heavy)):
            return parent
    if upper in _NUCLEOTIDES and not heavy.isdisjoint({"C1'", "C1*", "P"}) and heavy.isdisjoint({"PB", "PG"}):
        return _nucleotide(_NUCLEOTIDES[upper], heavy, deoxy=upper.startswith("D"))
    return upper


def _is_unmistakable(upper: str, heavy: set[str]) -> bool:
    """Whether a name means one amino acid even of atoms that are not its own, as in a model with changed names."""
    other = _OTHER_MEANINGS.get(upper, frozenset())
    return (len(upper) > 3 or upper in _COMMON) and not (other and other <= heavy)


def _amino_acids(upper: str) -> Iterator[str]:
    """Yield what a name can stand for; AMBER's ports for GROMACS put N and C before the names at both ends."""
    for name in (upper, upper[1:] if len(upper) == 4 and upper[0] in "NC" else ""):
        if name in _AMINO_ACIDS:
            yield _AMINO_ACIDS[name]
        elif name != upper and name in AMINO_ACID_ATOMS:
            yield name


def _nucleotide(base: str, heavy: set[str], *, deoxy: bool) -> str:
    ribose = not heavy.isdisjoint({"O2'", "O2*"})
    return base if ribose or (base == "U") or not (deoxy or "C1'" in heavy or "C1*" in heavy) else f"D{base}"


def _glycam(name: str) -> str | None:
    return _GLYCAM.get(name[1:]) if len(name) == 3 and name[0] in _GLYCAM_LINKAGES else None


def _name_atoms(residue: gemmi.Residue) -> None:
    """Name the atoms of an amino acid as the dictionary does, and let the names of its atoms say their elements."""
    names = {atom.name for atom in residue}
    for atom in residue:
        atom.name = atom.name.upper()
        if "O" not in names and atom.name in ("OT1", "OC1", "O1", "OT"):
            atom.name = "O"
        elif "OXT" not in names and atom.name in ("OT2", "OC2", "O2", "OTX"):
            atom.name = "OXT"
        elif residue.name == "ILE" and atom.name == "CD":
            atom.name = "CD1"
        if _is_hydrogen(atom):
            atom.element = gemmi.Element("H")
        elif atom.name in AMINO_ACID_ATOMS[residue.name] and not atom.element.is_hydrogen:
            atom.element = gemmi.Element(atom.name[0])


def _is_hydrogen(atom: gemmi.Atom) -> bool:
    named = atom.name.upper().lstrip("0123456789")
    return bool(atom.element.is_hydrogen) or (named.startswith(("H", "D")) and len(atom.element.name) == 1)
