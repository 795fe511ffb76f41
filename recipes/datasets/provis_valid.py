"""Make the bundled dataset ``provis-valid`` from the labels of Vig et al.

    python recipes/datasets/provis_valid.py --labels FILE -o FILE

FILE is a JSON file with a record a line (``id``, ``primary``, ``positions``, ``sites``, ``modifications``), from the
validation sets of salesforce/provis (BSD-3-Clause). Relatives are named as ``protlens dataset import`` names them. The
paper's figures rest on the training sets, which its authors give by another way.
"""

import argparse
from pathlib import Path

from protlens.data.dataset import Dataset
from protlens.data.formats.tape import read_tape_json
from protlens.data.relatives import name_relatives

NAME = "provis-valid"


def main() -> None:
    """Read the records, name relatives and write the dataset."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    dataset = name_relatives(Dataset(NAME, read_tape_json(arguments.labels)))
    dataset.write(arguments.output)
    marked = {track: sum(protein.tracks[track].count("1") for protein in dataset) for track in dataset.tracks}
    size = f"{len(dataset)} chains, {sum(dataset.lengths)} residues, {len(set(dataset.clusters))} clusters"
    print(f"{arguments.output}: {size}; {marked}; {arguments.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
