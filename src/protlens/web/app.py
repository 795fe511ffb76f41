"""The application: its addresses, and what every request goes through."""

from collections.abc import Mapping
from pathlib import Path

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from protlens.explorer.schema import PARAMETERS
from protlens.page.hosting import DocumentSource, json_text
from protlens.web.concurrency import in_turn
from protlens.web.exports import Exports
from protlens.web.request_checks import LOOPBACK, Guard, Hosts
from protlens.web.responses import HANDLERS, PAGES, SecurityHeaders, render
from protlens.web.static_files import Assets
from protlens.web.token_auth import TokenCheck
from protlens.web.uploads import Uploads, UploadTarget

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

    def __init__(self, source: DocumentSource) -> None:
        self._source = source
        self._turns = {name: CapacityLimiter(_AT_A_TIME) for name in DOCUMENTS}

    async def answer(self, request: Request) -> Response:
        """Answer a request for the document with the name in the address."""
        name = request.url.path.removeprefix("/").removesuffix(".json")
        content = await in_turn(request, self._turns[name], self._make, name, dict(request.query_params))
        return Response(content, media_type="application/json")

    def _make(self, name: str, parameters: Mapping[str, str]) -> str:
        return json_text(self._source.document(name, parameters))


def create_app(
    explorer: UploadTarget,
    *,
    assets: Path,
    hosts: Hosts = LOOPBACK,
    token: str | None = None,
    cookie: str = "protlens",
    folder: Path | None = None,
) -> Starlette:
    """Return the page over a run, as an ASGI application.

    Parameters
    ----------
    explorer
        Gives the documents, and takes structures and sequences.
    assets
        The folder of the page's built files.
    hosts
        The names that the server goes by.
    token
        What a request must know; None asks for none.
    cookie
        The name of the cookie that stands for the token.
    folder
        Where uploads lie while they are read; None takes the system's place for temporary files.
    """
    title = explorer.document("index", {})["title"]
    documents, exports, uploads = Documents(explorer), Exports(explorer), Uploads(explorer, folder)

    async def page(_: Request) -> Response:
        return HTMLResponse(render("page.html", title=title))

    application = Starlette(
        routes=[
            *(Route(path, page) for path in PAGES),
            *(Route(f"/{name}.json", documents.answer) for name in DOCUMENTS),
            Route("/scene.pml", exports.pymol),
            Route("/scene.zip", exports.chimerax),
            Route("/assets/{name}", Assets(assets).answer),
            Route("/structures", uploads.structure, methods=["POST"]),
            Route("/sequences", uploads.sequence, methods=["POST"]),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Guard, hosts=hosts),
            *([] if token is None else [Middleware(TokenCheck, token=token, cookie=cookie)]),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers=HANDLERS,
    )
    application.router.redirect_slashes = False
    return application
