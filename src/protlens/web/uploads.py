"""Structures and sequences that are handed to the server, within bounds."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from anyio import CapacityLimiter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from protlens.errors import FileFormatError, explain
from protlens.page.hosting import DocumentSource, json_text
from protlens.web.arrivals import Arrivals, body
from protlens.web.concurrency import in_turn
from protlens.web.sandbox import try_structure

EXPANSION = 8
"""How many times as large as the largest upload it may be that one unpacks to."""

_LONGEST_NAME = 60
_ODD = re.compile(r"[^\w.-]+")


class UploadTarget(DocumentSource, Protocol):
    """What takes them; its index says how large they may be."""

    def add_structure(self, path: Path, /) -> list[str]:
        """Return the ids of a structure's proteins."""

    def add_sequence(self, text: str, /, *, name: str) -> list[str]:
        """Return the id of a sequence's protein."""


class Uploads:
    """Takes what is handed over, one after the other.

    Parameters
    ----------
    explorer
        What takes it.
    folder
        Where files lie while they are read; None takes the system's place for temporary files.
    """

    def __init__(self, explorer: UploadTarget, folder: Path | None) -> None:
        self._explorer = explorer
        self._folder = folder
        self._turn = CapacityLimiter(1)
        self._arrivals = Arrivals()

    async def structure(self, request: Request) -> Response:
        """Take the structure file that is the request's body."""
        return await self._take(request, self._add_structure)

    async def sequence(self, request: Request) -> Response:
        """Take the sequence, as UTF-8 text, that is the request's body."""
        return await self._take(request, self._add_sequence)

    async def _take(self, request: Request, add: Callable[[bytes, str, int], list[str]]) -> Response:
        accepts = self._explorer.document("index", {})["accepts"]
        if accepts is None:
            raise HTTPException(403, "nothing can be added here: the run's model is not at hand")
        with self._arrivals.place(request) as arrival:
            content = await body(request, arrival, accepts["bytes"])
            name = file_name(request.query_params.get("name", ""))
            ids = await in_turn(request, self._turn, add, content, name, accepts["bytes"])
        return Response(json_text({"proteins": ids}), media_type="application/json")

    def _add_structure(self, content: bytes, name: str, limit: int) -> list[str]:
        with TemporaryDirectory(prefix="protlens-", dir=self._folder) as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            try:
                try_structure(path, max_bytes=EXPANSION * limit)
                return self._explorer.add_structure(path)
            except FileFormatError as error:
                raise FileFormatError(str(error).replace(str(path), name)) from error

    def _add_sequence(self, content: bytes, name: str, _: int) -> list[str]:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileFormatError(explain(f"sequence {name}", found="not text", allowed="UTF-8 text")) from error
        return self._explorer.add_sequence(text, name=name)


def file_name(name: str) -> str:
    """Return a name that a file can have anywhere, as close to the given one as that allows."""
    last = re.split(r"[/\\]", name)[-1]
    return _ODD.sub("_", last)[-_LONGEST_NAME:].lstrip("._-") or "upload"
