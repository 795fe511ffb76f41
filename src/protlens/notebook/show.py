"""``protlens.show``."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from protlens.errors import OptionError, explain
from protlens.explorer.explorer import Explorer
from protlens.explorer.opening import open_run, open_structure
from protlens.runs.store import Run, as_run
from protlens.typing import PathInput

if TYPE_CHECKING:
    from protlens.models.protocol import AttentionModel
    from protlens.notebook.widget import PageWidget

HEIGHT = 900


def show(
    what: PathInput | Run | Explorer,
    *,
    model: "PathInput | AttentionModel | None" = None,
    head: str | None = None,
    property: str | None = None,
    protein: str | None = None,
    chains: str | Iterable[str] | None = None,
    height: int = HEIGHT,
) -> "PageWidget":
    """Show a run, attention on a structure, or what was opened before, in a cell of a notebook.

    What is chosen on the page can be read from the widget, set and observed: ``property``, ``mode``, ``head``,
    ``protein`` and ``residue``, the position from zero of the residue that was clicked.

    Parameters
    ----------
    what
        A finished run or its directory; an mmCIF, BinaryCIF or PDB file; or what :func:`open_run`,
        :func:`open_structure` or :func:`open_example` gave.
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

    explorer = _opened(what, model, chains)
    chosen = {"head": head, "property": property, "protein": protein}
    return PageWidget(explorer, height=height, **{name: value for name, value in chosen.items() if value is not None})


def _opened(
    what: PathInput | Run | Explorer, model: "PathInput | AttentionModel | None", chains: str | Iterable[str] | None
) -> Explorer:
    if isinstance(what, Explorer):
        if model is not None or chains is not None:
            raise OptionError(explain("model or chains of what is open", found="they were chosen when it was opened"))
        return what
    if not isinstance(what, Run) and not Path(what).is_dir():
        return open_structure(what, model=model, chains=chains)
    if chains is None:
        return open_run(what, model=model)
    asked = f"chains of run {as_run(what).path}"
    raise OptionError(explain(asked, found="only a structure has them", hint="give a protein"))
