import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from commands import snapshot
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.errors import OptionError, RunError, StorageError, UnknownNameError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.output_folders import list_files
from protlens.properties.selection import select_properties
from protlens.runs.format import RUN_FOLDER, shard_folder
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate
from reference import attention_of, count_property, same_counts
from toy import toy_dataset, toy_model

SPLITS = [
    {"batch_tokens": 1},
    {"batch_tokens": 3 * 30},
    {"batch_tokens": 8 * 41},
    {"batch_tokens": 60, "shard_residues": 1},
    {"batch_tokens": 60, "shard_residues": 50},
]


def _extract(out, **options):
    data = toy_dataset()
    return extract(toy_model(), data, select_properties(data), out=out, options=ExtractionOptions(**options))


@pytest.fixture(scope="module")
def expected():
    proteins = list(toy_dataset())
    attentions = [attention_of(toy_model(), protein.sequence) for protein in proteins]
    return {
        found.name: count_property(found.name, found.level, proteins, attentions, 0.3)
        for found in select_properties(toy_dataset())
    }


@pytest.fixture(scope="module", params=SPLITS)
def run(request, tmp_path_factory):
    """Return the run of the toy in each split, which tests leave as it is."""
    return _extract(tmp_path_factory.mktemp("split") / "run", **request.param)


@pytest.mark.slow
def test_every_split_gives_the_integers_of_plain_loops(run, expected):
    found = list(run.counts())
    assert [counts.name for counts in found] == list(expected)
    for counts in found:
        same_counts(counts, expected[counts.name])


@pytest.mark.slow
def test_the_labelled_proteins_are_those_of_the_counts(run):
    arcs = {layer: run.arc_counts(layer, 0) for layer in range(run.layers)}
    for found in select_properties(toy_dataset()):
        counts, numbers = run.property_counts(found.name), run.labelled_proteins(found.name)
        assert numbers == [n for n, protein in enumerate(toy_dataset()) if found.mask(protein) is not None]
        for layer in range(run.layers):
            assert counts.arcs[:, layer, 0].tolist() == [arcs[layer][number] for number in numbers]


def test_histogram_holds_all_pairs_and_agrees_with_the_threshold(tmp_path):
    run = _extract(tmp_path / "run", threshold=0.33)
    for name in run.manifest.properties:
        histogram, counts = run.histogram(name), run.property_counts(name)
        above = histogram.edges[:-1] >= 0.33
        assert (histogram.eligible.sum(-1) == counts.pairs.sum()).all()
        assert (histogram.hits.sum(-1) == counts.positive_pairs.sum()).all()
        assert (histogram.eligible >= histogram.hits).all()
        np.testing.assert_array_equal(histogram.eligible[..., above].sum(-1), counts.eligible.sum(0))
        np.testing.assert_array_equal(histogram.hits[..., above].sum(-1), counts.hits.sum(0))


def test_head_sums_do_not_depend_on_the_split(tmp_path):
    one, many = (_extract(tmp_path / str(i), **split).head_sums() for i, split in enumerate(SPLITS[2:4]))
    assert one.rows == many.rows == sum(toy_dataset().lengths)
    for name in ("separations", "amino_acids"):
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))
    for name in ("to_special", "to_self", "to_previous", "to_next", "entropy", "distance"):
        np.testing.assert_allclose(getattr(one, name), getattr(many, name), rtol=1e-5)


def test_kept_arcs_are_the_pairs_above_the_floor(tmp_path):
    arcs = _extract(tmp_path / "run", keep_arcs=0.2, shard_residues=50).arcs()
    pairs = {tuple(row[:5]): row[5] for row in arcs.rows()}
    expected = {}
    for number, protein in enumerate(toy_dataset()):
        attention = attention_of(toy_model(), protein.sequence)
        for place in zip(*np.nonzero(attention >= np.float32(0.2)), strict=True):
            expected[(number, *(int(i) for i in place))] = attention[place]
    assert pairs == expected
    assert len(arcs) == len(pairs)


def test_arcs_that_were_not_kept_are_missed_plainly(tmp_path):
    with pytest.raises(RunError, match="keep_arcs="):
        _extract(tmp_path / "run").arcs()


