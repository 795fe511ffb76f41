"""Attention of one head upon a structure, as a file for Mol*, PyMOL or ChimeraX, or for the browser."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from protlens.data.protein import UNKNOWN
from protlens.errors import OptionError, explain
from protlens.explorer.dressed_scene import ArcChoice, arcs_on_chain
from protlens.explorer.explorer import Explorer
from protlens.explorer.opening import contact_atom, open_structure
from protlens.explorer.schema import Arcs, ProteinDocument
from protlens.explorer.start import best_head
from protlens.files import replacing
from protlens.glance import Glance, Shown
from protlens.heads import head_labels
from protlens.models.load import Device
from protlens.models.protocol import AttentionModel
from protlens.page.single_file import freeze, write_page
from protlens.properties.selection import PROPERTY_FAMILIES
from protlens.runs.store import Run
from protlens.scene.scene_files import scene_files
from protlens.scene.with_arcs import VERDICTS, ArcsOnChain, Scene, drawable, dress
from protlens.table_set import TableSet
from protlens.typing import PathInput
from protlens.view_options import ViewOptions, check_file

PAGE_BYTES = 8 * 1024 * 1024
"""About how many bytes of arcs a page carries."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ViewTables(TableSet):
    """The tables of a view.

    Parameters
    ----------
    arcs
        ``protein, query, key, weight, distance, verdict``: the strongest arcs of each chain, positions from zero,
        distances in angstrom; ``verdict`` says whether the property ``holds``, ``fails`` or is ``unknown``.
    """

    arcs: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class View(Shown):
    """What was drawn.

    Parameters
    ----------
    path
        The file.
    tables
        The arcs; see :class:`ViewTables`.
    head
        The label of the head.
    proteins
        Ids of the chains, each a separate input of the model.
    above
        Arcs of at least the threshold between two different residues.
    complete
        Whether these are all; of a head with very many arcs only the strongest are known.
    drawn
        Arcs in the scene.
    holds
        Those of them for which the property holds.
    unplaced
        Arcs among the strongest that are not drawn, as one of their residues was not resolved.
    cut
        By the id of each chain that is too long for the model: how many residues, from the first, were read.
    unknown
        The arcs drawn for which the property is not known.
    contact_atom
        The atom between which contacts are measured: CA where the structure has no CB.
    between
        The arcs drawn that link two chains; None where each chain was read by itself.

    Examples
    --------
    >>> options = protlens.ViewOptions(head="1-7", arcs=10)
    >>> protlens.view("structures/7hvp.pdb.gz", out="protease.pml", options=options).drawn
    20
    """

    path: Path
    tables: ViewTables
    head: str
    proteins: tuple[str, ...]
    above: int
    complete: bool
    drawn: int
    holds: int
    unplaced: int
    cut: Mapping[str, int]
    unknown: int = 0
    contact_atom: Literal["CA", "CB"] = "CB"
    between: int | None = None

    @property
    def folder(self) -> Path:
        """Where the file is."""
        return self.path.parent

    @property
    def figures(self) -> tuple[Path, ...]:
        """The file, which is all that was drawn."""
        return (self.path,)

    def _glance(self) -> Glance:
        title = (
            f"Head {self.head} on {', '.join(self.proteins)}: the strongest of {self.drawn} arcs in {self.path.name}"
        )
        rows = [tuple(map(str, row.values())) for row in self.tables.arcs.iter_rows(named=True)]
        return Glance(title, self.tables.arcs.columns, rows, self.folder)


def view(
    structure: PathInput,
    *,
    out: PathInput,
    model: PathInput | AttentionModel | None = None,
    chains: str | Iterable[str] | None = None,
    run: PathInput | Run | None = None,
    device: Device = "auto",
    options: ViewOptions | None = None,
    join_chains: bool = False,
) -> View:
    """Draw the arcs of one head upon a structure, and write the scene to a file.

    Parameters
    ----------
    structure
        An mmCIF, BinaryCIF or PDB file.
    out
        The file to write; its name ends in ``.mvsj`` (MolViewSpec), ``.html``, ``.pml`` (PyMOL) or ``.cxc``
        (ChimeraX). All hold the structure but the last, which has it beside itself, as ``.cif``, and the arcs as
        ``.bild``.
    model
        A name of the catalog, a hub name, a folder, or a loaded model; None takes that of the run, or the bundled one.
    chains
        The author's name of the chain to read, or several; None takes all proteins.
    run
        A finished run of the model, or its directory, to take the best head from.
    device
        Where the model runs.
    options
        The defaults if None.
    join_chains
        Read all chains in one input, with a linker between them, as :func:`protlens.open_structure` does.

    Raises
    ------
    OptionError
        If the name of the file ends otherwise, more arcs are asked for than a page can show, or the structure has none
        of the property, as no ligand is bound.
    UnknownNameError
        If the model has no such head, or neither the run nor the structure such a property.
    ProtlensError
        With one clear line, for everything else that can be wrong with the input.

    Examples
    --------
    >>> options = protlens.ViewOptions(head="1-7", property="binding_site")
    >>> seen = protlens.view("structures/7hvp.pdb.gz", out="7hvp.mvsj", options=options)
    >>> seen.proteins, seen.holds
    (('7HVP.A', '7HVP.B'), 0)
    """
    path, chosen = Path(out), options or ViewOptions()
    check_file(path, chosen)
    least = chosen.threshold
    explorer = open_structure(
        structure, model=model, chains=chains, run=run, threshold=least, device=device, join_chains=join_chains
    )
    _check_property(explorer, chosen.property, f"structure {structure}" if run is None else f"run {explorer.run.path}")
    group = explorer.protein(explorer.entries()[0]["id"])["group"]
    proteins = [explorer.protein(name) for name in group]
    level = explorer.heads(chosen.property, explorer.run.mode)["level"]
    head = chosen.head or _choose_head(explorer, group, chosen, of_run=run is not None)
    arcs = [explorer.arcs(name, head) for name in group]
    choice = ArcChoice(property=chosen.property, threshold=chosen.threshold, arcs=chosen.arcs)
    drawn = [arcs_on_chain(*both, level=level, choice=choice) for both in zip(proteins, arcs, strict=True)]
    if path.suffix.lower() == ".html":
        _write_page(path, explorer, group, head=head, options=chosen)
    else:
        _write_scene(path, explorer.scene(group[0]), drawn, chosen)
    described = _described(path, head, proteins, arcs=arcs, drawn=drawn, threshold=chosen.threshold)
    return replace(described, contact_atom=contact_atom(explorer.run))


