"""``protlens view``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from protlens.cli.options import DeviceOption, check_model, check_runs
from protlens.cli.screen import say, step
from protlens.files import check_temporary_folder
from protlens.naming import property_words

if TYPE_CHECKING:
    from protlens.structure_export import View


_Out: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="The file to write: .mvsj (MolViewSpec), .html (a page), .pml (PyMOL) or .cxc (ChimeraX);"
        " the structure's name with .html if left out.",
    ),
]
_JoinChains: TypeAlias = Annotated[
    bool, typer.Option("--join-chains", help="Read all chains in one input, a linker between them.")
]
_Offline: TypeAlias = Annotated[
    bool, typer.Option("--offline", help="Fetch nothing: a file, or an entry that was fetched before.")
]


def view(
    structure: Annotated[
        str,
        typer.Argument(
            help="An mmCIF, BinaryCIF or PDB file, or an entry to fetch: 7hvp of the PDB, AF-P69905 of AlphaFold."
        ),
    ],
    out: _Out = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="A name of 'protlens models list', a hub name, or a folder; the run's, or mini-bert, if left out."
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(
            help="Layer and head counted from one, as 12-4; the run's best for the property if left out,"
            " without a run the one with most arcs."
        ),
    ] = None,
    chain: Annotated[
        list[str] | None, typer.Option(help="A chain to read, by the author's name; give it again for more.")
    ] = None,
    property: Annotated[str, typer.Option(help="Colours arcs by whether it holds.")] = "contact",
    threshold: Annotated[float, typer.Option(help="Smallest attention weight of an arc.")] = 0.1,
    arcs: Annotated[int, typer.Option(help="Draw so many on each chain, strongest first.")] = 30,
    run: Annotated[Path | None, typer.Option(help="A run directory, to take the best head from.")] = None,
    join_chains: _JoinChains = False,
    offline: _Offline = False,
    device: DeviceOption = "auto",
) -> None:
    """Draw the attention of one head upon a structure: arcs for Mol*, PyMOL, ChimeraX or the browser."""
    check_temporary_folder()
    import protlens
    from protlens.data.identifiers import stem_of
    from protlens.data.structures.download import structure_file
    from protlens.view_options import check_file

    options = protlens.ViewOptions(head=head, property=property, threshold=threshold, arcs=arcs)
    written = Path(f"{stem_of(Path(structure))}.html") if out is None else out
    check_file(written, options)
    check_model(model)
    check_runs(run)
    file = structure_file(structure, offline=offline, on_note=say)
    with step("drawing"):  # all that can be wrong without torch was found by now
        drawn = protlens.view(
            file,
            out=written,
            model=model,
            chains=chain,
            run=run,
            device=device,
            options=options,
            join_chains=join_chains,
        )
    for line in describe_view(drawn, options.property, threshold):
        print(line)


def _share(view: "View", property: str) -> str:
    measured = " (between CA, as there is no CB)" if property == "contact" and view.contact_atom == "CA" else ""
    called = property_words(property)
    if view.drawn and view.unknown == view.drawn:
        return f"{called}{measured} is not known for any of them"
    return f"{called}{measured} holds for {view.holds} of them"


def describe_view(view: "View", property: str, threshold: float) -> list[str]:
    """Return lines that say what was drawn and where."""
    lines = [f"Head {view.head} on {', '.join(view.proteins)}"]
    lines += [
        f"{name}: the first {read} residues were read, which is what the model takes" for name, read in view.cut.items()
    ]
    if not view.above:
        lines.append(f"No arc of at least {threshold:g}: the file shows the structure alone")
    else:
        least = "" if view.complete else "at least "
        lines.append(
            f"{view.drawn} of {least}{view.above} arcs of at least {threshold:g} drawn; {_share(view, property)}"
        )
    if view.drawn and view.between is not None:
        lines.append(f"{view.between} of these {view.drawn} arcs link two chains")
    if view.unplaced:
        lines.append(f"{view.unplaced} of the strongest not drawn: a residue was not resolved")
    return [*lines, f"Written: {view.path}"]
