"""Reading a run directory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from jaxtyping import Bool, Int64

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import RunError, explain
from protlens.output_folders import FILES
from protlens.reach import distinct
from protlens.runs.blocks import ProteinBlock, plan_blocks
from protlens.runs.counts import (
    SEPARATION_EDGES,
    STRATA,
    WEIGHTS,
    HeadSums,
    PropertyCounts,
    StratumCounts,
    WeightHistogram,
    WeightSums,
    join_parts,
)
from protlens.runs.format import (
    ARCS,
    CELLS,
    COLUMNS,
    COUNTS,
    LABELS,
    MANIFEST,
    PROTEINS,
    SHARDS,
    SUMS,
    of_reach,
    shard_folder,
)
from protlens.runs.label_reader import LabelReader, SitesBefore
from protlens.runs.manifest import Manifest
from protlens.runs.placed import CELL_PARTS
from protlens.runs.property_blocks import Families, PropertyBlocks
from protlens.runs.protein_arcs import ProteinArcs
from protlens.runs.read_sites import pair_sites, residue_sites, site_arcs
from protlens.runs.run_directory import RunDirectory, as_frame
from protlens.runs.shard import BACKGROUND, SHARES
from protlens.runs.sites import SiteArcs, Sites
from protlens.runs.table_files import read_table
from protlens.runs.totals import Totals, totals_by_layer, totals_by_protein, totals_of_heads
from protlens.typing import Level, PathInput


@dataclass(frozen=True, slots=True, repr=False)
class Run(RunDirectory):
    """A run directory, opened with :meth:`open`; sums are read when they are asked for.

    Parameters
    ----------
    path
        The directory.
    manifest
        What it belongs to.

    Examples
    --------
    >>> run = protlens.Run.open("protlens-run")
    >>> run.manifest.model["name"], run.property_counts("contact").hits.shape
    ('mini-bert', (3, 6, 8))
    """

    @classmethod
    def open(cls, path: PathInput) -> "Run":
        """Open a run directory, finished or not.

        Raises
        ------
        RunError
            If the directory is not a run.
        """
        folder = Path(path)
        return cls(folder, Manifest.read(folder))

    def counts(self) -> Iterator[PropertyCounts]:
        """Iterate over the sums of the property classes, one in memory at a time."""
        return (self.property_counts(name) for name in self.manifest.properties)

    def property_counts(self, name: str) -> PropertyCounts:
        """Return the sums of one property class over the proteins that carry its labels, in the run's order.

        All proteins are in memory then; :meth:`property_blocks` holds some at a time.
        """
        return replace(self._property_counts(name, self._families), weights=self._weights(name))

    def property_blocks(self, name: str) -> PropertyBlocks:
        """Return the sums of one property class in blocks of proteins, one in memory at a time."""
        return next(self.each_property_blocks([name]))

    def each_property_blocks(self, names: Iterable[str]) -> Iterator[PropertyBlocks]:
        """Yield the same of several property classes; where labels lie is kept from one class to the next."""
        before: SitesBefore = {}
        families = self._families
        for name in names:  # cells of pairs have their own trials in each class
            yield self._property_blocks(name, families, before if self.manifest.properties[name] == "residue" else {})

    def _property_blocks(
        self, name: str, families: Int64[np.ndarray, " protein"] | None, before: SitesBefore
    ) -> PropertyBlocks:
        level = self.manifest.properties[name]
        blocks = self._blocks(level)
        known = None if families is None else [families[block.proteins] for block in blocks]
        labels = self._label_reader(name, blocks, before) if self.placed else None

        def counts(wanted: Bool[np.ndarray, " family"] | None) -> Iterator[tuple[int, PropertyCounts]]:
            for number, block in enumerate(blocks):
                some = None if wanted is None or known is None else block.proteins[wanted[known[number]]]
                sites = None if labels is None or some is not None else partial(labels.at, number)
                if some is None or len(some):
                    yield number, self._property_counts(name, families, block, some, sites)

        groups = tuple(map(tuple, distinct(self.reach).values()))
        spread = Families.of(known) if known else None
        return PropertyBlocks(name, level, groups, self.heads, counts, labels, spread, self._weights(name))

    def _blocks(self, level: Level) -> list[ProteinBlock]:
        def plan() -> list[ProteinBlock]:
            return plan_blocks(self.path, self._shards, level=level, heads=self.layers * self.heads)

        return self._kept.get(f"blocks:{level}", [self.path / MANIFEST, self.path / SHARDS], plan)

    def _property_counts(
        self,
        name: str,
        families: Int64[np.ndarray, " protein"] | None,
        block: ProteinBlock | None = None,
        wanted: Int64[np.ndarray, " protein"] | None = None,
        sites: Callable[[int], Sites] | None = None,
    ) -> PropertyCounts:
        """Return the sums of one property class over some proteins of a block, or of the whole run.

        The sites of each part of the layers may be at hand, with what was made of them.
        """
        parts = ["arcs", f"eligible:{name}", f"hits:{name}", *([f"residues:{name}"] if self.placed else [])]
        counts = self._read(COUNTS, parts, block=block)
        by_head = {
            column.partition(":")[0]: _from_lists(counts[column], (-1, self.layers, self.heads)) for column in parts
        }
        groups = distinct(self.reach)
        columns = [of_reach(part, number, name) for number in range(len(groups)) for part in BACKGROUND]
        proteins = self._read(PROTEINS, ["protein", *columns], block=block)
        order = _labelled_order(proteins, f"sites:{name}", wanted)
        numbers = proteins["protein"].to_numpy()[order]
        found = []
        for number, layers in enumerate(groups.values()):
            background = {part: proteins[of_reach(part, number, name)] for part in BACKGROUND}
            one = PropertyCounts(
                name,
                self.manifest.properties[name],
                **{part: values[order][:, layers] for part, values in by_head.items()},
                **{part: column.fill_null(0).to_numpy()[order] for part, column in background.items()},
                units=None if families is None else families[numbers],
                layers=tuple(layers),
                strata=None if self.placed else self._strata(name, order, block),
            )
            if self.placed:
                at = self._sites(name, self._labels(name, block), order, number) if sites is None else sites(number)
                one = replace(one, labelled=at, attended=self._site_arcs(one, at, numbers, block))
            found.append(one)
        joined = found[0] if len(found) == 1 else join_parts(found)
        return replace(joined, layers=None)

    def _weights(self, name: str) -> WeightSums | None:
        if self.manifest.version < 3:
            return None
        shape, totals = (self.layers, self.heads), self._totals(SUMS)
        sums = {part: totals[f"weight_{part}:{name}"].reshape(shape) for part in WEIGHTS}
        return WeightSums(**sums, proteins=self._totals(PROTEINS)[f"labelled:{name}"])

    @property
    def _families(self) -> Int64[np.ndarray, " protein"] | None:
        """The number of the family of each protein; None if the run names no relatives, or is not finished."""

        def ranked() -> Int64[np.ndarray, " protein"] | None:
            proteins = self.proteins()
            if "cluster" not in proteins.columns or not len(proteins):
                return None
            return proteins["cluster"].rank("dense").cast(pl.Int64).to_numpy() - 1

        if not (self.path / PROTEINS).exists():
            return None
        return self._kept.get("families", [self.path / PROTEINS, self.path / FILES], ranked)

    @property
    def placed(self) -> bool:
        """Whether the run knows where labels lie and where arcs fall; one of version 1 does not."""
        return self.manifest.version > 1

    def _labels(self, name: str, block: ProteinBlock | None) -> pa.Table:
        if self.manifest.properties[name] == "residue":
            columns = ["amino_acids", *(["burial"] if self.manifest.version > 2 else []), f"labels:{name}"]
        else:
            groups = range(len(distinct(self.reach)))
            columns = [of_reach(part, number, name) for number in groups for part in CELL_PARTS]
        return self._read(LABELS, ["protein", *columns], block=block).combine_chunks()

    def _sites(self, name: str, labels: pa.Table, order: Any, number: int, before: Sites | None = None) -> Sites:
        if self.manifest.properties[name] == "residue":
            return residue_sites(labels, name, order, list(distinct(self.reach))[number], before=before)
        return pair_sites(labels, name, order, number)

    def _label_reader(self, name: str, blocks: list[ProteinBlock], before: SitesBefore) -> LabelReader:
        column = f"labels:{name}" if self.manifest.properties[name] == "residue" else f"cells:{name}"

        def sites(labels: pa.Table, number: int, before: Sites | None) -> Sites:
            return self._sites(name, labels, _labelled_order(labels, column), number, before)

        return LabelReader(blocks, partial(self._labels, name), sites, before)

    def _site_arcs(self, counts: PropertyCounts, sites: Sites, numbers: Any, block: ProteinBlock | None) -> SiteArcs:
        """Return the arcs that fall on the sites, found once for all classes where one block holds the whole run."""
        residue = counts.level == "residue"
        file, columns = (COLUMNS, ("key", "arcs")) if residue else (CELLS, ("cell", f"eligible:{counts.name}"))

        def found() -> SiteArcs:
            arcs, layers = self._read(file, ["protein", "layer", "head", *columns], block=block), counts.layers or ()
            return site_arcs(sites, arcs, columns, numbers=numbers, layers=layers, heads=self.heads)

        return sites.once_of_places("arcs", found) if block is not None and block.whole else found()

    def labelled_proteins(self, name: str) -> list[int]:
        """Return the numbers of the proteins in :meth:`property_counts`, in its order."""
        proteins = self._read(PROTEINS, ["protein", f"sites:{name}"])
        return [int(number) for number in proteins["protein"].to_numpy()[_labelled_order(proteins, f"sites:{name}")]]

    def proteins_with(self, name: str) -> frozenset[int]:
        """Return the numbers of the proteins in which a property holds for a residue, or a pair, at least once."""
        column = of_reach("positive_sites", 0, name)
        proteins = self._read(PROTEINS, ["protein", column])
        holding = proteins[column].fill_null(0).to_numpy() > 0
        return frozenset(proteins["protein"].to_numpy()[holding].tolist())

    def stratum_counts(self, name: str) -> StratumCounts:
        """Return the sums of one property class by stratum, over the proteins of its :meth:`property_counts`."""
        proteins = self._read(PROTEINS, ["protein", f"sites:{name}"])
        return self._strata(name, _labelled_order(proteins, f"sites:{name}"), None)

    def _strata(self, name: str, order: Any, block: ProteinBlock | None) -> StratumCounts:
        arcs, strata = (
            ("amino_acids", len(AMINO_ACIDS))
            if self.manifest.properties[name] == "residue"
            else ("separations", len(SEPARATION_EDGES))
        )
        proteins = self._read(PROTEINS, [f"strata:{name}"], block=block)
        sites = _from_lists(proteins[f"strata:{name}"], (-1, STRATA, 2))[order, :strata]
        counts = self._read(COUNTS, [arcs], block=block)[arcs]
        by_stratum = _from_lists(counts, (-1, self.layers, self.heads, strata))[order]
        return StratumCounts(by_stratum, sites=sites[..., 0], positive_sites=sites[..., 1])

    def histogram(self, name: str) -> WeightHistogram:
        """Return the eligible pairs of one property class by attention weight."""
        pairs, positive = (self._offered(part, name) for part in ("pairs", "positive_pairs"))
        edges = np.array(self.bins.edges)
        shape = (self.layers, self.heads, len(edges) - 2)
        totals = self._totals(SUMS)
        eligible, hits = (totals[f"histogram_{part}:{name}"].reshape(shape) for part in ("eligible", "hits"))
        return WeightHistogram(
            edges,
            eligible=np.concatenate([pairs - eligible.sum(-1, keepdims=True), eligible], axis=-1),
            hits=np.concatenate([positive - hits.sum(-1, keepdims=True), hits], axis=-1),
        )

    def _offered(self, part: str, name: str) -> Int64[np.ndarray, "layer 1 1"]:
        """Return a sum over proteins for each layer, by how far it attends."""
        totals, offered = self._totals(PROTEINS), np.zeros((self.layers, 1, 1), np.int64)
        for number, layers in enumerate(distinct(self.reach).values()):
            offered[layers] = totals[of_reach(part, number, name)]
        return offered

    def head_sums(self) -> HeadSums:
        """Return what each head does, whatever the property."""
        shape, arcs = (self.layers, self.heads), self._totals(COUNTS)
        return HeadSums(
            rows=self._totals(PROTEINS)["residues"],
            **{name: self._totals(SUMS)[name].reshape(shape) for name in SHARES},
            separations=arcs["separations"].reshape(*shape, len(SEPARATION_EDGES)),
            amino_acids=arcs["amino_acids"].reshape(*shape, len(AMINO_ACIDS)),
        )

    def _totals(self, file: str) -> Totals:
        """Return the sums over all proteins, by the name of their column in one file of the shards."""

        def summed() -> Totals:
            if file == SUMS:
                shards = (shard_folder(self.path, shard) / SUMS for shard in self._shards)
                return totals_by_layer(read_table(self.path, shard).drop_columns("layer") for shard in shards)
            blocks = self._blocks("residue")
            if file == COUNTS:
                parts = (self._read(COUNTS, ["separations", "amino_acids"], block=block) for block in blocks)
                return totals_of_heads(parts, layers=self.layers)
            columns = product(BACKGROUND, range(len(distinct(self.reach))), self.manifest.properties)
            names = ["residues", *(of_reach(*column) for column in columns)]
            return totals_by_protein(self._read(PROTEINS, names, block=block) for block in blocks)

        return self._kept.get(f"totals:{file}", [self.path / MANIFEST, self.path / SHARDS], summed)

    def arcs(self) -> pl.DataFrame:
        """Return the arcs that were kept: protein (its number), layer, head, query, key (zero-based), weight.

        Raises
        ------
        RunError
            If the run kept none.
        """
        self._check_arcs()
        return as_frame(self._read(ARCS))

    def protein_arcs(self, protein: int) -> ProteinArcs:
        """Return the arcs that were kept of one protein, given by its number.

        Raises
        ------
        RunError
            If the run kept none.
        """
        self._check_arcs()
        kept = self._read(ARCS, rows=[("protein", "=", protein)])
        arcs = {name: kept[name].to_numpy() for name in ("layer", "head", "query", "key", "weight")}
        order = np.lexsort((arcs["key"], arcs["query"], -arcs["weight"], arcs["head"], arcs["layer"]))
        return ProteinArcs(
            **{name: values[order] for name, values in arcs.items()},
            complete_from=np.full((self.layers, self.heads), self.manifest.options["keep_arcs"], np.float32),
            received=None,
            residues=int(self.proteins()["residues"][protein]),
        )

    def arc_counts(self, layer: int, head: int) -> dict[int, int]:
        """Return how many arcs one head has in each protein that was analysed, by the protein's number."""
        return self._counts_of_head("arcs", layer, head)

    def hit_counts(self, name: str, layer: int, head: int) -> dict[int, int]:
        """Return for how many arcs of one head a property holds, by the number of each protein that was analysed."""
        return self._counts_of_head(f"hits:{name}", layer, head)

    def _counts_of_head(self, column: str, layer: int, head: int) -> dict[int, int]:
        counts = self._read(COUNTS, ["protein", column], rows=[("layer", "=", layer)])
        values = _from_lists(counts[column], (-1, self.heads))[:, head]
        return dict(zip(counts["protein"].to_pylist(), values.tolist(), strict=True))

    def _check_arcs(self) -> None:
        if self.manifest.options["keep_arcs"] is None:
            raise RunError(
                explain(f"run {self.path}", found="it kept no single arcs", hint="make it again with keep_arcs=")
            )


def as_run(run: PathInput | Run) -> Run:
    """Return a run that is given as itself or as its directory.

    Raises
    ------
    RunError
        If the directory is not a run.
    """
    return run if isinstance(run, Run) else Run.open(run)


def _labelled_order(proteins: pa.Table, sites: str, wanted: Int64[np.ndarray, " protein"] | None = None) -> Any:
    """Return the rows of the proteins that have something in the column of sites, in the order of the run."""
    numbers = proteins["protein"].to_numpy()
    labelled = ~proteins[sites].is_null().to_numpy()
    if wanted is not None:
        labelled &= np.isin(numbers, wanted)
    return np.flatnonzero(labelled)[np.argsort(numbers[labelled])]


def _from_lists(column: pa.ChunkedArray, shape: tuple[int, ...]) -> Any:
    """Return fixed-size lists, or their items shaped anew, as one array."""
    values = column.combine_chunks()
    return values.flatten().to_numpy().reshape(shape)
