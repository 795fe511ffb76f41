"""``python benchmarks/peak.py FOLDER LENGTH``: peak memory above the weights while a model is analysed, in MiB."""

import sys
from pathlib import Path

import torch

from protlens.attention.collect import collect_sums
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.models.encoder import EncoderModel
from protlens.properties.selection import select_properties
from protlens.runs.counts import Bins
from workload import lens_bert, random_proteins


def main() -> None:
    """Print how far the resident set grows above what it is after a first, short chain has touched the weights."""
    torch.set_num_threads(1)
    model = lens_bert(Path(sys.argv[1]))
    _collect(model, random_proteins(1, 30))
    proteins = random_proteins(2, int(sys.argv[2]))
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak of loading
    before = memory("VmRSS")
    _collect(model, proteins)
    print(memory("VmHWM") - before)


def _collect(model: EncoderModel, proteins: list[Protein]) -> None:
    properties = sorted(select_properties(Dataset("p", proteins)), key=lambda found: found.level == "pair")
    collect_sums(model, proteins, properties, numbers=list(range(len(proteins))), bins=Bins(0.3))


def memory(name: str) -> float:
    """Return a line of the process's status in MiB; getrusage would count the parent's memory before the exec too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 2**10


if __name__ == "__main__":
    main()
