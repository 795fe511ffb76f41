"""What the analysis costs beside the plain model, and what it saves beside plain loops.

As tests they run on small shapes and check that both sides did the same work; with ``--full`` they run on the shapes
that the documentation quotes and print the ratios.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

from any_model import any_model_folder
from protlens.attention.collect import collect_sums
from protlens.data.dataset import Dataset
from protlens.models.load import load_model
from protlens.properties.selection import select_properties
from protlens.runs.counts import Bins
from reference import attention_of, count_property
from workload import lens_bert, plain_bert, random_proteins, write_bert

BINS = Bins(0.3)


def _properties(proteins):
    return sorted(select_properties(Dataset("p", proteins)), key=lambda found: found.level == "pair")


def _collector(model, proteins):
    properties, numbers = _properties(proteins), list(range(len(proteins)))
    return lambda: collect_sums(model, proteins, properties, numbers=numbers, bins=BINS)


@pytest.mark.parametrize("spread", [0.02, 0.06], ids=["even", "peaked"])
@pytest.mark.parametrize(("length", "batch"), [(256, 4), (510, 2), (1022, 1), (2046, 1)])
def test_all_properties_beside_the_plain_model(tmp_path, full, compare, report, length, batch, spread):
    shape = {} if full else {"layers": 2, "heads": 2, "width": 32}
    folder = write_bert(tmp_path / "bert", spread=spread, **shape)
    model, plain = lens_bert(folder), plain_bert(folder)
    proteins = random_proteins(batch, length if full else length // 8)
    tokens = model.encode([protein.sequence for protein in proteins])
    outputs = []

    @torch.inference_mode()
    def run_plain():
        outputs.append(plain(input_ids=tokens.tokens, attention_mask=tokens.mask.long()).last_hidden_state)

    collect = _collector(model, proteins)
    ratio = compare(collect, run_plain)
    assert collect().arcs.shape == (batch, model.info.layers, model.info.heads)
    assert outputs[0].shape[:2] == tokens.tokens.shape
    report(f"all properties / plain sdpa, {length} residues, batch {batch}, spread {spread}: {ratio}")


SHAPES = {
    "esmc": {
        "hidden_size": 960,
        "intermediate_size": 2560,
        "num_attention_heads": 15,
        "num_key_value_heads": 15,
        "head_dim": 64,
    },
    "modernbert": {"hidden_size": 768, "intermediate_size": 1152, "num_attention_heads": 12, "local_attention": 128},
}
"""The sizes of ESM C 300M and of ModernBERT base, whose layers see all residues and 64 to either side in turn."""


@pytest.mark.parametrize("kind", list(SHAPES))
def test_other_architectures_beside_the_plain_model(tmp_path, full, compare, report, kind):
    sizes = SHAPES[kind] if full else {"local_attention": 8} if kind == "modernbert" else {}
    folder = any_model_folder(
        kind, tmp_path / kind, spread=0.02, num_hidden_layers=12 if full else 3, max_position_embeddings=600, **sizes
    )
    model, plain = (
        load_model(folder, device="cpu"),
        AutoModel.from_pretrained(folder, attn_implementation="sdpa").eval(),
    )
    proteins = random_proteins(2, 510 if full else 60)
    tokens = model.encode([protein.sequence for protein in proteins])

    @torch.inference_mode()
    def run_plain():
        return plain(input_ids=tokens.tokens, attention_mask=tokens.mask.long()).last_hidden_state

    collect = _collector(model, proteins)
    ratio = compare(collect, run_plain)
    assert collect().arcs.shape == (2, model.info.layers, model.info.heads)
    report(f"all properties / plain sdpa, {kind}, {len(proteins[0])} residues, batch 2: {ratio}")


def test_bfloat16_beside_float32(tmp_path, full, compare, report):
    shape = {} if full else {"layers": 2, "heads": 2, "width": 32}
    folder = write_bert(tmp_path / "bert", spread=0.06, **shape)
    proteins = random_proteins(4, 256 if full else 32)
    wide, narrow = (_collector(lens_bert(folder, dtype=dtype), proteins) for dtype in ("float32", "bfloat16"))
    ratio = compare(wide, narrow)
    one, other = wide(), narrow()
    both = (one.eligible.sum(0) >= 100) & (other.eligible.sum(0) >= 100)
    difference = np.abs(_alignment(one) - _alignment(other))[both]
    assert one.eligible.shape == other.eligible.shape
    report(
        f"float32 / bfloat16, 256 residues: {ratio}; arcs {one.arcs.sum()} and {other.arcs.sum()}; "
        f"difference in alignment of {both.sum()} heads and classes with 100 arcs: {_spread(difference)}"
    )


def _alignment(sums):
    return sums.hits.sum(0) / np.maximum(sums.eligible.sum(0), 1)


def _spread(difference):
    if not difference.size:
        return "none"
    return f"median {100 * np.median(difference):.2g}, largest {100 * difference.max():.2g} points"


def test_beside_plain_loops(tmp_path, full, compare, report):
    shape = {} if full else {"layers": 2, "heads": 2, "width": 32}
    model = lens_bert(write_bert(tmp_path / "bert", spread=0.06, **shape))
    proteins = random_proteins(1, 256 if full else 24)
    properties = _properties(proteins)

    def loops():
        attentions = [attention_of(model, protein.sequence) for protein in proteins]
        return [count_property(found.name, found.level, proteins, attentions, 0.3) for found in properties]

    collect = _collector(model, proteins)
    ratio = compare(loops, collect, pairs=1)
    sums = collect()
    for column, counts in enumerate(loops()):
        np.testing.assert_array_equal(sums.hits[..., column], counts.hits)
        np.testing.assert_array_equal(sums.eligible[..., column], counts.eligible)
    report(f"plain loops / protlens, all {len(properties)} classes, 256 residues: {ratio}")


@pytest.mark.slow
def test_memory_does_not_grow_with_layers(tmp_path, full, report):
    width = {} if full else {"heads": 8, "width": 64}
    length = 510 if full else 400
    peaks = [_peak(write_bert(tmp_path / str(layers), layers=layers, **width), length) for layers in (6, 24)]
    report(
        f"peak memory above the weights, 24 layers / 6 layers, {length} residues: {peaks[1] / peaks[0]:.2f} "
        f"({peaks[1]:.0f} MiB against {peaks[0]:.0f} MiB)"
    )
    one_layer = 2 * width.get("heads", 12) * (length + 2) ** 2 * 4 / 2**20
    assert peaks[1] - peaks[0] < 4 * one_layer, "18 more layers must not be kept"


@pytest.mark.slow
def test_memory_grows_with_the_length_and_not_with_its_square(tmp_path, full, report):
    shape = {} if full else {"layers": 2, "heads": 8, "width": 64}
    folder = write_bert(tmp_path / "bert", **shape)
    lengths = (510, 1022, 2046) if full else (2046,)
    peaks = {length: _peak(folder, length) for length in lengths}
    told = ", ".join(f"{length}: {peak:.0f} MiB" for length, peak in peaks.items())
    report(f"peak memory above the weights, two chains of so many residues: {told}")
    one_layer = 2 * shape.get("heads", 12) * 2048**2 * 4 / 2**20
    assert peaks[2046] < one_layer
    assert not full or peaks[2046] <= 2 * peaks[1022]


def _peak(folder: Path, length: int) -> float:
    script = Path(__file__).with_name("peak.py")
    command = [sys.executable, "-W", "ignore", str(script), str(folder), str(length)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
