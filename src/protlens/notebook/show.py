"""``protlens.show``."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from protlens.errors import OptionError, explain
from protlens.explorer.opening import open_run, open_structure
from protlens.runs.store import Run, as_run
from protlens.typing import PathInput

if TYPE_CHECKING:
    from protlens.models.protocol import AttentionModel
    from protlens.notebook.widget import PageWidget

HEIGHT = 900


def show(
    run_or_structure: PathInput | Run,
    *,
    model: "PathInput | AttentionModel | None" = None,
    head: str | None = None,
    property: str | None = None,
    protein: str | None = None,
    chains: str | Iterable[str] | None = None,
    height: int = HEIGHT,
) -> "PageWidget":
    """Show a run, or attention on a structure, in a cell of a notebook.

    What is chosen on the page can be read from the widget, set and observed: ``property``, ``mode``, ``head``,
    ``protein`` and ``residue``, the position from zero of the residue that was clicked.

    Parameters
    ----------
    run_or_structure
        A finished run or its directory, or an mmCIF, BinaryCIF or PDB file.
    model
        For a run, the model it was made with, if its name does not lead there; for a structure, the model that reads
        it, the bundled one if None.
    head, property, protein
        What is shown first: a head's label as ``3-2``, the name of a property, the id of a protein.
    chains
        The author's name of the chain of a structure, or several; None takes all proteins.
    height
        Height of the cell, in pixels.

    Raises
    ------
    ProtlensError
        With one clear line, if something is not there; anywidget comes with ``pip install protlens[jupyter]``.

    Examples
    --------
    >>> page = protlens.show("protlens-run", head="1-7")
    >>> page.head
    '1-7'
    """
    if find_spec("anywidget") is None:
        hint = "run `pip install 'protlens[jupyter]'` and restart the kernel"
        raise OptionError(explain("showing a page in a notebook", found="anywidget is not installed", hint=hint))
    from protlens.notebook.widget import PageWidget

    if not isinstance(run_or_structure, Run) and not Path(run_or_structure).is_dir():
        explorer = open_structure(run_or_structure, model=model, chains=chains)
    elif chains is None:
        explorer = open_run(run_or_structure, model=model)
    else:
        raise OptionError(
            explain(
                f"chains of run {as_run(run_or_structure).path}",
                found="only a structure has them",
                hint="give a protein",
            )
        )
    chosen = {"head": head, "property": property, "protein": protein}
    return PageWidget(explorer, height=height, **{name: value for name, value in chosen.items() if value is not None})
