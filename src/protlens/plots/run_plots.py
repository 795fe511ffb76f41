"""The figures of a run one at a time, as ``result.plot``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import overload

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from protlens.errors import OptionError, explain
from protlens.naming import run_line
from protlens.plots.amino_acids import amino_acid_figure, draw_similarity, similarity_figure
from protlens.plots.head_figures import (
    draw_head_map,
    draw_lift_map,
    draw_top_heads,
    head_map_figure,
    lift_map_figure,
    top_heads_figure,
)
from protlens.plots.layers import draw_layer_curve, layers_figure
from protlens.plots.overview_figure import overview_figure
from protlens.plots.profile import draw_profile, profile_figure
from protlens.plots.summary_figure import best_heads, draw_summary, summary_figure
from protlens.plots.table_columns import without_amino_acids
from protlens.registry import unknown_name
from protlens.runs.run_directory import RunDirectory
from protlens.stats.run_tables import RunTables


@dataclass(frozen=True, slots=True, repr=False)
class RunPlots:
    """The figures of a run: a whole page, which a notebook shows, or one plot on axes of your own.

    Parameters
    ----------
    tables
        The tables of the run.
    about
        A line on the run, below the title of each page.

    Examples
    --------
    >>> plots = protlens.open_run("protlens-run").plot
    >>> plots.heads("contact").savefig("heads.png")
    >>> from matplotlib.figure import Figure
    >>> plots.heads("contact", ax=Figure().add_subplot()).get_xlabel()
    'Head'
    """

    tables: RunTables
    about: str = ""

    @classmethod
    def of(cls, run: RunDirectory, tables: RunTables) -> "RunPlots":
        """Return the figures of a run with these tables."""
        model, dataset = (str(part["name"]) for part in (run.manifest.model, run.manifest.dataset))
        first = tables.heads.row(0, named=True)
        line = run_line(model=model, dataset=dataset, threshold=first["threshold"], mode=first["mode"])
        return cls(tables, line)

    def __repr__(self) -> str:
        """Return what can be drawn."""
        drawn = "overview, summary, heads, lift, top_heads, layers, amino_acids, similarity, profile"
        return f"RunPlots of {self.about or 'a run'}: {drawn}"

    def overview(self) -> Figure:
        """Draw the run on one page."""
        return overview_figure(self.tables.heads, about=self.about)

    @overload
    def summary(self) -> Figure: ...
    @overload
    def summary(self, *, ax: Axes) -> Axes: ...
    def summary(self, *, ax: Axes | None = None) -> Figure | Axes:
        """Draw the best head of each property, with its interval, beside background and control."""
        if ax is not None:
            return draw_summary(best_heads(self.tables.heads), ax)
        return summary_figure(self.tables.heads, about=self.about)

    @overload
    def heads(self, property: str) -> Figure: ...
    @overload
    def heads(self, property: str, *, ax: Axes) -> Axes: ...
    def heads(self, property: str, *, ax: Axes | None = None) -> Figure | Axes:
        """Draw the map of all heads for a property."""
        return self._of_property(property, ax, draw_head_map, head_map_figure)

    @overload
    def lift(self, property: str) -> Figure: ...
    @overload
    def lift(self, property: str, *, ax: Axes) -> Axes: ...
    def lift(self, property: str, *, ax: Axes | None = None) -> Figure | Axes:
        """Draw how many times its control each head is, for a property."""
        return self._of_property(property, ax, draw_lift_map, lift_map_figure)

    @overload
    def top_heads(self, property: str, *, count: int = ...) -> Figure: ...
    @overload
    def top_heads(self, property: str, *, ax: Axes, count: int = ...) -> Axes: ...
    def top_heads(self, property: str, *, ax: Axes | None = None, count: int = 10) -> Figure | Axes:
        """Draw the best heads of a property as bars."""
        draw, page = partial(draw_top_heads, count=count), partial(top_heads_figure, count=count)
        return self._of_property(property, ax, draw, page)

    @overload
    def layers(self, property: str | None = ...) -> Figure: ...
    @overload
    def layers(self, property: str, *, ax: Axes) -> Axes: ...
    def layers(self, property: str | None = None, *, ax: Axes | None = None) -> Figure | Axes:
        """Draw the mean alignment by layer, of a property or of all but amino acids."""
        table = self._there("layers")
        table = without_amino_acids(table) if property is None else table.filter(property=self._known(property))
        if ax is not None:
            return draw_layer_curve(table, ax)
        return layers_figure(table, centres=self.tables.centres, about=self.about)

    def amino_acids(self) -> Figure:
        """Draw the maps of the amino acids."""
        return amino_acid_figure(self.tables.heads, about=self.about)

    @overload
    def similarity(self) -> Figure: ...
    @overload
    def similarity(self, *, ax: Axes) -> Axes: ...
    def similarity(self, *, ax: Axes | None = None) -> Figure | Axes:
        """Draw how alike amino acids are to the heads, on a page beside BLOSUM62."""
        table = self._there("similarity")
        if ax is not None:
            return draw_similarity(table, ax, column="similarity")
        return similarity_figure(table, correlation=self.tables.correlation, about=self.about)

    @overload
    def profile(self) -> Figure: ...
    @overload
    def profile(self, measure: str, *, ax: Axes) -> Axes: ...
    def profile(self, measure: str = "entropy", *, ax: Axes | None = None) -> Figure | Axes:
        """Draw what each head does whatever the property: all measures, or one on axes of your own."""
        table = self._there("profile")
        return profile_figure(table, about=self.about) if ax is None else draw_profile(table, ax, measure=measure)

    def _of_property(
        self, name: str, ax: Axes | None, draw: Callable[..., Axes], page: Callable[..., Figure]
    ) -> Figure | Axes:
        rows = self.tables.heads.filter(property=self._known(name))
        return page(rows, about=self.about) if ax is None else draw(rows, ax)

    def _known(self, name: str) -> str:
        names = self.tables.heads["property"].unique(maintain_order=True).to_list()
        if name not in names:
            raise unknown_name("property of the run", name, names)
        return name

    def _there(self, name: str) -> pl.DataFrame:
        table = self.tables.get(name)
        if table is None or table.is_empty():
            hint = "it needs all twenty amino acids" if name == "similarity" else None
            raise OptionError(explain(f"figure from table {name!r}", found="no such table in this run", hint=hint))
        return table
