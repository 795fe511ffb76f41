"""The page as a Jupyter widget.

The page asks with messages: ``{"kind": "get", "id", "name", "parameters"}`` is answered with ``{"id", "document"}``, or
``{"id", "error"}``; ``{"kind": "viewer", "id"}`` with ``{"id"}`` and the file of the 3-D viewer as a buffer.
"""

import traceback
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import anywidget
import traitlets

from protlens.errors import OptionError, ProtlensError, explain
from protlens.heads import head_label, parse_head_label
from protlens.page.hosting import DocumentSource, page_assets
from protlens.registry import unknown_name

_INSTEAD = (
    "The page of protlens stands here where a notebook shows widgets and its kernel runs. If it does not, run the cell"
    " again; if it still does not, run `pip install jupyterlab_widgets` where JupyterLab is installed, or take"
    " `protlens serve` or `protlens report`."
)


def check_choice(source: DocumentSource, name: str, value: str | None) -> None:
    """Refuse a property, mode, head's label or protein's id that is not there.

    Raises
    ------
    ProtlensError
        With the reason, and what there is.
    """
    index = source.document("index", {})
    properties = [entry["name"] for entry in index["properties"]]
    if name == "property" and value not in properties:
        raise unknown_name("property", str(value), properties)
    if name == "mode" and value not in index["modes"]:
        raise OptionError(explain(f"mode {value!r}", allowed=index["modes"]))
    if name == "head":
        _check_head(str(value), index["model"])
    if name == "protein" and value is not None:
        source.document("protein", {"id": value})


def _check_head(label: str, model: Mapping[str, Any]) -> None:
    layer, head = parse_head_label(label)
    if layer >= model["layers"] or head >= model["heads"]:
        last = head_label(model["layers"] - 1, model["heads"] - 1)
        raise OptionError(explain(f"head {label!r}", found="the model has none such", allowed=f"1-1 to {last}"))


class PageWidget(anywidget.AnyWidget):
    """The page over an explorer; what is chosen on it can be read, observed and set.

    The traits are ``property``, ``mode``, ``head`` (its label), ``protein`` (its id, None if there is none) and
    ``residue`` (the position from zero of the selected residue, None if none is).

    Parameters
    ----------
    source
        The explorer.
    height
        Height of the cell, in pixels.
    choice
        What is shown first, by the names of the traits; what is left out, the explorer chooses.

    Raises
    ------
    ProtlensError
        If the page was not built, or something is chosen that is not there; setting a trait raises it too.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    property = traitlets.Unicode().tag(sync=True)
    mode = traitlets.Unicode().tag(sync=True)
    head = traitlets.Unicode().tag(sync=True)
    protein = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    residue = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(self, source: DocumentSource, *, height: int = 900, **choice: str) -> None:
        self._assets = page_assets()
        self._source = source
        parts = {"_esm": "page.js", "_css": "page.css"}
        page = {name: (self._assets / file).read_text(encoding="utf-8") for name, file in parts.items()}
        super().__init__(**page, **{**source.document("index", {})["start"], **choice})
        self.layout = {"height": f"{height}px", "overflow": "auto"}
        self.on_msg(self._answer)

    def __repr__(self) -> str:
        """Return what is seen where no page is."""
        return _INSTEAD

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return the page, and words for where widgets are not shown: without their extension, or after the kernel."""
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is None:
            return None
        return {**shown[0], "text/html": f"<p>{escape(_INSTEAD)}</p>"}, shown[1]

    @traitlets.validate("property", "mode", "head", "protein")
    def _check(self, proposal: Mapping[str, Any]) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        check_choice(self._source, name, value)
        return value

    def _answer(self, _: Any, request: Any, __: Sequence[Any]) -> None:
        match request:
            case {"kind": "viewer", "id": str(asked)}:
                self.send({"id": asked}, buffers=[(self._assets / "viewer.js").read_bytes()])
            case {"kind": "get", "id": str(asked), "name": str(name), "parameters": dict(parameters)}:
                self.send({"id": asked, **self._made(name, parameters)})

    def _made(self, name: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        try:
            document = self._source.document(name, parameters)
        except ProtlensError as error:
            return {"error": str(error)}
        except Exception:
            traceback.print_exc()
            return {"error": "protlens failed at this; the notebook's log says more"}
        return {"document": {**document, "accepts": None} if name == "index" else document}
