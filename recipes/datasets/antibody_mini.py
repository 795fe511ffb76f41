"""Make the bundled dataset ``antibody-mini`` from structure files.

    pip install --no-deps anarcii==2.0.8
    python recipes/datasets/antibody_mini.py --structures DIR --index TSV -o FILE

V domains of antibodies, heavy and light, of X-ray and cryo-EM entries, no two more than 90 % identical. ANARCII
(Greenshields-Watson et al. 2025, doi:10.1101/2025.04.16.648720; BSD-3-Clause) finds and numbers them by the IMGT
scheme; its weights are in the package, so that nothing else is fetched. What is printed is the description that stands
in ``docs/datasets.md``.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

import gemmi
import numpy as np
import polars as pl
from pdb_mini import ALTERED, EDITED, METHODS, PREPARED, RESOLUTION, complete, lines_of, untouched
from scipy.spatial import KDTree

from protlens.data.dataset import Dataset
from protlens.data.protein import Annotation, Protein, binary_track
from protlens.data.structures.chains import read_structure
from protlens.data.structures.polymer import Polymer, protein_polymers
from protlens.data.structures.structure_file import load_structure
from protlens.errors import FileFormatError

IDENTITY = 0.9
"""Of two V domains of one kind that share more than this, one is taken."""

RELATED = 0.7
"""V domains of one kind that share at least this are in one cluster, as are those linked through others."""

RESOLVED = 0.9
REACH = 5.0
"""A residue with a heavy atom this near to one of the antigen touches it, in angstrom."""

BOND = 2.5
"""Two sulfurs of cysteines this near are bonded, in angstrom."""

SCORE = 25.0
"""ANARCII's score from which on a domain is an antibody's; those found have 28 and more, others 21 and less."""

LOOKS = re.compile(r"(?=C.{8,20}W.{45,70}C)")
"""Cys 23, Trp 41 and Cys 104 of IMGT with what may lie between them; what has them not is not given to ANARCII."""

STATED = re.compile(r"REMARK   3   PROTEIN ATOMS +: +(\d+)|_refine_hist\.pdbx_number_atoms_protein +(\d+)")
"""How many atoms of protein were refined, in PDB files and mmCIF."""

BEFORE, BEHIND = 40, 145
"""Residues before and from Cys 23 on that ANARCII is given."""

REGIONS = {"1": range(27, 39), "2": range(56, 66), "3": range(105, 118)}
"""The CDRs by IMGT numbers (Lefranc et al., Dev Comp Immunol 2003, 27:55-77); all else is framework."""

LAST = 128
"""The last residue of a V domain by IMGT number."""

KEPT = ("dssp", "3di", "binding_site", "modification")
"""The reader's tracks, and those of their kinds, that a V domain keeps."""


