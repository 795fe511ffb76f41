"""What every host of the page needs: its built files, and documents as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from protlens.errors import PageError, explain

ASSETS = Path(__file__).parent / "assets"
"""Where the build writes."""

NAMES = ("page.js", "page.css", "viewer.js")
"""The page, how it looks, and the 3-D viewer that it loads when a structure is first shown."""


def page_assets() -> Path:
    """Return the folder that holds the files of the page, by the names in ``NAMES``, with the licences of others' code.

    Raises
    ------
    PageError
        If the page was not built when protlens was installed.
    """
    missing = [name for name in NAMES if not (ASSETS / name).is_file()]
    if missing:
        hint = "install protlens from a wheel, or run `python frontend/build.py` in its source folder"
        found = f"it was not built when protlens was installed ({', '.join(missing)} missing)"
        raise PageError(explain("the page of the report and the explorer", found=found, hint=hint))
    return ASSETS


class DocumentSource(Protocol):
    """Where documents come from."""

    def document(self, name: str, parameters: Mapping[str, str], /) -> Mapping[str, Any]:
        """Return a document."""


def json_text(content: Any) -> str:
    """Return a document as JSON, without blanks.

    Raises
    ------
    ValueError
        If it holds a number that JSON cannot write, which is a defect.
    """
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
