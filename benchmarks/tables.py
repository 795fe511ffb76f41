"""``python benchmarks/tables.py RUN``: processor time in s and peak memory in MiB of the tables of a run."""

import sys
import time
from pathlib import Path

from peak import memory
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate


def main() -> None:
    """Print both; memory is above that of the loaded libraries and the table of proteins."""
    run = Run.open(sys.argv[1])
    run.check_shards()
    run.proteins()
    Path("/proc/self/clear_refs").write_text("5")
    before, start = memory("VmRSS"), time.process_time()
    tabulate(run)
    print(time.process_time() - start, memory("VmHWM") - before)


if __name__ == "__main__":
    main()
