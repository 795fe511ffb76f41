import numpy as np

from protlens.data import dataset_file, stored_rows
from protlens.data.dataset import Dataset
from protlens.extraction import plan
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from reference import same_counts
from toy import toy_dataset, toy_model


def test_groups_of_rows_and_windows_of_them_make_no_difference_to_the_counts(tmp_path, monkeypatch):
    held = toy_dataset()
    whole = extract(toy_model(), held, select_properties(held), out=tmp_path / "whole")
    monkeypatch.setattr(dataset_file, "GROUP_RESIDUES", 40)
    monkeypatch.setattr(stored_rows, "KEPT", 0)
    monkeypatch.setattr(plan, "WINDOW_RESIDUES", 80)
    held.write(tmp_path / "toy.parquet")
    stored = Dataset.read(tmp_path / "toy.parquet", name=held.name)
    assert len(stored._rows.pieces) > 2
    parts = extract(
        toy_model(),
        stored,
        select_properties(stored),
        out=tmp_path / "parts",
        options=ExtractionOptions(shard_residues=50),
    )
    assert parts.manifest.dataset == whole.manifest.dataset
    assert parts.manifest.shards > whole.manifest.shards
    for name in whole.manifest.properties:
        same_counts(parts.property_counts(name), whole.property_counts(name))
    assert parts.proteins().equals(whole.proteins())
    np.testing.assert_array_equal(stored.lengths, held.lengths)
