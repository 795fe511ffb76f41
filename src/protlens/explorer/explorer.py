"""All documents of one run, for any host."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from protlens.errors import OptionError, UnknownNameError, explain, shortened
from protlens.explorer.added_files import read_sequences, read_structure_file
from protlens.explorer.alone import heads_alone
from protlens.explorer.arc_sources import ArcSource
from protlens.explorer.builders import (
    MODES,
    arcs_document,
    contacts_document,
    gallery_document,
    heads_document,
    index_document,
    property_entries,
    protein_document,
)
from protlens.explorer.cache import Cache
from protlens.explorer.facts import Facts, RunProperty, find_facts
from protlens.explorer.library import Library, LibraryProtein, has_place
from protlens.explorer.ranking import ranked_entries
from protlens.explorer.schema import (
    CONTACTS,
    OPTIONAL,
    PARAMETERS,
    Arcs,
    Gallery,
    Heads,
    Index,
    PropertyEntry,
    ProteinDocument,
    ProteinEntry,
    Proteins,
    Start,
)
from protlens.explorer.start import is_compact, start_head, start_property, start_protein
from protlens.heads import head_label, head_labels, parse_head_label
from protlens.registry import unknown_name
from protlens.runs.store import Run
from protlens.scene.backdrop import base_scene
from protlens.scene.scene_structure import SceneStructure, structure_of_protein
from protlens.stats.run_tables import RunTables, read_tables, stored_heads
from protlens.typing import Mode, PathInput

if TYPE_CHECKING:
    from protlens.plots.run_plots import RunPlots

LISTED = 50
"""Proteins that a search returns."""

_FACTS = 2**27
"""Bytes of what is known of proteins that are kept."""


class Explorer:
    """Answers with documents; may be asked from several threads at once.

    Parameters
    ----------
    run
        A finished run.
    shelf
        The proteins that can be opened.
    source
        Where their arcs come from.
    properties
        The run's properties, in its order.
    title
        What the page is called.
    alone
        Whether the run is over one structure: counts are told then, and nothing is tested.

    Examples
    --------
    >>> explorer = protlens.open_run("protlens-run")
    >>> explorer.document("index", {})["threshold"]
    0.3
    """

    def __init__(
        self,
        run: Run,
        shelf: Library,
        source: ArcSource,
        *,
        properties: Sequence[RunProperty],
        title: str,
        alone: bool = False,
    ) -> None:
        self._run = run
        self._shelf = shelf
        self._source = source
        self._properties = list(properties)
        self._title = title
        self._alone = alone
        self._heads: Cache[tuple[str, Mode], Heads] = Cache(64)
        self._facts: Cache[int, Facts] = Cache(_FACTS, weigh=lambda facts: facts.bytes)
        self._structures: Cache[int, SceneStructure] = Cache(32)
        self._adding = Lock()

    def __repr__(self) -> str:
        """Return what is shown."""
        return f"Explorer({self._title}, {len(self.entries())} proteins)"

    @property
    def run(self) -> Run:
        """The run that is shown."""
        return self._run

    @cached_property
    def tables(self) -> RunTables:
        """The tables of the run, as they lie in its folder.

        Raises
        ------
        RunError
            If they were never written, as those of a structure alone are not.
        """
        return read_tables(self._run)

    @property
    def plot(self) -> "RunPlots":
        """The figures of the run, one at a time: ``explorer.plot.heads("contact")``."""
        from protlens.plots.run_plots import RunPlots  # not above: a page needs no matplotlib

        return RunPlots.of(self._run, self.tables)

    def document(self, name: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Return the document of a name and its parameters (see :mod:`protlens.explorer.schema`).

        Raises
        ------
        UnknownNameError
            If there is no such document, property, head or protein.
        OptionError
            If a parameter is missing or cannot be read.
        ProtlensError
            If the document cannot be made, with the reason.
        """
        if name not in PARAMETERS:
            raise unknown_name("document", shortened(name), list(PARAMETERS))
        given = {**dict.fromkeys(OPTIONAL.get(name, ()), ""), **parameters}
        if missing := [one for one in PARAMETERS[name] if one not in given]:
            raise OptionError(explain(f"document {name!r}", found=f"no {missing[0]}", allowed=PARAMETERS[name]))
        document: dict[str, Any] = getattr(self, name)(*(given[one] for one in PARAMETERS[name]))
        return document

    @property
    def labels(self) -> list[str]:
        """What arcs can be asked for: the labels of all heads, and ``contacts`` where contacts are predicted."""
        return [*head_labels(self._run.layers, self._run.heads), *([CONTACTS] if self._source.predicts else [])]

    def index(self) -> Index:
        """Return what was analysed and what can be shown."""
        properties, start = self._start
        return index_document(
            self._run, self._source, title=self._title, properties=properties, start=start, alone=self._alone
        )

    def heads(self, name: str, mode: str) -> Heads:
        """Return the numbers of all heads for a property, in a mode."""
        self._check_property(name)
        if mode not in MODES:
            raise OptionError(explain(f"mode {shortened(mode)!r}", allowed=MODES))
        build = heads_alone if self._alone else heads_document
        return self._heads.get((name, mode), lambda: build(self._run, name, mode))

    def example(self, name: str, mode: str, label: str = "") -> Start:
        """Return the best head for a property, or the one given, and a protein that shows what it does."""
        head = label or start_head(self.heads(name, mode))
        place = self._place(head)
        protein = start_protein(self._run, self.entries(), place, name, compact=self._is_compact)
        return {"property": name, "mode": cast(Mode, mode), "head": head, "protein": protein}

    def proteins(self, query: str = "", name: str = "", label: str = "", labelled: str = "") -> Proteins:
        """Return the first proteins whose id holds the query, whatever the case; see the schema for the rest."""
        entries = self.entries(query)
        if name:
            self._check_property(name)
            place = self._place(label) if label else None
            entries = ranked_entries(self._run, entries, name, place, labelled=bool(labelled))
        return {"query": query, "total": len(entries), "proteins": entries[:LISTED]}

    def entries(self, query: str = "") -> list[ProteinEntry]:
        """Return all proteins whose id holds the query, whatever the case."""
        return self._shelf.entries(query)

    def protein(self, name: str) -> ProteinDocument:
        """Return one protein, whole."""
        shown = self._shelf[name]
        return protein_document(self._facts_of(shown), self._structure(shown))

    def arcs(self, name: str, label: str) -> Arcs:
        """Return the arcs of one head within a protein, or its predicted contacts."""
        place = None if label == CONTACTS else self._place(label)
        shown = self._shelf[name]
        if place is None:
            return contacts_document(self._facts_of(shown), self._source.contacts(shown))
        return arcs_document(self._facts_of(shown), self._source.arcs(shown), place)

    def gallery(self, name: str) -> Gallery:
        """Return the strongest arcs of all heads within a protein."""
        shown = self._shelf[name]
        return gallery_document(self._facts_of(shown), self._source.arcs(shown))

    def scene(self, name: str) -> dict[str, Any]:
        """Return the scene of a protein and its group, without arcs."""
        shown = self._shelf[name]
        structure = self._structure(shown)
        if structure is None:
            raise OptionError(explain(f"protein {shortened(name)!r}", found="it has no coordinates to draw"))
        return base_scene(structure, [self._shelf[one].protein for one in shown.group])

    def add_structure(self, path: PathInput) -> list[str]:
        """Add the protein chains of a structure file, and return their ids.

        Raises
        ------
        FileFormatError
            If the file cannot be read, or holds no protein.
        OptionError
            If nothing can be added, for lack of the model.
        """
        residues = self._room()
        with self._adding:
            proteins, structure = read_structure_file(path, name_freely=self._shelf.free_ids)
            return self._shelf.add(proteins, analysed=residues, structure=structure)

    def add_sequence(self, text: str, *, name: str) -> list[str]:
        """Add the sequences of a FASTA text, or one in bare letters, and return their ids.

        Parameters
        ----------
        text
            FASTA, or the letters of one sequence in any number of lines.
        name
            What that one is called.

        Raises
        ------
        FileFormatError
            If the text is neither.
        OptionError
            If nothing can be added, for lack of the model.
        """
        residues = self._room()
        with self._adding:
            proteins = read_sequences(text, name=name, name_freely=self._shelf.free_ids)
            return self._shelf.add(proteins, analysed=residues)

    @cached_property
    def _start(self) -> tuple[list[PropertyEntry], Start]:
        properties = property_entries(self._run, alone=self._alone)
        return properties, self.example(start_property(properties, stored_heads(self._run)), self._run.mode)

    def _check_property(self, name: str) -> None:
        if name not in self._run.manifest.properties:
            raise unknown_name("property", shortened(name), list(self._run.manifest.properties))

    def _is_compact(self, name: str) -> bool:
        return is_compact(self._shelf[name].protein)

    def _place(self, label: str) -> tuple[int, int]:
        layer, head = parse_head_label(shortened(label))
        if layer >= self._run.layers or head >= self._run.heads:
            allowed = f"1-1 to {head_label(self._run.layers - 1, self._run.heads - 1)}"
            raise UnknownNameError(explain(f"head {label!r}", found="not in this model", allowed=allowed))
        return layer, head

    def _facts_of(self, shown: LibraryProtein) -> Facts:
        return self._facts.get(shown.key, lambda: find_facts(shown, self._properties))

    def _structure(self, shown: LibraryProtein) -> SceneStructure | None:
        """Return what is drawn of a protein, None if it has no coordinates."""
        if shown.structure is not None:
            return shown.structure
        if not has_place(shown.protein):
            return None
        return self._structures.get(shown.key, lambda: structure_of_protein(shown.protein))

    def _room(self) -> int:
        if self._source.residues is None:
            raise OptionError(explain("a structure or a sequence", found="the run's model is not at hand"))
        return self._source.residues
