"""Make the bundled dataset ``pdb-mini`` from structure files.

    python recipes/datasets/pdb_mini.py --structures DIR --chains PARQUET --index TSV -o FILE

Chains of 40 to 400 residues of X-ray and cryo-EM entries, at most one of each cluster of 30 % sequence identity, those
with more kinds of labels first. What is printed is the description that stands in ``docs/datasets.md``.
"""

import argparse
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import gemmi
import numpy as np
import polars as pl

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError

LENGTHS = range(40, 401)
RESOLUTION = 4.0
RESOLVED = 0.5
IDENTITY = 0.3
METHODS = ("X-RAY DIFFRACTION", "ELECTRON MICROSCOPY")
FIRST = ("7HVP.A",)
"""Chains that are taken before all others: the paper's example of a binding site."""

PREPARED = ("openforcefield", "rcsb+symmetry-benchmark")
"""Sources whose copies were prepared for simulation (caps, hydrogens) or cut to one chain."""

ALTERED = ("1FNE", "XXXX")
"""Entries of other sources whose chains were renamed or whose identifier was removed."""

EDITED = ("BioPandas", "haddock")
"""Sources some of whose copies were edited; one counts as untouched if its MASTER record says so."""

COUNTED = {
    "REMARK": slice(10, 15),
    "HET": slice(20, 25),
    "HELIX": slice(25, 30),
    "SHEET": slice(30, 35),
    "SITE": slice(40, 45),
    "ATOM": slice(50, 55),
    "TER": slice(55, 60),
    "CONECT": slice(60, 65),
    "SEQRES": slice(65, 70),
}
"""Columns of the MASTER record that count the records of the deposited file."""


@dataclass(frozen=True)
class Candidate:
    """A chain with what the choice depends on."""

    protein: Protein
    method: str
    resolution: float
    edited_source: bool


def main() -> None:
    """Read, choose, write, describe."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--structures", type=Path, required=True, help="folder of structure files")
    parser.add_argument("--chains", type=Path, required=True, help="Parquet with id, cluster30 and sequence")
    parser.add_argument("--index", type=Path, required=True, help="table with file, source and method")
    parser.add_argument("-o", "--out", type=Path, required=True, help="Parquet file to write")
    options = parser.parse_args()
    left_out: Counter[str] = Counter()
    found = list(candidates(options.structures, pl.read_csv(options.index, separator="\t").rows(named=True), left_out))
    clusters = pl.read_parquet(options.chains, columns=["id", "cluster30", "sequence"]).rows()
    kept = sorted(choose(found, clusters, left_out), key=lambda candidate: candidate.protein.id)
    dataset = Dataset("pdb-mini", [candidate.protein for candidate in kept])
    dataset.write(options.out)
    describe(kept, left_out, dataset.fingerprint())


def candidates(folder: Path, index: Iterable[dict[str, str]], left_out: Counter[str]) -> Iterator[Candidate]:
    """Yield the chains that pass every filter but that of similarity; count what does not by its reason."""
    for row in index:
        path, edited = folder / row["file"], row["source"].startswith(EDITED)
        method = row["method"].strip("'").upper()
        if row["source"].startswith(PREPARED) or row["pdb_id"] in ALTERED:
            left_out["entries: prepared copy"] += 1
        elif not complete(path):
            left_out["entries: PDB file without MASTER record"] += 1
        elif edited and not untouched(path):
            left_out["entries: copy that may be edited"] += 1
        elif method not in METHODS:
            left_out["entries: neither X-ray nor cryo-EM"] += 1
        elif (resolution := gemmi.read_structure(str(path)).resolution or np.inf) > RESOLUTION:
            left_out[f"entries: resolution unknown or above {RESOLUTION} angstrom"] += 1
        else:
            try:
                proteins = read_structure(path)
            except FileFormatError as error:
                left_out[f"entries: {str(error).rpartition(': ')[2]}"] += 1
                continue
            yield from (
                Candidate(protein, method, resolution, edited) for protein in proteins if fits(protein, left_out)
            )


def complete(path: Path) -> bool:
    """Whether a copy still has the record that closes a deposited PDB file; mmCIF has none."""
    return ".pdb" not in path.suffixes or any(line.startswith("MASTER") for line in lines_of(path))


def untouched(path: Path) -> bool:
    """Whether a PDB file holds just as many records of each sort as its own MASTER record counts."""
    lines = lines_of(path)
    master = next((line for line in lines if line.startswith("MASTER")), None)
    found = Counter(line[:6].strip().replace("HETATM", "ATOM") for line in lines)
    return master is not None and all(int(master[columns]) == found[name] for name, columns in COUNTED.items())


def lines_of(path: Path) -> list[str]:
    """Return the lines of a text file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="latin-1") as file:
        return file.read().splitlines()