def test_proteins_say_what_became_of_each(tmp_path):
    run = _extract(tmp_path / "run", max_length=25)
    table = run.proteins()
    assert table["length"].to_list() == toy_dataset().lengths
    assert table["residues"].to_list() == [min(length, 25) for length in toy_dataset().lengths]
    assert table["status"].to_list() == ["cut" if n > 25 else "analysed" for n in toy_dataset().lengths]


@pytest.mark.slow
def test_interrupted_run_ends_with_the_same_integers(tmp_path, expected):
    class Interrupt(Exception):
        pass

    def stop(done, total):
        if done >= 3:
            raise Interrupt

    data, out = toy_dataset(), tmp_path / "run"
    options = ExtractionOptions(shard_residues=1)
    with pytest.raises(Interrupt):
        extract(toy_model(), data, select_properties(data), out=out, options=options, on_progress=stop)
    kept = Run.open(out).shards_done
    assert 0 < len(kept) < len(data)
    with pytest.raises(RunError, match="of 7 shards"):
        Run.open(out).check_complete()
    stamps = [shard_folder(out, shard).stat().st_mtime_ns for shard in kept]
    reported = []
    run = extract(
        toy_model(), data, select_properties(data), out=out, options=options, on_progress=lambda *n: reported.append(n)
    )
    assert [shard_folder(out, shard).stat().st_mtime_ns for shard in kept] == stamps
    assert reported[-1] == (7, 7)
    for counts in run.counts():
        same_counts(counts, expected[counts.name])


KILLED = """
import sys, time
from pathlib import Path
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from toy import toy_dataset, toy_model
data = toy_dataset()
extract(toy_model(), data, select_properties(data), out=Path(sys.argv[1]),
        options=ExtractionOptions(shard_residues=1), on_progress=lambda done, total: time.sleep(0.2))
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_process_leaves_a_run_that_can_be_resumed(tmp_path, expected, how):
    out = tmp_path / "run"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    process = subprocess.Popen([sys.executable, "-c", KILLED, out], env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not shard_folder(out, 1).is_dir() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(how)
    assert process.wait(30) != 0
    assert 0 < len(Run.open(out).shards_done) < 7
    for counts in _extract(out, shard_residues=1).counts():
        same_counts(counts, expected[counts.name])
    assert not list(out.glob("**/.*.part"))


def _working(out, *, shard):
    """Start a process that takes its time over the toy, and return it when it has written a shard."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    process = subprocess.Popen([sys.executable, "-c", KILLED, out], env=environment)
    deadline = time.monotonic() + 60
    while not shard_folder(out, shard).is_dir() and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


@pytest.mark.slow
def test_a_run_on_which_another_process_works_is_not_started_over(tmp_path, expected):
    out = tmp_path / "run"
    process = _working(out, shard=0)
    with pytest.raises(RunError, match=f"process {process.pid} on .* works on its shard") as caught:
        extract(toy_model(), toy_dataset(), out=out, options=ExtractionOptions(threshold=0.4), fresh=True)
    assert "\n" not in str(caught.value)
    assert process.wait(60) == 0
    run = Run.open(out)
    run.check_complete()
    for counts in run.counts():
        same_counts(counts, expected[counts.name])


@pytest.mark.slow
def test_two_processes_share_the_shards_of_a_run(tmp_path, expected):
    out, mine = tmp_path / "run", []
    process = _working(out, shard=0)
    model = toy_model()
    attend = model.attend
    model.attend = lambda batch, visit: (mine.append(batch.lengths), time.sleep(0.2), attend(batch, visit))
    data = toy_dataset()
    run = extract(model, data, select_properties(data), out=out, options=ExtractionOptions(shard_residues=1))
    assert process.wait(60) == 0
    assert 0 < len(mine) < len(data)  # each shard is one protein, and none was analysed twice
    for counts in run.counts():
        same_counts(counts, expected[counts.name])
    assert not [path.name for path in (out / "shards").iterdir() if not path.name.isdecimal()]


