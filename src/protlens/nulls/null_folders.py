"""The null runs of a run, and what its heads are beside theirs."""

from dataclasses import dataclass

import polars as pl

from protlens.errors import RunError, explain
from protlens.nulls.null_kinds import KINDS, NullKind
from protlens.runs.format import MANIFEST, NULLS, null_folder
from protlens.runs.manifest import is_same_model
from protlens.runs.store import Run
from protlens.stats.null_comparison import (
    AMINO_ACID_NULL_SCHEMA,
    NULL_TABLE_SCHEMA,
    amino_acid_null_table,
    null_summary,
    null_table,
)
from protlens.stats.run_tables import stored_heads, tabulate
from protlens.table_set import TableSet
from protlens.typing import Mode

LARGEST_SEED = 99_999
"""The name of a folder has five digits."""

AMINO_ACID_NULLS = "tables/amino_acid_nulls.csv"
"""The head of each amino acid beside that of the null runs, in the directory of the run."""

_OPTIONS = ("threshold", "max_length", "limit", "seed")
"""Options that a null has in common with its run."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class NullTables(TableSet):
    """The heads of a run beside those of its null runs.

    Parameters
    ----------
    nulls
        One row for each kind, property and head; see ``protlens.stats.null_comparison``.
    summary
        Its rows of the head of each property that is named first.
    amino_acids
        One row for each kind and amino acid: the head of highest alignment of the run, and that of all its null runs.

    Examples
    --------
    >>> tables = protlens.null("protlens-run", kind="labels", repeats=1).tables
    >>> tables.nulls["kind"].unique().to_list()
    ['labels']
    """

    nulls: pl.DataFrame
    summary: pl.DataFrame
    amino_acids: pl.DataFrame

    def of_kind(self, kind: NullKind) -> "NullTables":
        """Return the rows of one kind."""
        return NullTables(**{name: table.filter(kind=kind) for name, table in self.items()})


def finished_null(run: Run, kind: NullKind, seed: int) -> Run | None:
    """Return the null run of a kind and a seed; None if it is not there, not whole, or that of another run.

    Raises
    ------
    RunError
        If its manifest is damaged.
    """
    folder = null_folder(run.path, kind, seed)
    if not (folder / MANIFEST).is_file():
        return None
    null = Run.open(folder)
    return null if len(null.shards_done) == null.manifest.shards and _is_of(null, run, kind, seed) else None


def check_place(run: Run, kind: NullKind, seed: int) -> None:
    """Raise RunError if the folder of a null run holds one that cannot be gone on with."""
    folder = null_folder(run.path, kind, seed)
    if (folder / MANIFEST).is_file() and not _is_of(Run.open(folder), run, kind, seed):
        found = f"it is not of run {run.path} as it is now"
        raise RunError(explain(f"null run {folder}", found=found, hint="remove this folder"))


def finished_nulls(run: Run) -> dict[NullKind, dict[int, Run]]:
    """Return all null runs of a run that are whole, by kind and seed; a kind without any is left out."""
    found: dict[NullKind, dict[int, Run]] = {}
    for kind in KINDS:
        seeds = sorted(int(path.name) for path in (run.path / NULLS / kind).glob("[0-9]" * 5))
        of_kind = {seed: null for seed in seeds if (null := finished_null(run, kind, seed)) is not None}
        if of_kind:
            found[kind] = of_kind
    return found


def null_heads(null: Run, *, mode: Mode) -> pl.DataFrame:
    """Return the table of heads of a null run in a mode, that which it wrote if it is of this mode."""
    heads = stored_heads(null)
    return heads if heads is not None and heads["mode"].first() == mode else tabulate(null, mode=mode).heads


def compare_with_nulls(run: Run, heads: pl.DataFrame) -> NullTables:
    """Return the tables of all null runs that are whole; they are empty where there are none.

    Parameters
    ----------
    run
        A finished run.
    heads
        Its table of heads, which decides the mode.
    """
    mode: Mode = heads["mode"][0]
    tables, letters = [NULL_TABLE_SCHEMA.to_frame(eager=True)], [AMINO_ACID_NULL_SCHEMA.to_frame(eager=True)]
    for kind, nulls in finished_nulls(run).items():
        drawn = {seed: null_heads(null, mode=mode) for seed, null in nulls.items()}
        tables.append(null_table(kind, heads, drawn))
        letters.append(amino_acid_null_table(tables[-1], heads, drawn))
    table = pl.concat(tables)
    return NullTables(nulls=table, summary=null_summary(table, heads), amino_acids=pl.concat(letters))


def _is_of(null: Run, run: Run, kind: NullKind, seed: int) -> bool:
    facts, mine, whole = KINDS[kind], null.manifest, run.manifest
    named = getattr(mine, facts.part)["name"] == facts.name(getattr(whole, facts.part)["name"], seed)
    same = all(mine.options.get(name) == whole.options.get(name) for name in _OPTIONS)
    kept = facts.part == "model" or is_same_model(mine.model, whole.model)
    return named and same and kept and mine.properties.items() <= whole.properties.items()
