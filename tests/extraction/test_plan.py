import numpy as np

from protlens.data import dataset_file, stored_rows
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.extraction import plan as module
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import make_plan
from toy import toy_dataset


def test_every_chosen_protein_is_in_one_shard_longest_first():
    data = toy_dataset()
    plan = make_plan(data, ExtractionOptions(shard_residues=40, max_length=28), max_residues=None)
    numbers = [number for shard in plan.shards for number in shard]
    assert sorted(numbers) == list(range(len(data)))
    lengths = [min(len(data[plan.chosen[number]]), 28) for number in numbers]
    assert lengths == sorted(lengths, reverse=True)
    assert len(plan.shards) > 2


def test_the_model_limits_the_length():
    assert make_plan(toy_dataset(), ExtractionOptions(), max_residues=20).max_length == 20
    assert make_plan(toy_dataset(), ExtractionOptions(max_length=10), max_residues=20).max_length == 10
    assert make_plan(toy_dataset(), ExtractionOptions(), max_residues=None).max_length == 510


def test_a_limit_draws_by_seed():
    data = toy_dataset()
    plans = [make_plan(data, ExtractionOptions(limit=3, seed=seed), max_residues=None).chosen for seed in range(20)]
    assert all(len(set(chosen)) == 3 and list(chosen) == sorted(chosen) for chosen in plans)
    assert len(set(plans)) > 5
    assert np.unique([i for chosen in plans for i in chosen]).tolist() == list(range(len(data)))
    assert make_plan(data, ExtractionOptions(limit=99), max_residues=None).chosen == tuple(range(len(data)))


def drawn(count):
    rng = np.random.default_rng(4)
    return Dataset("d", [Protein(id=str(n), sequence="A" * int(rng.integers(1, 60))) for n in range(count)])


def plain_shards(lengths, *, most, residues):
    """All proteins sorted by length and cut where the residues before pass a multiple of a shard's."""
    shards, before = {}, 0
    for number in sorted(range(len(lengths)), key=lambda one: (-min(lengths[one], most), one)):
        shards.setdefault(before // residues, []).append(number)
        before += min(lengths[number], most)
    return [tuple(shard) for shard in shards.values()]


def test_a_dataset_within_one_window_is_cut_as_it_ever_was():
    data = drawn(200)
    assert sum(data.lengths) < module.WINDOW_RESIDUES
    plan = make_plan(data, ExtractionOptions(shard_residues=130, max_length=50), max_residues=None)
    assert list(plan.shards) == plain_shards(data.lengths, most=50, residues=130)


def test_shards_of_a_larger_one_keep_to_windows_of_it(monkeypatch):
    monkeypatch.setattr(module, "WINDOW_RESIDUES", 1000)
    data = drawn(200)
    before, windows = 0, {}
    for number, length in enumerate(data.lengths):
        windows.setdefault(before // 1000, []).append(number)
        before += length
    expected = [
        tuple(window[place] for place in shard)
        for window in windows.values()
        for shard in plain_shards([data.lengths[number] for number in window], most=50, residues=130)
    ]
    plan = make_plan(data, ExtractionOptions(shard_residues=130, max_length=50), max_residues=None)
    assert len(windows) > 4
    assert list(plan.shards) == expected
    assert sorted(number for shard in plan.shards for number in shard) == list(range(200))


def test_each_group_of_rows_is_read_once_where_a_window_of_them_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(dataset_file, "GROUP_RESIDUES", 100)
    monkeypatch.setattr(module, "WINDOW_RESIDUES", 1000)
    drawn(200).write(tmp_path / "d.parquet")
    data, read = Dataset.read(tmp_path / "d.parquet"), []
    monkeypatch.setattr(stored_rows, "KEPT", 12 * stored_rows.table_bytes(data._rows.pieces[0].read()))
    plain = dataset_file.FilePiece.read
    monkeypatch.setattr(
        dataset_file.FilePiece, "read", lambda one, *names: read.append(one.group) or plain(one, *names)
    )
    plan = make_plan(data, ExtractionOptions(shard_residues=130), max_residues=None)
    assert [len(data[number]) for shard in plan.shards for number in shard]
    assert sorted(set(read)) == list(range(len(data._rows.pieces)))
    assert len(read) <= len(data._rows.pieces) + 6, "but for the groups on the border of two windows"
