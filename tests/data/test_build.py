import gzip
import shutil
import subprocess
import sys

import numpy as np
import pytest

from protlens.data.build import build_dataset
from protlens.data.catalog import import_dataset
from protlens.data.dataset import Dataset
from protlens.errors import DatasetError


@pytest.fixture
def files(data_files):
    return data_files / "structures"


def test_chains_of_all_files_come_in_order(files, tmp_path):
    paths = [files / "7hvp.pdb.gz", files / "1crn.cif.gz"]
    dataset, skipped = build_dataset(paths, name="mine", unique=False)
    assert (dataset.name, dataset.ids, skipped) == ("mine", ["7HVP.A", "7HVP.B", "1CRN.A"], [])
    dataset.write(tmp_path / "mine.parquet")
    assert Dataset.read(tmp_path / "mine.parquet").fingerprint() == dataset.fingerprint()


def test_copies_are_named_as_one_cluster_or_left_out_and_told(files):
    paths = [files / "7hvp.pdb.gz", files / "1crn.cif.gz"]
    dataset, _ = build_dataset(paths, name="mine", unique=False)
    assert dataset.clusters == ["7HVP.A", "7HVP.A", "1CRN.A"]
    dataset, (left,) = build_dataset(paths, name="mine")
    assert (dataset.ids, dataset.clusters) == (["7HVP.A", "1CRN.A"], ["", ""])
    assert left.path == paths[0]
    assert left.reason == "chain 7HVP.B: identical to 7HVP.A, which is kept"
    assert (left.copy.id, left.copy.kept, left.copy.identity) == ("7HVP.B", "7HVP.A", 1.0)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_kept(files, tmp_path):
    (tmp_path / "page.pdb").write_text("<html></html>")
    dataset, skipped = build_dataset([tmp_path / "page.pdb", files / "1crn.cif.gz"], name="mine")
    assert dataset.ids == ["1CRN.A"]
    (left,) = skipped
    assert left.path == tmp_path / "page.pdb"
    assert "starts with '<html>" in left.reason


def test_a_second_copy_of_a_chain_is_told(files, tmp_path):
    copy = shutil.copy(files / "1crn.cif.gz", tmp_path / "again.cif.gz")
    dataset, skipped = build_dataset([files / "1crn.cif.gz", copy], name="mine")
    assert dataset.ids == ["1CRN.A"]
    (left,) = skipped
    assert left.path == copy
    assert f"chain 1CRN.A of {copy}" in left.reason
    assert str(files / "1crn.cif.gz") in left.reason


def test_entries_that_say_nothing_are_named_after_their_files(files):
    """As Boltz writes every prediction: both entries are called model."""
    paths = [files / "flavours" / f"{name}_model_0.cif.gz" for name in ("braf", "kras")]
    dataset, skipped = build_dataset(paths, name="mine")
    assert (dataset.ids, dataset.lengths, skipped) == (["braf_model_0.A", "kras_model_0.A"], [35, 46], [])


def unpack(files, name, path, *, entry="model"):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = gzip.decompress((files / "flavours" / f"{name}.gz").read_bytes()).decode()
    path.write_text(text.replace("_entry.id model", f"_entry.id {entry}"))
    return path


def test_files_of_one_name_are_told_apart_by_their_folders(files, tmp_path):
    for number, name in enumerate(("opm.pdb", "water.pdb")):
        unpack(files, name, tmp_path / f"run{number}" / "ranked_0.pdb")
    dataset, skipped = build_dataset(tmp_path, name="mine", unique=False)
    assert (dataset.ids, skipped) == (["run0/ranked_0.A", "run1/ranked_0.A"], [])


def test_files_of_one_job_are_told_apart_and_copies_of_a_deposited_entry_are_not(files, tmp_path):
    for entry, ids in (("job", ["first.A", "second.A"]), ("2pv7", ["2PV7.A"])):
        one = unpack(files, "kras_model_0.cif", tmp_path / "first.cif", entry=entry)
        other = unpack(files, "braf_model_0.cif", tmp_path / "second.cif", entry=entry)
        dataset, skipped = build_dataset([one, other], name="mine", unique=False)
        assert dataset.ids == ids
        assert [(left.path, left.chain) for left in skipped] == [(other, "2PV7.A")] * (2 - len(ids))


