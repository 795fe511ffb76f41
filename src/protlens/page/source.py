"""Documents, as a page is given them; which there are is described with ``protlens.explorer.schema``."""

import json
from collections.abc import Mapping
from typing import Any, Protocol


class Source(Protocol):
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
