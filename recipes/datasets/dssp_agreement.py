"""How well the package's secondary structure agrees with labels that DSSP made.

A chain is compared where the labelled sequence stands, letter by letter, in the chain that was read: under the same
PDB id and chain name, or, with ``--rmsd``, in any chain whose CA atoms superpose on the labelled ones that closely
(another copy or another crystal, where the structure may really differ a little).

    python recipes/datasets/dssp_agreement.py --structures DIR --chains PARQUET [--rmsd ANGSTROM]
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from scipy.spatial.transform import Rotation

from protlens.data.protein import Protein, track_symbols
from protlens.data.structures.chains import read_structure
from protlens.errors import FileFormatError


def main() -> None:
    """Print the share of residues with the same state, over all chains and by chain."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--structures", type=Path, required=True, help="folder of structure files")
    parser.add_argument("--chains", type=Path, required=True, help="Parquet with id, sequence and dssp")
    parser.add_argument("--rmsd", type=float, help="compare other chains of equal sequence as well, within this")
    options = parser.parse_args()
    labels = pl.read_parquet(options.chains, columns=["id", "sequence", "dssp", "ca"]).rows()
    report(list(compare(options.structures, labels, rmsd=options.rmsd)))


def compare(
    folder: Path, labels: list[tuple[str, str, str, list[int]]], *, rmsd: float | None
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the id read, the id of its labels, the states read and the labels, for each chain that has any."""
    for file in sorted(folder.iterdir()):
        try:
            proteins = read_structure(file)
        except FileFormatError as error:
            print(f"left out: {error}")
            continue
        for protein in proteins:
            for label, sequence, states, ca in labels:
                start = protein.sequence.find(sequence)
                if start < 0 or not (label == protein.id or (rmsd and deviation(protein, start, ca) <= rmsd)):
                    continue
                yield protein.id, label, protein.tracks["dssp"][start : start + len(sequence)], states
                break


def deviation(protein: Protein, start: int, hundredths: list[int]) -> float:
    """Return the root-mean-square deviation in angstrom after superposition, infinite if a residue is unresolved."""
    labelled = np.reshape(hundredths, (-1, 3)) / 100
    read = protein.ca[start : start + len(labelled)]
    if np.isnan(read).any():
        return np.inf
    _, distance = Rotation.align_vectors(read - read.mean(0), labelled - labelled.mean(0))
    return float(distance / np.sqrt(len(read)))


def report(pairs: list[tuple[str, str, str, str]]) -> None:
    """Print agreement in eight and in three states, the commonest differences and the worst chains."""
    read = track_symbols("".join(states for _, _, states, _ in pairs))
    labelled = track_symbols("".join(states for _, _, _, states in pairs))
    known = read != b"?"
    same = (read == labelled)[known]
    print(f"{len(pairs)} chains, {known.sum()} residues, {100 * same.mean():.2f} % in eight states")
    three = bytes.maketrans(b"HGIEBSTC", b"HHHEECCC")
    coarse = [np.frombuffer(states.tobytes().translate(three), "S1")[known] for states in (read, labelled)]
    print(f"{100 * np.mean(coarse[0] == coarse[1]):.2f} % in three states")
    differences = Counter(zip(labelled[known][~same].tolist(), read[known][~same].tolist(), strict=True))
    print("label, read:", differences.most_common(8))
    shares = sorted((np.mean(track_symbols(a) == track_symbols(b)), one, two) for one, two, a, b in pairs)
    print(f"median chain {100 * np.median([share for share, *_ in shares]):.2f} %; lowest:")
    for share, one, two in shares[:10]:
        print(f"  {one} (labels of {two}): {100 * share:.2f} %")


if __name__ == "__main__":
    main()