def test_a_folder_stands_for_the_structures_in_it(files, tmp_path):
    shutil.copy(files / "1crn.cif.gz", tmp_path / "b.cif.gz")
    unpack(files, "kras_model_0.cif", tmp_path / "a" / "deep.CIF")
    (tmp_path / "notes.txt").write_text("no structure")
    dataset, skipped = build_dataset([tmp_path, files / "7hvp.pdb.gz"], name="mine", unique=False)
    assert (dataset.ids, skipped) == (["deep.A", "1CRN.A", "7HVP.A", "7HVP.B"], [])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match=r"empty: no structure in it; allowed: \.cif"):
        build_dataset(tmp_path / "empty", name="mine")


def test_nothing_to_read_is_an_error_with_the_first_reason(tmp_path):
    (tmp_path / "empty.pdb").write_text("")
    with pytest.raises(DatasetError, match=r"no protein in any of 1 files: structure .*an empty file"):
        build_dataset([tmp_path / "empty.pdb"], name="mine")
    with pytest.raises(DatasetError, match="no files"):
        build_dataset([], name="mine")


def told(skipped):
    return [(left.path, left.reason, left.chain, left.copy) for left in skipped]


@pytest.mark.slow
def test_any_number_of_workers_writes_the_same_file_and_tells_the_same(files, tmp_path):
    for number in range(3):
        unpack(files, "kras_model_0.cif", tmp_path / "in" / f"job{number}.cif", entry="job")
    (tmp_path / "in" / "page.pdb").write_text("<html></html>")
    paths = [files / "7hvp.pdb.gz", tmp_path / "in", files / "1crn.cif.gz", files / "7hvp.pdb.gz"]
    held, left = build_dataset(paths, name="mine")
    held.write(tmp_path / "held.parquet")
    for workers in (1, 3):
        (tmp_path / f"{workers}").mkdir()
        dataset, skipped = build_dataset(paths, name="mine", workers=workers, scratch=tmp_path / f"{workers}")
        dataset.write(tmp_path / f"{workers}.parquet")
        assert (tmp_path / f"{workers}.parquet").read_bytes() == (tmp_path / "held.parquet").read_bytes()
        assert told(skipped) == told(left)
    assert [one.chain for one in left if one.copy is None] == [None, "7HVP.A", "7HVP.B"]
    assert "job1.A" in {one.chain for one in left}


def test_what_lies_in_a_scratch_folder_is_what_would_be_in_memory(data_files, tmp_path):
    for file_format, path in (("flip", "flip_ss"), ("proteinnet", "proteinnet.txt.gz"), ("bindpredict", "bindpredict")):
        held = import_dataset(data_files / path, file_format=file_format)
        (tmp_path / path).mkdir()
        stored = import_dataset(data_files / path, file_format=file_format, scratch=tmp_path / path)
        assert stored.fingerprint() == held.fingerprint()
        assert (stored.ids, stored.clusters, stored.tracks) == (held.ids, held.clusters, held.tracks)
        held.write(tmp_path / "held.parquet")
        stored.write(tmp_path / "stored.parquet")
        assert (tmp_path / "held.parquet").read_bytes() == (tmp_path / "stored.parquet").read_bytes()


PEAK = """
import sys
from pathlib import Path
from protlens.data import dataset_file, stored_rows
from protlens.data.formats.proteinnet import read_proteinnet
from protlens.data.kept_rows import collect
stored_rows.KEPT = dataset_file.GROUP_RESIDUES = 2**14
def memory(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
before = memory("VmRSS")
dataset = collect("d", read_proteinnet(sys.argv[1]), Path(sys.argv[2]))
dataset.write(sys.argv[2] + "/out.parquet")
print(len(dataset), memory("VmHWM") - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peaks are read from /proc")
def test_ten_times_as_many_proteins_are_imported_in_the_same_memory(tmp_path):
    """But for the search for relatives: that of twenty thousand would take more than all the rest."""
    peaks, rng = [], np.random.default_rng(0)
    points = "\n".join("\t".join("1.5" for _ in range(120)) for _ in range(3))
    for count in (2_000, 20_000):
        with (tmp_path / f"{count}.txt").open("w") as file:
            for number in range(count):
                sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 40))
                file.write(f"[ID]\np{number}\n[PRIMARY]\n{sequence}\n[TERTIARY]\n{points}\n[MASK]\n{'+' * 40}\n\n")
        (tmp_path / f"{count}").mkdir()
        command = [sys.executable, "-c", PEAK, tmp_path / f"{count}.txt", tmp_path / f"{count}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(done[0]) == count
        peaks.append(float(done[1]))
    assert peaks[1] < peaks[0] + 40, peaks
