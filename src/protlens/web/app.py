"""The application: its addresses, and what every request goes through."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from protlens.web.access import TokenCheck
from protlens.web.answers import HANDLERS, SecurityHeaders
from protlens.web.assets import Assets
from protlens.web.documents import DOCUMENTS, Documents
from protlens.web.guard import Guard
from protlens.web.hosts import LOOPBACK, Hosts
from protlens.web.pages import PAGES, render
from protlens.web.uploads import Explorer, Uploads


def create_app(
    explorer: Explorer,
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
    documents, uploads = Documents(explorer), Uploads(explorer, folder)

    async def page(_: Request) -> Response:
        return HTMLResponse(render("page.html", title=title))

    application = Starlette(
        routes=[
            *(Route(path, page) for path in PAGES),
            *(Route(f"/{name}.json", documents.answer) for name in DOCUMENTS),
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
