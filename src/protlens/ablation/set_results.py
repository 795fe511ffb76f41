"""What was measured without each set of heads, kept on disk so that an ablation that was interrupted goes on.

``ablation.json`` says what the folder is about: the model, the proteins, the masks and what stands in place of heads.
Beside it, ``sets/`` has a table for each set of heads that was measured, named by a digest of all this and the heads.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from protlens.ablation.head_sets import HeadSet, set_label
from protlens.errors import RunError, explain
from protlens.files import json_checksum, write_json, write_table
from protlens.output_folders import FolderKind, OutputFolder, change_since_written

MARKER = "ablation.json"
FORMAT = "protlens-ablation"
VERSION = 1
SETS = "sets"

ABLATION_FOLDER = FolderKind("protlens ablation", {MARKER: FORMAT})


@dataclass(frozen=True, slots=True)
class SetResults:
    """The measured sets in a folder.

    Parameters
    ----------
    folder
        The folder; it lists every file that is written.
    plan
        What all sets have in common, as JSON.
    """

    folder: OutputFolder
    plan: Mapping[str, Any]

    def begin(self, *, fresh: bool) -> None:
        """Take up the folder, or begin it.

        Parameters
        ----------
        fresh
            Whether what was measured before is removed.

        Raises
        ------
        RunError
            If it has been measured by another plan, and is not to begin afresh.
        """
        before = _plan(self.folder.path)
        if fresh:
            self.folder.remove_listed()
        elif before is not None and before != self.plan:
            differing = sorted(name for name in {*before, *self.plan} if before.get(name) != self.plan.get(name))
            raise RunError(
                explain(
                    f"folder {self.folder.path}",
                    found=f"an ablation that differs in {', '.join(differing)}",
                    hint="choose another as out=, or start over with fresh=True",
                )
            )
        self.folder.remove_unfinished()
        self.write_about({})

    def write_about(self, asked: Mapping[str, Any]) -> None:
        """Write ``ablation.json``, with what was asked for last."""
        about = {"format": FORMAT, "version": VERSION, "plan": dict(self.plan), "asked": dict(asked)}
        write_json(self.folder.path / MARKER, about, indent=2)
        self.folder.add(self.folder.path / MARKER)
        self.folder.write_list()

    def read(self, heads: HeadSet) -> pl.DataFrame | None:
        """Return what was measured without these heads, None if it was not or the file is not what was written."""
        path = self._path(heads)
        if not path.is_file() or change_since_written(path, self.folder.path) is not None:
            return None
        try:
            table = pl.read_parquet(path)
        except (PolarsError, OSError):
            return None
        self.folder.add(path)
        return table

    def write(self, heads: HeadSet, table: pl.DataFrame) -> None:
        """Keep what was measured without these heads.

        Raises
        ------
        StorageError
            If the disk is full or the folder cannot be written.
        """
        write_table(table, self._path(heads))
        self.folder.add(self._path(heads))
        self.folder.write_list()

    def _path(self, heads: HeadSet) -> Path:
        name = sha256(f"{json_checksum(self.plan)} {set_label(heads)}".encode()).hexdigest()[:20]
        return self.folder.path / SETS / f"{name}.parquet"


def _plan(folder: Path) -> Mapping[str, Any] | None:
    """Return the plan of an earlier ablation; None if there is none that can be read."""
    try:
        about = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        plan = about["plan"] if about["version"] <= VERSION else {"version": about["version"]}
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    return plan if isinstance(plan, dict) else None