class Numbering(Protocol):
    """What is needed of ANARCII: sequences by name in, one domain each out."""

    def number(self, sequences: dict[str, str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the best domain of each sequence."""


@dataclass(frozen=True)
class Domain:
    """A V domain within a sequence: H, K or L, where it begins, and the IMGT number of each residue."""

    kind: str
    start: int
    numbers: tuple[int, ...]

    @property
    def stop(self) -> int:
        """The position after its last residue."""
        return self.start + len(self.numbers)

    @property
    def cdrs(self) -> str:
        """The track ``cdr``: the number of the CDR, ``0`` for framework."""
        return "".join(next((name for name, span in REGIONS.items() if n in span), "0") for n in self.numbers)


@dataclass(frozen=True)
class Candidate:
    """A V domain with what the choice depends on."""

    protein: Protein
    kind: str
    method: str
    resolution: float
    edited_source: bool


def main() -> None:
    """Read, choose, write, describe."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--structures", type=Path, required=True, help="folder of structure files")
    parser.add_argument("--index", type=Path, required=True, help="table with file, source and method")
    parser.add_argument("-o", "--out", type=Path, required=True, help="Parquet file to write")
    options = parser.parse_args()
    left_out: Counter[str] = Counter()
    index = pl.read_csv(options.index, separator="\t").rows(named=True)
    kept = choose(candidates(options.structures, index, anarcii(), left_out), left_out)
    dataset = Dataset("antibody-mini", [candidate.protein for candidate in kept])
    dataset.write(options.out)
    describe(kept, left_out, dataset.fingerprint())


def anarcii() -> Numbering:
    """Return ANARCII's model for antibodies, on the CPU."""
    from anarcii import Anarcii

    model: Numbering = Anarcii(seq_type="antibody", mode="accuracy", cpu=True, ncpu=1, batch_size=32)
    return model


def candidates(
    folder: Path, index: Iterable[dict[str, str]], numbering: Numbering, left_out: Counter[str]
) -> Iterator[Candidate]:
    """Yield the V domains that pass every filter but that of similarity; count what does not by its reason."""
    for row in index:
        path, edited = folder / row["file"], row["source"].startswith(EDITED)
        method = row["method"].strip("'").upper()
        if row["source"].startswith(PREPARED) or row["pdb_id"] in ALTERED or not complete(path):
            reason = "prepared copy, or one without MASTER record"
        elif edited and not (untouched(path) or as_refined(path)):
            reason = "copy that may be edited"
        elif method not in METHODS:
            reason = "neither X-ray nor cryo-EM"
        elif (resolution := gemmi.read_structure(str(path)).resolution or np.inf) > RESOLUTION:
            reason = f"resolution unknown or above {RESOLUTION} angstrom"
        else:
            for protein, kind in v_domains(path, numbering, left_out):
                yield Candidate(protein, kind, method, resolution, edited)
            continue
        left_out[f"entries: {reason}"] += 1


def as_refined(path: Path) -> bool:
    """Whether a copy has all atoms of protein that were refined, as its own record of the refinement counts them."""
    lines = lines_of(path)
    stated = next((found for line in lines if (found := STATED.match(line))), None)
    return stated is not None and int(stated[1] or stated[2]) == sum(line.startswith("ATOM ") for line in lines)


def v_domains(path: Path, numbering: Numbering, left_out: Counter[str]) -> Iterator[tuple[Protein, str]]:
    """Yield the V domains of an entry, each with its kind: H, K or L.

    Antigen is what is no antibody and touches a CDR of one: others, as meditopes, bind to the framework.
    """
    file = load_structure(path)
    try:
        polymers = protein_polymers(file.structure, file.canonical)
    except FileFormatError:
        left_out["entries: residues that its own SEQRES lacks"] += 1
        return
    found = {polymer.name: find_domains(polymer.sequence, numbering) for polymer in polymers}
    found = {name: domains for name, domains in found.items() if domains}
    if not found:
        return
    by_name = {polymer.name: polymer for polymer in polymers}
    loops = [
        by_name[name].residues[domain.start + i]
        for name, domains in found.items()
        for domain in domains
        for i, region in enumerate(domain.cdrs)
        if region != "0"
    ]
    antigens = [polymer for polymer in polymers if polymer.name not in found and touching(loops, [polymer])]
    for chain in read_structure(path, chains=list(found)):
        domains = found[chain.chain]
        for number, domain in enumerate(domains, 1):
            if not is_whole(chain.sequence[domain.start : domain.stop], domain):
                left_out["domains: without Cys 23, Trp 41, Cys 104 or GxG at 119"] += 1
                continue
            protein = v_domain(chain, domain, by_name[chain.chain], antigens)
            if np.isfinite(protein.ca).all(1).mean() < RESOLVED:
                left_out[f"domains: less than {RESOLVED:.0%} of the residues resolved"] += 1
            else:
                name = f"{chain.id}-{letter(domain.kind, number)}" if len(domains) > 1 else chain.id
                yield replace(protein, id=name), domain.kind


def letter(kind: str, number: int) -> str:
    """Return what one domain of several in a chain is called: VH or VL, from the third on with its number."""
    return ("VH" if kind == "H" else "VL") + ("" if number <= 2 else str(number))


def find_domains(sequence: str, numbering: Numbering) -> list[Domain]:
    """Return the V domains of antibodies in a sequence, in order."""
    windows = {
        str(match.start()): sequence[max(0, match.start() - BEFORE) : match.start() + BEHIND]
        for match in LOOKS.finditer(sequence)
    }
    domains: dict[int, tuple[float, Domain]] = {}
    for name, result in (numbering.number(windows) if windows else {}).items():
        if result["numbering"] is None or result["chain_type"] not in "HKL" or result["score"] < SCORE:
            continue
        numbers = tuple(number for (number, _), amino in result["numbering"] if amino != "-" and number <= LAST)
        text = "".join(amino for (number, _), amino in result["numbering"] if amino != "-" and number <= LAST)
        offset = windows[name].find(text)
        if offset >= 0:
            start = max(0, int(name) - BEFORE) + offset
            best = domains.get(start)
            if best is None or best[0] < result["score"]:
                domains[start] = (result["score"], Domain(result["chain_type"], start, numbers))
    kept: list[Domain] = []
    for _, domain in sorted(domains.values(), key=lambda found: (-found[0], found[1].start)):
        if all(domain.stop <= other.start or other.stop <= domain.start for other in kept):
            kept.append(domain)
    return sorted(kept, key=lambda domain: domain.start)


def is_whole(sequence: str, domain: Domain) -> bool:
    """Whether the residues are there that nearly every V domain has, at their IMGT numbers; 118 may be any."""
    by_number = dict(zip(domain.numbers, sequence, strict=True))
    joint = "".join(by_number.get(number, "-") for number in range(118, 122))
    conserved = "".join(by_number.get(number, "-") for number in (23, 41, 104))
    return conserved == "CWC" and re.fullmatch(".G.G", joint) is not None


def v_domain(chain: Protein, domain: Domain, polymer: Polymer, antigens: Sequence[Polymer]) -> Protein:
    """Return the chain cut to its V domain, with the tracks of an antibody."""
    part = slice(domain.start, domain.stop)
    residues = polymer.residues[part]
    notes = [
        replace(note, residues=tuple(i - domain.start for i in note.residues if domain.start <= i < domain.stop))
        for note in chain.annotations
        if note.track.partition(":")[0] in KEPT
    ]
    bonds = disulfides(residues)
    tracks = {
        name: track[part]
        for name, track in chain.tracks.items()
        if name in ("dssp", "3di") or (name.partition(":")[0] in KEPT and "1" in track[part])
    }
    tracks["cdr"] = domain.cdrs
    tracks["disulfide_bond"] = binary_track(
        len(residues),
        [i for pair in bonds for i in pair],
        unknown=[i for i, residue in enumerate(residues) if chain.sequence[part][i] == "C" and sulfur(residue) is None],
    )
    touched = touching(residues, antigens)
    if touched:
        unseen = [i for i, residue in enumerate(residues) if residue is None or not len(residue)]
        tracks["antigen"] = binary_track(len(residues), touched, unknown=unseen)
    return replace(
        chain,
        sequence=chain.sequence[part],
        tracks=tracks,
        ca=None if chain.ca is None else chain.ca[part],
        cb=None if chain.cb is None else chain.cb[part],
        residue_numbers=chain.residue_numbers[part],
        annotations=(
            *(note for note in notes if note.residues),
            *(Annotation("disulfide_bond", "SG-SG", pair) for pair in bonds),
        ),
    )


def disulfides(residues: Sequence[gemmi.Residue | None]) -> list[tuple[int, int]]:
    """Return the pairs of cysteines whose sulfurs are bonded, each once, the earlier first."""
    sulfurs = [(i, atom.pos) for i, residue in enumerate(residues) if (atom := sulfur(residue)) is not None]
    return [(i, j) for (i, one), (j, other) in combinations(sulfurs, 2) if one.dist(other) <= BOND]


def sulfur(residue: gemmi.Residue | None) -> gemmi.Atom | None:
    """Return the sulfur of a cysteine, None if there is none."""
    return residue.find_atom("SG", "*") if residue is not None and residue.name == "CYS" else None


def touching(residues: Sequence[gemmi.Residue | None], antigens: Sequence[Polymer]) -> list[int]:
    """Return the places of residues with a heavy atom within reach of one of the antigen, as deposited."""
    atoms = [atom.pos.tolist() for polymer in antigens for _, residue in polymer.resolved() for atom in residue]
    if not atoms:
        return []
    tree = KDTree(atoms)
    return [
        i
        for i, residue in enumerate(residues)
        if residue is not None and any(tree.query(atom.pos.tolist())[0] <= REACH for atom in residue)
    ]


def choose(found: Iterable[Candidate], left_out: Counter[str]) -> list[Candidate]:
    """Take V domains one by one, unless one of the same kind that is too like it was taken, and name clusters."""
    taken: list[Candidate] = []
    for candidate in sorted(found, key=preference):
        if any(identity(candidate, other) > IDENTITY for other in taken):
            left_out[f"domains: more than {IDENTITY:.0%} identical to one that was taken"] += 1
        else:
            taken.append(candidate)
    taken.sort(key=lambda candidate: candidate.protein.id)
    names = [candidate.protein.id for candidate in taken]
    for i, j in combinations(range(len(taken)), 2):
        if names[i] != names[j] and identity(taken[i], taken[j]) >= RELATED:
            names = [names[i] if name == names[j] else name for name in names]
    return [
        replace(candidate, protein=replace(candidate.protein, cluster=name))
        for candidate, name in zip(taken, names, strict=True)
    ]


def preference(candidate: Candidate) -> tuple[bool, bool, float, str]:
    """Order: untouched sources, domains that touch an antigen, resolution, id."""
    protein = candidate.protein
    return (candidate.edited_source, "antigen" not in protein.tracks, candidate.resolution, protein.id)


def identity(one: Candidate, other: Candidate) -> float:
    """Return the share of the shorter sequence that a global alignment (BLOSUM62) matches; 0 between H and K or L."""
    if (one.kind == "H") != (other.kind == "H"):
        return 0.0
    short, long = sorted((one.protein.sequence, other.protein.sequence), key=lambda sequence: (len(sequence), sequence))
    aligned = gemmi.align_string_sequences(list(short), list(long), [], gemmi.AlignmentScoring("b"))
    return float(aligned.match_count / len(short))


def describe(kept: Sequence[Candidate], left_out: Counter[str], fingerprint: str) -> None:
    """Print the counts and the entries as Markdown."""
    proteins = [candidate.protein for candidate in kept]
    resolutions = [candidate.resolution for candidate in kept]
    residues = sum(map(len, proteins))
    resolved = sum(int(np.isfinite(protein.ca).all(1).sum()) for protein in proteins)
    entries = {protein.id.partition(".")[0] for protein in proteins}
    print(f"| V domains, entries | {len(proteins)}, {len(entries)} |")
    print(f"| kinds | {dict(sorted(Counter(candidate.kind for candidate in kept).items()))} |")
    print(f"| clusters | {len({protein.cluster for protein in proteins})} |")
    print(f"| residues | {residues:,}, of which {resolved:,} ({resolved / residues:.1%}) are resolved |")
    print(f"| method | {dict(Counter(candidate.method for candidate in kept).most_common())} |")
    print(f"| resolution | median {np.median(resolutions):.2f}, {min(resolutions)} to {max(resolutions)} |")
    print(f"| fingerprint | `{fingerprint}` |\n\n| track | domains | residues | groups |\n|---|---|---|---|")
    notes = Counter(note.track for protein in proteins for note in protein.annotations)
    for name in sorted({name for protein in proteins for name in protein.tracks}):
        carried = [protein.tracks[name] for protein in proteins if name in protein.tracks]
        counts = Counter(symbol for track in carried for symbol in track)
        marked = {s: counts[s] for s in ("0123" if name == "cdr" else "1")}
        print(f"| `{name}` | {len(carried)} | {marked} | {notes[name] or ''} |")
    print("\n| left out | |\n|---|---|")
    for reason, count in sorted(left_out.items()):
        print(f"| {reason} | {count} |")
    print("\n" + " ".join(protein.id for protein in proteins))
    print("\nedited source: " + " ".join(candidate.protein.id for candidate in kept if candidate.edited_source))


if __name__ == "__main__":
    main()
