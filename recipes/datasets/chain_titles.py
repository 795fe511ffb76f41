"""Give a dataset of chains of the PDB the names of their molecules and organisms, from structure files at hand.

    python recipes/datasets/chain_titles.py DATASET --structures DIR -o FILE

A protein is named after the chain in its id (``1GHE.A``, ``2GKI.A-VH``), if that is in a file of its entry and its
sequence holds the protein's; nothing else of the dataset changes, nor does its fingerprint. ``antibody-mini`` and
``provis-valid`` were given theirs in this way.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure


def main() -> None:
    """Read the dataset, name what can be named and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--structures", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    before = Dataset.read(options.dataset)
    after = Dataset(before.name, named(before, entries(options.structures)))
    assert after.fingerprint() == before.fingerprint()
    after.write(options.output)
    print(f"{options.output}: {sum(map(bool, after.titles))} of {len(after)} named, {sum(map(bool, after.organisms))}")


def entries(folder: Path) -> dict[str, Path]:
    """Return the structure files of a folder by the identifier of their entry, in capitals."""
    return {path.name.partition(".")[0].upper(): path for path in sorted(folder.iterdir())}


def named(proteins: Iterable[Protein], files: Mapping[str, Path]) -> list[Protein]:
    """Return the proteins, those that are chains of the files with title and organism."""
    return [_named(protein, files) for protein in proteins]


def _named(protein: Protein, files: Mapping[str, Path]) -> Protein:
    entry, _, rest = protein.id.partition(".")
    if entry.upper() not in files:
        return protein
    for chain in read_structure(files[entry.upper()]):
        if chain.id.partition(".")[2] == rest.partition("-")[0] and protein.sequence in chain.sequence:
            return replace(protein, title=chain.title, organism=chain.organism)
    return protein


if __name__ == "__main__":
    main()
