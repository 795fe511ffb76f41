"""The page in a browser: the first view, and another head, on the smallest and on the largest that it is made for."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import protlens
from browsing import find_chromium
from tiny_models import tiny_model_folder

ROOT = Path(__file__).parents[1]


def test_the_page_of_a_large_model(tmp_path, full, report):
    if not full:
        pytest.skip("tests/browser holds the same pages to what they show")
    find_chromium()
    large = protlens.load_dataset(ROOT / "tests" / "data_files" / "large_chain.parquet")
    shape = {"layers": 30, "heads": 64}
    _prepare(tmp_path / "small", protlens.load_dataset("pdb-mini")[:1], layers=6, heads=8)
    _prepare(tmp_path / "large", large, **shape)
    start = time.perf_counter()
    small = {"model": tmp_path / "small" / "model", "dataset": tmp_path / "small" / "data.parquet"}
    protlens.write_report(tmp_path / "small" / "run", out=tmp_path / "report.html", **small)
    made = time.perf_counter() - start
    script = ROOT / "benchmarks" / "page.py"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
    )
    seconds = json.loads(done.stdout)
    assert all(taken > 0 for taken in seconds.values())
    for what in ("map and sequence", "structure"):
        ratio = seconds[f"{what} of another head, large"] / seconds[f"{what} of another head, small"]
        report(f"{what} of another head, {shape} on {len(large[0])} residues / 6 x 8 on {_length()}: {ratio:.1f}")
    report(f"report made in {made:.1f} s; " + "; ".join(f"{name} {taken:.2f} s" for name, taken in seconds.items()))


def _length() -> int:
    return len(protlens.load_dataset("pdb-mini")[0])


def _prepare(folder: Path, dataset: protlens.Dataset, *, layers: int, heads: int) -> None:
    model = tiny_model_folder("esm", folder / "model", layers=layers, heads=heads)
    dataset.write(folder / "data.parquet")
    options = protlens.ExtractionOptions(max_length=1500)
    proteins = protlens.load_dataset(folder / "data.parquet")
    protlens.analyze(model, proteins, ["contact", "secondary_structure"], out=folder / "run", options=options)
