"""``python benchmarks/gpu.py OUT.json``: what the analysis gives and costs on a GPU, as one JSON.

Four questions: are the integers those of the CPU, how much longer does it take than the plain model with ``sdpa`` at
256 to 8,192 residues, how many proteins a second is that, and how much memory does it need above the weights. Runs
alternate. ``--device cpu --small`` answers the same on small shapes anywhere, so that a test can run it.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from measure import time_ratio
from protlens.attention.collect import collect_sums
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model
from protlens.properties.selection import select_properties
from protlens.runs.counts import Bins
from protlens.runs.shard import ShardSums
from workload import plain_bert, random_proteins, write_bert

LENGTHS = {256: 32, 510: 16, 1022: 8, 2046: 4, 4096: 2, 8192: 1}
"""Residues, and chains of a batch."""

SMALL = {24: 3, 70: 1}
SMALL_SHAPE = {"layers": 2, "heads": 2, "width": 32, "spread": 0.8}
COUNTS = ("arcs", "eligible", "hits", "residues", "amino_acids", "separations")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the JSON and return the exit status."""
    options = _parsed(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print("benchmarks/gpu.py: torch finds no GPU here, nothing was measured", file=sys.stderr)
        return 1
    shapes = SMALL if options.small else LENGTHS
    with tempfile.TemporaryDirectory() as folder:
        shape = SMALL_SHAPE if options.small else {"spread": 0.06}
        written = write_bert(Path(folder) / "bert", positions=max(shapes) + 2, **shape)
        rows = [_row(written, options, length, batch) for length, batch in shapes.items()]
    device = torch.cuda.get_device_name() if options.device == "cuda" else "cpu"
    found = {"device": device, "torch": torch.__version__, "dtype": options.dtype, "shapes": rows}
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="bfloat16")
    parser.add_argument("--pairs", type=int, default=7, help="alternating runs of both sides")
    parser.add_argument("--small", action="store_true", help="small shapes")
    return parser.parse_args(arguments)


def _row(folder: Path, options: argparse.Namespace, length: int, batch: int) -> dict[str, Any]:
    """Measure one length."""
    proteins = random_proteins(batch, length)
    model = load_model(folder, device=options.device, dtype=options.dtype)
    plain = plain_bert(folder, dtype=getattr(torch, options.dtype)).to(options.device)
    tokens = model.encode([protein.sequence for protein in proteins])
    collect = _collector(model, proteins)

    @torch.inference_mode()
    def run_plain() -> None:
        plain(input_ids=tokens.tokens, attention_mask=tokens.mask.long())

    ratio = time_ratio(_waited_for(collect), _waited_for(run_plain), pairs=options.pairs)
    on_cpu = load_model(folder, device="cpu", dtype=options.dtype)
    return {
        "residues": length,
        "chains": batch,
        "ratio": {"median": ratio.median, "low": ratio.low, "high": ratio.high},
        "proteins_a_second": batch / ratio.seconds[0],
        "plain_proteins_a_second": batch / ratio.seconds[1],
        "memory_above_weights_mib": _memory(collect) if options.device == "cuda" else None,
        "integers": compared(collect(), _collector(on_cpu, proteins)()),
    }


def _collector(model: EncoderModel, proteins: list[Protein]) -> Callable[[], ShardSums]:
    properties = sorted(select_properties(Dataset("p", proteins)), key=lambda found: found.level == "pair")
    return lambda: collect_sums(model, proteins, properties, numbers=range(len(proteins)), bins=Bins(0.3))


def _waited_for(task: Callable[[], object]) -> Callable[[], None]:
    """Return a task that ends when the GPU has done its work."""

    def run() -> None:
        task()
        if torch.cuda.is_available():
            torch.cuda.synchronize()

    return run


def _memory(task: Callable[[], object]) -> float:
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    task()
    return (torch.cuda.max_memory_allocated() - before) / 2**20


def compared(found: ShardSums, expected: ShardSums) -> dict[str, dict[str, int]]:
    """Return for each count its total on either device and the sum of the differences, place by place."""
    pairs = {name: (getattr(found, name), getattr(expected, name)) for name in COUNTS}
    return {
        name: {"here": int(one.sum()), "cpu": int(other.sum()), "apart": int(np.abs(one - other).sum())}
        for name, (one, other) in pairs.items()
    }


if __name__ == "__main__":
    sys.exit(main())
