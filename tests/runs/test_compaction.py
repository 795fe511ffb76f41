import shutil

import numpy as np
import polars as pl
import pytest

from protlens.errors import RunError
from protlens.extraction import finish
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from protlens.runs import compaction
from protlens.runs.format import SHARDS
from protlens.runs.manifest import Manifest
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate
from reference import same_counts
from toy import toy_dataset, toy_model


def _extract(out, **options):
    data, settings = toy_dataset(), ExtractionOptions(**{"keep_arcs": 0.3, "shard_residues": 1} | options)
    return extract(toy_model(), data, select_properties(data), out=out, options=settings)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return _extract(tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def joined(tmp_path, monkeypatch):
    monkeypatch.setattr(finish, "MOST_SHARDS", 3)
    return _extract(tmp_path / "run", shard_residues=20)


def _same(run, other):
    for counts, expected in zip(run.counts(), other.counts(), strict=True):
        same_counts(counts, expected)
    for name in run.manifest.properties:
        mine, theirs = run.histogram(name), other.histogram(name)
        np.testing.assert_array_equal(mine.eligible, theirs.eligible)
        np.testing.assert_array_equal(mine.hits, theirs.hits)
    np.testing.assert_allclose(run.head_sums().entropy, other.head_sums().entropy, rtol=1e-12)
    order = ["protein", "layer", "head", "query", "key"]
    assert run.arcs().sort(order).equals(other.arcs().sort(order))


@pytest.mark.slow
def test_many_shards_become_few_with_the_same_sums(joined, whole):
    assert len(whole.shards_done) == 7
    assert joined.manifest.shards == len(joined.shards_done) == 2
    assert sorted(path.name for path in (joined.path / SHARDS).iterdir()) == ["00000", "00001"]
    _same(joined, whole)
    mine, theirs = tabulate(joined), tabulate(whole)
    floats = [name for name, kind in mine.heads.schema.items() if kind == pl.Float64]
    assert mine.heads.drop(floats).equals(theirs.heads.drop(floats))
    np.testing.assert_allclose(mine.heads.select(floats).to_numpy(), theirs.heads.select(floats).to_numpy(), rtol=1e-9)


def test_larger_shards_are_those_of_a_run_that_had_them_from_the_start(joined, tmp_path):
    options = joined.manifest.options
    other = _extract(tmp_path / "other", shard_residues=options["shard_residues"])
    assert other.manifest.fingerprint == joined.manifest.fingerprint
    for shard in range(2):
        name = f"{SHARDS}/{shard:05d}/proteins.parquet"
        mine, theirs = (pl.read_parquet(run.path / name)["protein"].to_list() for run in (joined, other))
        assert sorted(mine) == sorted(theirs)
    plans = [pl.read_parquet(run.path / "plan.parquet") for run in (joined, other)]
    assert plans[0].equals(plans[1])


def test_the_same_command_finds_the_joined_run_finished(joined, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in (joined.path / SHARDS).rglob("*.parquet")}
    run = _extract(joined.path, shard_residues=20)
    assert {path: path.stat().st_mtime_ns for path in (run.path / SHARDS).rglob("*.parquet")} == before


class Killed(BaseException):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before the manifest", "after the manifest", "between the folders"])
def test_a_kill_at_any_moment_leaves_a_run_that_the_same_command_completes(tmp_path, monkeypatch, whole, moment):
    run = tmp_path / "run"
    _extract(run, shard_residues=20)
    monkeypatch.setattr(finish, "MOST_SHARDS", 3)

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "before the manifest":
            patch.setattr(Manifest, "write", killed)
        elif moment == "after the manifest":
            patch.setattr(compaction, "settle_shards", killed)
        else:
            patch.setattr(compaction, "remove", lambda path: (shutil.rmtree(path, ignore_errors=True), path.name)[1])
            patch.setattr("pathlib.Path.rename", _unless_new(killed))
        with pytest.raises(Killed):
            finish.finish_run(Run.open(run), toy_dataset())
    _same(_extract(run, shard_residues=20), whole)
    assert len(Run.open(run).shards_done) == 2
    assert not (run / f"{SHARDS}.new").exists()


def _unless_new(killed):
    from pathlib import Path

    rename = Path.rename
    return lambda path, target: killed() if path.name == f"{SHARDS}.new" else rename(path, target)


def test_whoever_has_it_open_is_told(whole, tmp_path, monkeypatch):
    run = Run.open(shutil.copytree(whole.path, tmp_path / "run"))
    monkeypatch.setattr(finish, "MOST_SHARDS", 3)
    finish.finish_run(run, toy_dataset())
    with pytest.raises(RunError):
        run.property_counts("contact")