def fits(protein: Protein, left_out: Counter[str]) -> bool:
    """Whether a chain has the right length, enough resolved residues, and a sequence that is known."""
    resolved = np.isfinite(protein.ca).all(1).mean()
    if len(protein) not in LENGTHS:
        left_out["chains: shorter than 40 or longer than 400 residues"] += 1
    elif resolved < max(RESOLVED, LENGTHS[0] / len(protein)):
        left_out[f"chains: less than {RESOLVED:.0%}, or fewer than 40, of the residues resolved"] += 1
    elif protein.sequence.count("X") > 0.05 * len(protein):
        left_out["chains: more than 5% unknown residues"] += 1
    else:
        return True
    return False


def choose(
    found: Sequence[Candidate], labelled: Sequence[tuple[str, str, str]], left_out: Counter[str]
) -> list[Candidate]:
    """Take chains one by one, those with most labels first, unless one of the same cluster was taken."""
    taken: dict[str, Candidate] = {}
    for candidate in sorted(found, key=preference):
        protein = candidate.protein
        cluster = cluster_of(protein, labelled)
        if cluster in taken or any(alike(protein.sequence, other.protein.sequence) for other in taken.values()):
            left_out["chains: like one that was taken"] += 1
        else:
            taken[cluster] = replace(candidate, protein=replace(protein, cluster=cluster))
    return list(taken.values())


def preference(candidate: Candidate) -> tuple[bool, bool, bool, int, float, str]:
    """Order: wished-for chains, untouched sources, modified residues, kinds of labels, resolution, id."""
    protein = candidate.protein
    return (
        protein.id not in FIRST,
        candidate.edited_source,
        "modification" not in protein.tracks,
        -len(protein.tracks),
        candidate.resolution,
        protein.id,
    )


def cluster_of(protein: Protein, labelled: Sequence[tuple[str, str, str]]) -> str:
    """Return the cluster of the chain itself, else of one whose sequence holds it or is held by it, else its id."""
    by_id = {label: cluster for label, cluster, _ in labelled}
    if protein.id in by_id:
        return by_id[protein.id]
    held = (cluster for _, cluster, other in labelled if other in protein.sequence or protein.sequence in other)
    return next(held, protein.id)


def alike(one: str, other: str) -> bool:
    """Whether a global alignment of the shorter to the longer sequence (BLOSUM62) matches 30 % of the shorter."""
    short, long = sorted((one, other), key=lambda sequence: (len(sequence), sequence))
    aligned = gemmi.align_string_sequences(list(short), list(long), [], gemmi.AlignmentScoring("b"))
    return aligned.match_count >= IDENTITY * len(short)


def describe(kept: Sequence[Candidate], left_out: Counter[str], fingerprint: str) -> None:
    """Print the counts and the entries as Markdown."""
    proteins = [candidate.protein for candidate in kept]
    resolutions = [candidate.resolution for candidate in kept]
    residues = sum(map(len, proteins))
    resolved = sum(int(np.isfinite(protein.ca).all(1).sum()) for protein in proteins)
    tracks = Counter(name for protein in proteins for name in protein.tracks)
    positives = Counter({name: sum(p.tracks.get(name, "").count("1") for p in proteins) for name in tracks})
    notes = Counter(note.track for protein in proteins for note in protein.annotations)
    print(f"| chains | {len(proteins)} |\n| entries | {len({p.id.partition('.')[0] for p in proteins})} |")
    print(f"| residues | {residues:,} |\n| resolved | {resolved:,} ({resolved / residues:.1%}) |")
    for method, count in Counter(candidate.method for candidate in kept).most_common():
        print(f"| {method} | {count} |")
    print(f"| resolution, median (range) | {np.median(resolutions):.2f} ({min(resolutions)} to {max(resolutions)}) A |")
    print(f"| chains of a source with edited copies | {sum(candidate.edited_source for candidate in kept)} |")
    print(f"| fingerprint | `{fingerprint}` |\n\n| track | chains | residues | groups |\n|---|---|---|---|")
    for name in sorted(tracks):
        print(f"| `{name}` | {tracks[name]} | {positives[name]:,} | {notes[name] or ''} |")
    print("\n| left out | |\n|---|---|")
    for reason, count in sorted(left_out.items()):
        print(f"| {reason} | {count} |")
    print("\n" + " ".join(protein.id for protein in proteins))
    print("\nedited source: " + " ".join(candidate.protein.id for candidate in kept if candidate.edited_source))


if __name__ == "__main__":
    main()
