"""The benchmark for a GPU, on small shapes of the CPU."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import gpu


def test_it_measures_and_finds_the_same_integers(tmp_path):
    out = tmp_path / "gpu.json"
    assert gpu.main([str(out), "--device", "cpu", "--dtype", "float32", "--small", "--pairs", "1"]) == 0
    found = json.loads(out.read_text())
    assert [row["residues"] for row in found["shapes"]] == list(gpu.SMALL)
    for row in found["shapes"]:
        assert row["integers"]["arcs"]["here"] > 0
        assert {name: count["apart"] for name, count in row["integers"].items()} == dict.fromkeys(gpu.COUNTS, 0)
        assert row["proteins_a_second"] > 0


def test_counts_that_moved_are_told_even_if_their_total_is_the_same():
    one, other = (SimpleNamespace(**{name: np.array(counts) for name in gpu.COUNTS}) for counts in ([3, 1], [2, 2]))
    assert gpu.compared(one, other)["hits"] == {"here": 4, "cpu": 4, "apart": 2}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so_in_one_line(tmp_path, capsys):
    assert gpu.main([str(tmp_path / "gpu.json")]) == 1
    assert capsys.readouterr().err == "benchmarks/gpu.py: torch finds no GPU here, nothing was measured\n"
    assert not (tmp_path / "gpu.json").exists()
