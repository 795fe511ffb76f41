"""Documents as JSON, at the addresses of the page with ``.json`` behind."""

from collections.abc import Mapping

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from protlens.explorer.schema import PARAMETERS
from protlens.page.hosting import Source, json_text
from protlens.web.work import in_turn

DOCUMENTS = tuple(PARAMETERS)

_AT_A_TIME = 4
"""Requests for one kind of document that are worked on at once; more wait, and do not keep other kinds waiting."""


class Documents:
    """Answers with documents, made in threads, so that the server goes on answering meanwhile.

    Parameters
    ----------
    source
        Where they come from; it may be asked from several threads at once.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._turns = {name: CapacityLimiter(_AT_A_TIME) for name in DOCUMENTS}

    async def answer(self, request: Request) -> Response:
        """Answer a request for the document with the name in the address."""
        name = request.url.path.removeprefix("/").removesuffix(".json")
        content = await in_turn(request, self._turns[name], self._make, name, dict(request.query_params))
        return Response(content, media_type="application/json")

    def _make(self, name: str, parameters: Mapping[str, str]) -> str:
        return json_text(self._source.document(name, parameters))