def _check_property(explorer: Explorer, name: str, where: str) -> None:
    """Refuse a property that is known, but of which there is nothing to be seen."""
    there = explorer.run.manifest.properties
    has = name in there or any(one.startswith(f"{name}:") for one in there)
    if not has and name.partition(":")[0] in PROPERTY_FAMILIES:
        families = dict.fromkeys(one.partition(":")[0] + ":KIND" * (":" in one) for one in there)
        raise OptionError(explain(f"property {name!r} of {where}", found="none", allowed=families))


def _choose_head(explorer: Explorer, group: Sequence[str], options: ViewOptions, *, of_run: bool) -> str:
    """Return the best supported head of the run; without a run or such a head, that with most arcs here."""
    best = best_head(explorer.heads(options.property, explorer.run.mode)) if of_run else None
    labels = head_labels(explorer.run.layers, explorer.run.heads)
    return best or max(
        labels, key=lambda label: sum(_above(explorer.arcs(name, label), options.threshold) for name in group)
    )


def _above(arcs: Arcs, threshold: float) -> int:
    """Return how many arcs between two different residues reach the threshold."""
    pairs = zip(arcs["query"], arcs["key"], arcs["weight"], strict=True)
    return sum(1 for query, key, weight in pairs if weight >= threshold and query != key)


def _write_scene(path: Path, scene: Scene, drawn: Sequence[ArcsOnChain], options: ViewOptions) -> None:
    dressed = dress(scene, drawn, property_name=options.property)
    for name, text in scene_files(dressed, path.name).items():
        with replacing(path.with_name(name)) as beside:
            beside.write_text(text, encoding="utf-8")


def _write_page(path: Path, explorer: Explorer, group: Sequence[str], *, head: str, options: ViewOptions) -> None:
    """Write a page with all heads upon these chains; of the chosen one the most arcs."""
    start = {
        "property": options.property,
        "head": head,
        "protein": group[0],
        "threshold": options.threshold,
        "arcs": options.arcs,
    }
    frozen = freeze(explorer, proteins=group, heads=explorer.labels, start=start, featured=[head], budget=PAGE_BYTES)
    write_page(path, frozen.elements, title=f"Head {head} of {explorer.index()['title']}")


def _described(
    path: Path,
    head: str,
    proteins: Sequence[ProteinDocument],
    *,
    arcs: Sequence[Arcs],
    drawn: Sequence[ArcsOnChain],
    threshold: float,
) -> View:
    placed = [arc for chain in drawn for arc, _ in drawable(chain)]
    links = [chain.links_chains(arc) for chain in drawn if chain.further for arc, _ in drawable(chain)]
    return View(
        path=path,
        tables=ViewTables(arcs=_arc_table(proteins, drawn)),
        head=head,
        proteins=tuple(protein["id"] for protein in proteins),
        above=sum(_above(drawn_arcs, threshold) for drawn_arcs in arcs),
        complete=all(drawn_arcs["complete_from"] <= threshold for drawn_arcs in arcs),
        drawn=len(placed),
        holds=sum(1 for arc in placed if arc.verdict == "holds"),
        unknown=sum(1 for arc in placed if arc.verdict == VERDICTS[UNKNOWN]),
        unplaced=sum(len(chain.arcs) for chain in drawn) - len(placed),
        between=sum(links) if any(chain.further for chain in drawn) else None,
        cut={one["id"]: one["analysed"] for one in proteins if one["analysed"] < len(one["sequence"])},
    )


_ARC_COLUMNS = {
    "protein": pl.String,
    "query": pl.Int64,
    "key": pl.Int64,
    "weight": pl.Float64,
    "distance": pl.Float64,
    "verdict": pl.String,
}


def _arc_table(proteins: Sequence[ProteinDocument], drawn: Sequence[ArcsOnChain]) -> pl.DataFrame:
    rows = [(protein["id"], *arc) for protein, chain in zip(proteins, drawn, strict=True) for arc in chain.arcs]
    return pl.DataFrame(rows, schema=_ARC_COLUMNS, orient="row")
