"""A run directory: where it is, what it belongs to, which shards are there, and their files."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa
from polars.exceptions import PolarsError

from protlens.errors import RunError, explain
from protlens.glance import Glance
from protlens.naming import property_title
from protlens.number_text import counted
from protlens.output_folders import FILES, change_since_written
from protlens.reach import Reach
from protlens.runs.blocks import ProteinBlock
from protlens.runs.counts import (
    Bins,
)
from protlens.runs.format import (
    HEADS,
    HEADS_CSV,
    MANIFEST,
    PROTEINS,
    SHARDS,
    shard_folder,
)
from protlens.runs.manifest import Manifest
from protlens.runs.read_once import ReadOnce
from protlens.runs.seal import check_seals
from protlens.runs.shard_tables import read_shards, stack_shards
from protlens.runs.table_files import Rows, read_table
from protlens.typing import Mode


@dataclass(frozen=True, slots=True, repr=False)
class RunDirectory:
    """A run directory, without its sums; see :class:`~protlens.runs.store.Run`.

    Parameters
    ----------
    path
        The directory.
    manifest
        What it belongs to.
    """

    path: Path
    manifest: Manifest
    _kept: ReadOnce = field(default_factory=ReadOnce, init=False, compare=False)

    def __repr__(self) -> str:
        """Return where the run is, and what was run on what."""
        about = f"{self.manifest.model['name']} on {self.manifest.dataset['name']}"
        return f"Run({str(self.path)!r}: {about}, {len(self.manifest.properties)} properties)"

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return self._glance().html()

    def _glance(self) -> Glance:
        about = self.manifest
        number = counted(len(about.properties), "property", "properties")
        title = f"{about.model['name']} on {about.dataset['name']}: {number}"
        rows = [(property_title(name), level) for name, level in about.properties.items()]
        done = f"{len(self.shards_done)} of {counted(about.shards, 'shard')} done"
        return Glance(f"{title}, {done}", ("property", "level"), rows, self.path)

    @property
    def shards_done(self) -> list[int]:
        """The shards whose sums are on disk."""
        names = {path.name for path in (self.path / SHARDS).glob("*") if path.is_dir()}
        numbers = sorted(int(name) for name in names if name.isdecimal())
        return [n for n in numbers if n < self.manifest.shards and shard_folder(self.path, n).name in names]

    @property
    def layers(self) -> int:
        """Layers of the model."""
        return int(self.manifest.model["layers"])

    @property
    def heads(self) -> int:
        """Heads of each layer."""
        return int(self.manifest.model["heads"])

    @property
    def reach(self) -> tuple[Reach, ...]:
        """How far each layer attends."""
        given = self.manifest.model.get("reach") or [[None, None]] * self.layers
        return tuple(Reach(*limits) for limits in given)

    @property
    def bins(self) -> Bins:
        """Bins of attention weight."""
        return Bins(self.manifest.options["threshold"], self.manifest.options["keep_arcs"])

    def check_shards(self, shards: Collection[int] | None = None) -> None:
        """Raise RunError if one of these shards, of all if None, was changed or is of another run.

        Those of early releases carry no seal.
        """
        manifest = self.manifest
        done = self.shards_done if shards is None else sorted(set(self.shards_done).intersection(shards))
        check_seals(self.path, done, belongs_to=manifest.fingerprint, needed=manifest.sealed)

    def check_complete(self) -> None:
        """Raise RunError if shards are missing."""
        done = len(self.shards_done)
        if done < self.manifest.shards:
            raise RunError(
                explain(
                    f"run {self.path}",
                    found=f"{done} of {self.manifest.shards} shards are there",
                    hint="go on with the same 'protlens analyze' command",
                )
            )

    @property
    def mode(self) -> Mode:
        """The mode of the run's own table of heads, as Parquet or CSV, that is as written; matched if there is none."""
        modes: list[Mode] = []
        if change_since_written(self.path / HEADS, self.path) is None:
            with suppress(RunError):
                modes += read_table(self.path, self.path / HEADS, columns=["mode"])["mode"].to_pylist()
        elif change_since_written(self.path / HEADS_CSV, self.path) is None:
            with suppress(OSError, PolarsError):
                modes += pl.read_csv(self.path / HEADS_CSV, columns=["mode"], n_rows=1)["mode"].to_list()
        return modes[0] if modes else "matched"

    def proteins(self) -> pl.DataFrame:
        """Return one row a protein: protein, id, length, residues, status (analysed, cut or skipped), reason.

        Also cluster and cluster_method, which runs of before this column lack.
        """
        return self._kept.get(PROTEINS, [self.path / PROTEINS, self.path / FILES], self._read_proteins)

    def _read_proteins(self) -> pl.DataFrame:
        if change := change_since_written(self.path / PROTEINS, self.path):
            hint = "the same 'protlens analyze' command writes it anew"
            raise RunError(explain(f"run {self.path}", found=change, hint=hint))
        return as_frame(read_table(self.path, self.path / PROTEINS))

    @property
    def _shards(self) -> list[int]:
        return self._kept.get(SHARDS, [self.path / MANIFEST, self.path / SHARDS], self._whole_shards)

    def _read(
        self,
        file: str,
        columns: list[str] | None = None,
        *,
        rows: Rows | None = None,
        block: ProteinBlock | None = None,
    ) -> pa.Table:
        if block is not None and not block.whole:
            return stack_shards(self.path, block.shards, file, columns=columns, rows=block.rows)
        shards = self._shards if block is None else block.shards
        return read_shards(self.path, shards, file, columns=columns, rows=rows)

    def _whole_shards(self) -> list[int]:
        """Return the shards that are there; checked once, unless the run is started anew or goes on."""
        self.check_shards()
        return self.shards_done


def as_frame(table: pa.Table) -> pl.DataFrame:
    """Return a table of Arrow as one of polars."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
