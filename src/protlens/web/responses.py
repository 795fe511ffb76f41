"""Answers of the server: its pages, how an error is told, and what every answer carries."""

from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from protlens.errors import ProtlensError, UnknownNameError
from protlens.explorer.schema import PARAMETERS
from protlens.page.hosting import json_text
from protlens.page.single_file import templates

PAGES = ("/", *(f"/{name}" for name in PARAMETERS if name != "index"))
"""Addresses of the page; its state stands in the query."""


def render(template: str, **values: str) -> str:
    """Return one of the templates with values put in as text."""
    return templates("protlens.web").get_template(template).render(values)


_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "data:",
    "connect-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""The page may load its own files and ask its own server, and no other page may frame it or read from it."""

_KEEPING = {"Cache-Control": "no-store"}


class SecurityHeaders:
    """Put ``HEADERS`` on every answer, and on those that say nothing about it that they are not to be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                missing = {name.lower().encode(): value.encode() for name, value in (_KEEPING | HEADERS).items()}
                message["headers"] = [*message["headers"], *((n, v) for n, v in missing.items() if n not in given)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def refusal(status: int, message: str) -> Response:
    """Return the answer that says why a request was refused."""
    return Response(json_text({"error": message}), status_code=status, media_type="application/json")


def _expected(_: Request, error: Exception) -> Response:
    return refusal(404 if isinstance(error, UnknownNameError) else 400, str(error))


def _plain(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = refusal(error.status_code, error.detail or HTTPStatus(error.status_code).phrase)
    answer.headers.update(error.headers or {})
    return answer


def _left(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # to nobody


def _defect(_: Request, __: Exception) -> Response:
    answer = refusal(500, "protlens failed at this; the terminal it runs in says more")
    answer.headers.update(HEADERS)  # this one is made outside of all middleware
    return answer


HANDLERS: dict[Any, ExceptionHandler] = {
    ProtlensError: _expected,
    HTTPException: _plain,
    ClientDisconnect: _left,
    Exception: _defect,
}
"""How errors become answers; a defect is raised further after its answer, so that its traceback is seen."""