def test_relatives_that_a_finished_run_names_are_not_searched_for_again(tmp_path, monkeypatch):
    run, data = _extract(tmp_path / "run"), toy_dataset()
    kept = run.proteins()
    monkeypatch.setattr("protlens.extraction.finish.find_relatives", lambda _: pytest.fail("searched again"))
    assert _extract(run.path).proteins().equals(kept)
    monkeypatch.undo()
    named = data.with_clusters(["a"] * len(data))
    extract(toy_model(), named, select_properties(named), out=run.path)
    assert run.proteins()["cluster"].to_list() == ["a"] * len(data)


@pytest.mark.slow
def test_out_of_memory_halves_the_budget_and_goes_on(tmp_path, expected):
    model, data = toy_model(), toy_dataset()
    attend, sizes = model.attend, []

    def hungry(batch, visit):
        sizes.append(batch.tokens.numel())
        if batch.tokens.numel() > 41:
            raise torch.OutOfMemoryError("pretend")
        attend(batch, visit)

    model.attend = hungry
    run = extract(
        model, data, select_properties(data), out=tmp_path / "run", options=ExtractionOptions(batch_tokens=300)
    )
    assert max(sizes) > 41
    for counts in run.counts():
        same_counts(counts, expected[counts.name])


@pytest.mark.slow
def test_protein_too_long_for_the_memory_is_skipped_with_its_reason(tmp_path):
    model, data = toy_model(), toy_dataset()
    attend = model.attend

    def hungry(batch, visit):
        if max(batch.lengths) > 30:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        attend(batch, visit)

    model.attend = hungry
    run = extract(model, data, select_properties(data), out=tmp_path / "run")
    skipped = run.proteins().filter(pl.col("status") == "skipped")
    assert skipped["id"].to_list() == ["toy6"]
    assert skipped["residues"].to_list() == [0]
    assert "too long for the memory (41 residues)" in skipped["reason"][0]
    written = shard_folder(run.path, 0).stat().st_mtime_ns
    assert extract(model, data, select_properties(data), out=run.path).proteins().equals(run.proteins())
    assert shard_folder(run.path, 0).stat().st_mtime_ns == written
    others = Dataset("others", [protein for protein in data if len(protein) <= 30])
    alone = extract(toy_model(), others, select_properties(others), out=tmp_path / "others")
    for counts in run.counts():
        same_counts(counts, alone.property_counts(counts.name))


@pytest.mark.slow
def test_what_a_passing_shortage_of_memory_skipped_is_tried_again(tmp_path, expected):
    model, out = toy_model(), tmp_path / "run"
    attend = model.attend

    def short(batch, visit):
        if max(batch.lengths) > 20:
            raise RuntimeError("could not create a primitive")
        attend(batch, visit)

    model.attend = short
    skipped = extract(model, toy_dataset(), select_properties(toy_dataset()), out=out)
    assert (skipped.proteins()["status"] == "skipped").sum() > 1
    whole = _extract(out)
    assert not (whole.proteins()["status"] == "skipped").any()
    for counts in whole.counts():
        same_counts(counts, expected[counts.name])


@pytest.mark.slow
def test_a_shard_of_skipped_proteins_only(tmp_path):
    model, data = toy_model(), toy_dataset()
    model.attend = lambda batch, visit: (_ for _ in ()).throw(MemoryError)
    run = extract(model, data, select_properties(data), out=tmp_path / "run", options=ExtractionOptions(keep_arcs=0.2))
    assert run.proteins()["status"].unique().to_list() == ["skipped"]
    assert run.property_counts("contact").arcs.shape == (0, 3, 2)
    assert run.arcs().is_empty()


def test_other_errors_of_the_model_are_not_swallowed(tmp_path):
    model, data = toy_model(), toy_dataset()
    model.attend = lambda batch, visit: (_ for _ in ()).throw(RuntimeError("shapes differ"))
    with pytest.raises(RuntimeError, match="shapes differ"):
        extract(model, data, select_properties(data), out=tmp_path / "run")


