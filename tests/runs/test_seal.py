"""No damage to a run gives other numbers: it is refused, or what was damaged is made anew."""

import json
import shutil
from collections import Counter

import numpy as np
import pytest

from mutations import damaged
from protlens.errors import ProtlensError, RunError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs.format import shard_folder
from protlens.runs.manifest import Manifest
from protlens.runs.store import Run
from protlens.stats.run_tables import read_tables, tabulate, write_tables
from toy import toy_dataset, toy_model

DATA = toy_dataset()
PROPERTIES = select_properties(DATA, ["contact", "binding_site"])


def _extract(out, threshold=0.3, **options):
    settings = ExtractionOptions(threshold=threshold, shard_residues=60)
    return extract(toy_model(), DATA, PROPERTIES, out=out, options=settings, **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    run = _extract(tmp_path_factory.mktemp("seal") / "run")
    write_tables(run, tabulate(run))
    return run.path


@pytest.fixture
def run(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def test_a_shard_of_another_run_is_refused(run, tmp_path):
    other = _extract(tmp_path / "other", threshold=0.2).path
    assert Run.open(other).manifest.shards == Run.open(run).manifest.shards
    shutil.rmtree(shard_folder(run, 1))
    shutil.copytree(shard_folder(other, 1), shard_folder(run, 1))
    words = r"shards/00001 is of another run, which was started in the same folder; start over with fresh=True$"
    with pytest.raises(RunError, match=words):
        tabulate(run)
    with pytest.raises(RunError, match=words):
        _extract(run)


def test_a_file_too_many_or_too_few_is_named(run):
    (shard_folder(run, 0) / "sums.parquet").rename(shard_folder(run, 1) / "more.parquet")
    with pytest.raises(RunError, match=r"shards/00000 lacks sums\.parquet"):
        tabulate(run)
    shutil.copy(shard_folder(run, 1) / "more.parquet", shard_folder(run, 0) / "sums.parquet")
    with pytest.raises(RunError, match=r"shards/00001 has more\.parquet too"):
        tabulate(run)


def test_shards_and_proteins_are_checked_once_for_all_numbers(run, monkeypatch):
    seen = Counter()

    def counting(name):
        kept = getattr(Run, name)
        monkeypatch.setattr(Run, name, lambda self: seen.update([name]) or kept(self))

    counting("check_shards")
    counting("_read_proteins")
    tabulate(run)
    assert seen == {"check_shards": 1, "_read_proteins": 1}


def test_a_run_that_is_started_anew_is_noticed_by_who_has_it_open(run):
    opened = Run.open(run)
    list(opened.counts())
    _extract(run, threshold=0.2, fresh=True)
    with pytest.raises(RunError, match="is of another run"):
        list(opened.counts())


def _unsealed(run):
    """Make a run what it was before manifests had a checksum and shards a seal."""
    content = json.loads((run / "manifest.json").read_text())
    del content["checksum"], content["model"]["settings_sha256"]
    (run / "manifest.json").write_text(json.dumps(content))
    for seal in run.rglob("seal.json"):
        seal.unlink()


def test_a_run_without_seals_is_read_and_stays_one(run, whole):
    _unsealed(run)
    assert tabulate(run).heads.equals(read_tables(whole).heads)
    again = _extract(run)
    assert not Run.open(run).manifest.sealed
    assert tabulate(again).heads.equals(read_tables(whole).heads)


def test_a_part_of_a_run_without_seals_says_what_is_needed(run):
    _unsealed(run)
    shutil.rmtree(shard_folder(run, 1))
    with pytest.raises(RunError, match="a part of a run of an early release; start over with fresh=True"):
        _extract(run)


def test_a_sealed_shard_is_checked_whatever_the_manifest_lacks(run):
    content = json.loads((run / "manifest.json").read_text())
    del content["checksum"]
    content["options"]["threshold"] = 0.31
    (run / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match="shards/00000 is of another run"):
        tabulate(run)


@pytest.mark.slow
def test_damaged_files_never_give_other_numbers(whole, tmp_path):
    rng = np.random.default_rng(18)
    wanted = read_tables(whole)
    files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    files = [file for file in files if file.name not in ("files.json", "heads.csv")]  # which nothing is read from
    refused = []
    for number in range(60):
        copy = tmp_path / str(number)
        shutil.copytree(whole, copy)
        file = copy / files[int(rng.integers(len(files)))]
        file.write_bytes(damaged(file.read_bytes(), rng)[1])
        try:
            tables = read_tables(copy)
            proteins = Run.open(copy).proteins()
        except ProtlensError as error:
            refused.append(str(error))
            continue
        assert tables.heads.equals(wanted.heads), file
        assert tables.controls.equals(wanted.controls), file
        assert tables.profile.equals(wanted.profile), file
        assert proteins.equals(Run.open(whole).proteins()), file
    assert len(refused) > 20
    assert all("\n" not in line and len(line) < 400 for line in refused)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content["options"].update(threshold=0.31), "its entries are not those that were written"),
        (lambda content: content["options"].update(threshold="0.3"), "threshold of options is '0.3'"),
        (lambda content: content["options"].update(keep_arcs=-1), "keep_arcs of options is -1"),
        (lambda content: content["model"].update(layers=True), "layers of model is True"),
        (lambda content: content["model"].update(heads=10**9), "heads of model is 1000000000"),
        (lambda content: content["model"].pop("sha256"), "sha256 of model is missing"),
        (lambda content: content.update(shards=1.5), "shards is 1.5"),
        (lambda content: content.update(dataset=[]), r"dataset is \[\]"),
        (lambda content: content["properties"].update(contact="triple"), "property 'contact' is 'triple'"),
        (lambda content: content["options"].update(threshold=10**400), "threshold of options is 1000"),
        (lambda content: content.update(checksum=None), "its entries are not those that were written"),
        (lambda content: content.update(version=1), "its entries are not those that were written"),
    ],
)
def test_a_changed_manifest_is_refused(run, change, words):
    content = json.loads((run / "manifest.json").read_text())
    change(content)
    (run / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match=rf"manifest.json is damaged: .*{words}.*fresh=True$"):
        Manifest.read(run)
