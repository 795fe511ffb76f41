import json
from contextlib import contextmanager

import pytest

from divided import extract_divided
from protlens.errors import RunError, StorageError
from protlens.extraction.engine import InProcess, Outcome
from protlens.extraction.retry_run import retry
from protlens.extraction.status_of_run import run_status
from protlens.runs.store import Run
from reference import same_counts
from toy import toy_dataset, toy_model


class Failing:
    """An engine whose workers fail on some shards, so often."""

    def __init__(self, times):
        self.times = dict(times)
        self.given = []

    @contextmanager
    def start(self, job, on_proteins):
        with InProcess().start(job, on_proteins) as work:
            yield lambda shards: self._work(shards, work)

    def _work(self, shards, work):
        for given in shards:
            self.given.append(given.shard)
            if self.times.get(given.shard, 0) > 0:
                self.times[given.shard] -= 1
                yield Outcome(given.shard, "its worker was lost")
            else:
                yield from work(iter([given]))


@pytest.mark.slow
def test_a_shard_that_fails_is_given_out_again(tmp_path):
    engine = Failing({2: 2})
    run, whole = extract_divided(tmp_path / "run", engine=engine), extract_divided(tmp_path / "whole")
    assert engine.given.count(2) == 3
    assert sorted(set(engine.given)) == list(range(7))
    for counts, expected in zip(run.counts(), whole.counts(), strict=True):
        same_counts(counts, expected)


def test_a_shard_that_fails_three_times_is_named_with_its_proteins_and_the_others_go_on(tmp_path):
    out = tmp_path / "run"
    with pytest.raises(RunError) as caught:
        extract_divided(out, engine=Failing({0: 9, 4: 9}))
    assert "shard 0 failed 3 times (its worker was lost), with toy6; 2 of 7 shards were given up" in str(caught.value)
    assert f"protlens run retry {out.resolve()}" in str(caught.value)
    status = run_status(out)
    assert (status.shards, status.shards_done, status.proteins, status.proteins_done) == (7, 5, 7, 5)
    assert {shard: (why.times, why.proteins) for shard, why in status.given_up.items()} == {
        0: (3, ("toy6",)),
        4: (3, ("toy2",)),
    }
    assert json.loads((out / "shards" / "00000.failed").read_text())["reason"] == "its worker was lost"
    retry(out, model=toy_model(), dataset=toy_dataset())
    assert run_status(out).given_up == {}
    Run.open(out).check_complete()
    assert not list((out / "shards").glob("*.failed"))


def test_a_full_disk_ends_the_run_whatever_the_engine(tmp_path):
    class Full:
        @contextmanager
        def start(self, job, on_proteins):
            def work(shards):
                next(shards)
                raise StorageError("writing run: no space left on device")
                yield

            yield work

    with pytest.raises(StorageError):
        extract_divided(tmp_path / "run", engine=Full())
    assert not list((tmp_path / "run" / "shards").iterdir())