def test_directory_of_another_run_is_refused_and_fresh_starts_over(tmp_path, expected):
    out = tmp_path / "run"
    _extract(out, threshold=0.4)
    with pytest.raises(RunError, match=r"threshold 0.4 there, 0.3 asked for.*fresh=True"):
        _extract(out)
    data = toy_dataset()
    run = extract(toy_model(), data, select_properties(data), out=out, fresh=True)
    same_counts(run.property_counts("contact"), expected["contact"])
    with pytest.raises(RunError, match="another dataset"):
        extract(toy_model(), data[:3], select_properties(data), out=out)
    with pytest.raises(RunError, match="another model"):
        extract(toy_model(name="other"), data, select_properties(data), out=out)


def test_fresh_leaves_nothing_of_the_run_before(tmp_path):
    out = tmp_path / "run"
    _extract(out)
    theirs = [out / "figures" / "heads-old.pdf", out / "report.html"]
    mine = [out / "notes.txt", out / "figures" / "mine.pdf", out / "tables" / "notes.csv"]
    for file in [*theirs, *mine, out / "heads.parquet", out / "tables" / "controls.parquet"]:
        file.parent.mkdir(exist_ok=True)
        file.write_text("of the run before")
    list_files(out, RUN_FOLDER, theirs)
    data = toy_dataset()
    extract(
        toy_model(), data, select_properties(data), out=out, options=ExtractionOptions(shard_residues=1), fresh=True
    )
    kept = {file for file in out.rglob("*") if file.is_file() and "shards" not in file.parts}
    assert kept == {
        *mine,
        *(out / name for name in ("manifest.json", "plan.parquet", "proteins.parquet", "files.json")),
    }
    assert all(file.read_text() == "of the run before" for file in mine)


def test_fresh_leaves_no_empty_folders(tmp_path):
    out = tmp_path / "run"
    _extract(out)
    (out / "tables").mkdir()
    (out / "tables" / "layers.csv").write_text("of the run before")
    data = toy_dataset()
    extract(toy_model(), data, select_properties(data), out=str(out), fresh=True)
    kept = {"manifest.json", "plan.parquet", "proteins.parquet", "files.json", "shards"}
    assert {file.name for file in out.iterdir()} == kept


def test_fresh_does_not_touch_the_folder_of_something_else(tmp_path):
    (tmp_path / "tables").mkdir()
    for name, content in {"manifest.json": '{"name": "a web page"}', "tables/notes.csv": "mine"}.items():
        (tmp_path / name).write_text(content)
    data = toy_dataset()
    for content in ('{"name": "a web page"}', "[]", "not JSON"):
        (tmp_path / "manifest.json").write_text(content)
        before = snapshot(tmp_path)
        with pytest.raises(RunError, match=r"its manifest\.json is (not that of a protlens run|damaged)"):
            extract(toy_model(), data, select_properties(data), out=tmp_path, fresh=True)
        assert snapshot(tmp_path) == before


def test_fresh_does_not_remove_what_was_laid_into_a_shard(tmp_path):
    run = _extract(tmp_path / "run")
    (shard_folder(run.path, 0) / "notes.txt").write_text("mine")
    before = snapshot(run.path)
    with pytest.raises(RunError, match=r"notes\.txt in shards/00000, which protlens did not write"):
        extract(toy_model(), toy_dataset(), out=run.path, fresh=True)
    assert snapshot(run.path) == before


def test_fresh_starts_over_where_the_manifest_is_damaged(tmp_path, expected):
    run = _extract(tmp_path / "run")
    (run.path / "manifest.json").write_text("{")
    with pytest.raises(RunError, match=r"manifest\.json is damaged.*fresh=True"):
        _extract(run.path)
    again = extract(toy_model(), toy_dataset(), out=run.path, fresh=True)
    same_counts(again.property_counts("contact"), expected["contact"])


def test_sums_that_cannot_be_removed_are_not_taken_for_those_of_the_new_run(tmp_path, monkeypatch):
    out = tmp_path / "run"
    _extract(out, threshold=0.4)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")))
        with pytest.raises(StorageError, match="Permission denied"):
            extract(toy_model(), toy_dataset(), select_properties(toy_dataset()), out=out, fresh=True)
    assert Run.open(out).manifest.options["threshold"] == 0.4


