"""``python benchmarks/peak.py FOLDER LENGTH``: peak memory above the weights while a model is analysed, in MiB."""

import resource
import sys
from pathlib import Path

import torch

from protlens.attention.collect import collect_sums
from protlens.data.dataset import Dataset
from protlens.properties.catalog import select_properties
from protlens.runs.counts import Bins
from workload import lens_bert, random_proteins


def main() -> None:
    """Print the growth of the resident set between the loaded model and the end."""
    torch.set_num_threads(1)
    model = lens_bert(Path(sys.argv[1]))
    proteins = random_proteins(2, int(sys.argv[2]))
    properties = sorted(select_properties(Dataset("p", proteins)), key=lambda found: found.level == "pair")
    before = _resident()
    collect_sums(model, proteins, properties, numbers=[0, 1], bins=Bins(0.3))
    print(_peak() - before)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


if __name__ == "__main__":
    main()
