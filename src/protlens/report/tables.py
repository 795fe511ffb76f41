"""The tables of a finished run, of which those that take resampling are read where they stand."""

from protlens.analysis import complete_tables, tabulate
from protlens.plots.figures import RunTables
from protlens.runs.store import Run
from protlens.stats.stored import stored_controls, stored_heads


def read_tables(run: Run) -> RunTables:
    """Return the tables of a run in the mode of its ``heads.parquet``, in matched mode if there is none.

    The calibration may be left out; see :func:`protlens.stats.calibration.calibration_table`.

    Raises
    ------
    RunError
        If shards are missing.
    """
    run.check_complete()
    heads, controls = stored_heads(run), stored_controls(run)
    if heads is None:
        return tabulate(run)
    if controls is None:
        return tabulate(run, mode=heads["mode"][0])
    return complete_tables(run, heads=heads, controls=controls)