def test_what_a_kill_left_beside_the_first_manifest_is_no_other_file(tmp_path):
    (tmp_path / ".manifest.json.17.part").write_text("{")
    _extract(tmp_path)
    assert not list(tmp_path.rglob(".*.part"))


@pytest.mark.slow
@pytest.mark.parametrize("file", ["skipped.parquet", "counts.parquet", "sums.parquet", "proteins.parquet"])
def test_damaged_sums_are_one_line(tmp_path, file):
    run = _extract(tmp_path / "run")
    (shard_folder(run.path, 0) / file).write_text("x")
    with pytest.raises(RunError, match=rf"shards/00000/{file} is damaged.*fresh=True"):
        tabulate(_extract(run.path))
    assert tabulate(extract(toy_model(), toy_dataset(), [*select_properties(toy_dataset())], out=run.path, fresh=True))


def test_directory_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(RunError, match="other files"):
        _extract(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(RunError, match="a file"):
        _extract(tmp_path / "thesis.tex")


def test_full_disk_is_one_line_and_the_run_goes_on_later(tmp_path, expected, monkeypatch):
    import protlens.runs.table_files as module

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    out = tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr(module.pq, "write_table", full)
        with pytest.raises(StorageError, match="No space left on device; free some space"):
            _extract(out)
    assert not Run.open(out).shards_done
    assert not list(out.glob("**/.*.part"))
    same_counts(_extract(out).property_counts("contact"), expected["contact"])


def test_properties_need_names_of_their_own(tmp_path):
    data = toy_dataset()
    (contact,) = select_properties(data, ["contact"])
    with pytest.raises(OptionError, match="asked for twice"):
        extract(toy_model(), data, [contact, contact], out=tmp_path / "run")
    with pytest.raises(OptionError, match="none"):
        extract(toy_model(), data, [], out=tmp_path / "run")


class Charged:
    name = "charged"
    level = "residue"

    def mask(self, protein: Protein):
        from protlens.properties.mask import Mask

        letters = np.array(list(protein.sequence))
        return Mask(holds=np.isin(letters, list("DEKR")), known=letters != "X")


def test_a_property_of_the_users_needs_no_registration(tmp_path):
    data = toy_dataset()
    run = extract(toy_model(), data, [Charged()], out=tmp_path / "run")
    run = extract(toy_model(), data, [Charged()], out=tmp_path / "run")
    counts = run.property_counts("charged")
    assert counts.positive_sites.sum() == sum(letter in "DEKR" for protein in data for letter in protein.sequence)


def test_arcs_are_kept_of_the_proteins_that_were_named_and_of_no_other(tmp_path):
    data, chosen = toy_dataset(), select_properties(toy_dataset())
    kept = ExtractionOptions(keep_arcs=0.2)
    whole = extract(toy_model(), data, chosen, out=tmp_path / "all", options=kept)
    few = extract(toy_model(), data, chosen, out=tmp_path / "few", options=replace(kept, arcs_of=("toy3", "toy1")))
    names = few.proteins()["id"].to_list()
    of_few = whole.arcs().filter(pl.col("protein").is_in([names.index("toy1"), names.index("toy3")]))
    assert 0 < few.arcs().height < whole.arcs().height
    assert few.arcs().equals(of_few)
    assert few.manifest.options["arcs_of"] == ["toy1", "toy3"]
    for one, other in zip(few.counts(), whole.counts(), strict=True):
        same_counts(one, other)


def test_arcs_of_a_protein_that_is_not_analysed_or_without_a_weight_are_refused(tmp_path):
    options = ExtractionOptions(keep_arcs=0.2, arcs_of=("else",))
    with pytest.raises(UnknownNameError, match="protein 'else': not known"):
        extract(toy_model(), toy_dataset(), select_properties(toy_dataset()), out=tmp_path / "run", options=options)
    assert not (tmp_path / "run").exists()
    with pytest.raises(OptionError, match="arcs of toy1: no smallest weight; give one with keep_arcs="):
        ExtractionOptions(arcs_of=("toy1",))
