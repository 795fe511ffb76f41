"""A report stays small for a large model: 30 layers of 16 heads on twelve real chains."""

from functools import lru_cache

import numpy as np
import pytest
import torch

from html_elements import Elements
from protlens.data.catalog import load_dataset
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.fake import FakeModel
from protlens.page import hosting as assets
from protlens.properties.selection import select_properties
from protlens.report.report import write_report
from protlens.stats.run_tables import tabulate, write_tables

pytestmark = pytest.mark.slow

LAYERS, HEADS = 30, 16
MOST = 6_000_000

BUILT = {"page.js": 120_000, "page.css": 20_000, "viewer.js": 1_000_000}
"""More bytes, which do not compress, than the built page has compressed."""


@lru_cache(maxsize=1)
def attention(sequence):
    seed = torch.Generator().manual_seed(len(sequence))
    scores = torch.randn(LAYERS, HEADS, len(sequence), len(sequence), generator=seed)
    return torch.softmax(4 * scores, -1)


@pytest.fixture
def large(tmp_path, monkeypatch):
    """Stand in for the built page with files of at least its size."""
    rng = np.random.default_rng(0)
    for name, size in BUILT.items():
        content = rng.integers(0, 256, size, np.uint8).tobytes()
        (tmp_path / name).write_bytes(content if name.endswith(".js") else content.hex()[:size].encode())
    monkeypatch.setattr(assets, "ASSETS", tmp_path)


@pytest.mark.usefixtures("large")
def test_thirty_layers_of_sixteen_heads_on_twelve_chains(tmp_path):
    model = FakeModel(attention, layers=LAYERS, heads=HEADS)
    chains = load_dataset("pdb-mini")
    data = chains.take([row for row, length in enumerate(chains.lengths) if 160 <= length <= 200][:12])
    properties = select_properties(data, ["contact", "binding_site", "amino_acid"])
    run = extract(model, data, properties, out=tmp_path / "run", options=ExtractionOptions(batch_tokens=1))
    write_tables(run, tabulate(run))
    report = write_report(run.path, model=model, dataset=data)
    assert len(report.proteins) == 12
    size = report.path.stat().st_size
    assert 3_000_000 < size < MOST
    page = Elements(report.path.read_text("utf-8"))
    said = page.all("main")[0][1]
    assert "Of each head the strongest" in said
