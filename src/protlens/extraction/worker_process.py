"""The program of one worker: ``python -m protlens.extraction.worker_process FOLDER``, with the job in the folder.

Numbers of shards come in on standard input, one a line; JSON objects go out: how many proteins of a shard were done,
that it is done, or why not. When the input ends, so does the program, whatever it is doing.
"""

import json
import os
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

from protlens.errors import StorageError
from protlens.extraction.job import ShardWorker
from protlens.extraction.job_file import read_job


def main() -> None:
    """Work on shards until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    shards: SimpleQueue[int] = SimpleQueue()
    Thread(target=_read, args=(sys.stdin, shards), daemon=True).start()
    job = read_job(Path(sys.argv[1]))
    worker = ShardWorker(job)

    def say(shard: int | None, **content: Any) -> None:
        answers.write(json.dumps({"shard": shard, **content}) + "\n")
        answers.flush()

    say(None)
    while True:
        shard = shards.get()
        try:
            worker.work(shard, run=job.run, on_proteins=lambda done, shard=shard: say(shard, proteins=done))
            say(shard)
        except StorageError as error:
            say(shard, failure=str(error), storage=True)
        except Exception as error:
            say(shard, failure=in_one_line(error))


def in_one_line(error: BaseException) -> str:
    """Return what kind of error it is, and the first line of what it says."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _read(lines: IO[str], shards: "SimpleQueue[int]") -> None:
    for line in lines:
        shards.put(int(line))
    os._exit(0)


if __name__ == "__main__":
    main()
