"""A server that others can reach answers to those who know its token.

The token comes once, as ``?token=`` in the address that is opened; the browser is then given a cookie. Programs send
it as ``Authorization: Bearer``.
"""

import re
import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from protlens.errors import OptionError, explain
from protlens.web.responses import PAGES, refusal, render

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}", re.ASCII)


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(24)


def check_token(token: str) -> str:
    """Return a token that someone chose.

    Raises
    ------
    OptionError
        If it is short, or could not stand in an address.
    """
    if not _TOKEN.fullmatch(token):
        found = f"{len(token)} characters" if len(token) < 16 else "not fit for an address"
        raise OptionError(explain("token", found=found, allowed="16 to 200 letters, digits, - and _"))
    return token


class TokenCheck:
    """Let through what carries the token or its cookie.

    Parameters
    ----------
    app
        What is guarded.
    token
        The token.
    cookie
        The cookie's name; browsers send cookies to all ports of a host, so it should differ from server to server.
    """

    def __init__(self, app: ASGIApp, *, token: str, cookie: str) -> None:
        self._app = app
        self._token = token
        self._name = cookie
        self._value = sha256(token.encode()).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        answer = self._stop(Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _stop(self, request: Request) -> Response | None:
        if _equal(request.cookies.get(self._name, ""), self._value) or _equal(_bearer(request), self._token):
            return None
        if request.url.path in PAGES and _equal(request.query_params.get("token", ""), self._token):
            return self._hand_over(request)
        hint = "open the address that 'protlens serve' printed, which has it"
        return refusal(401, explain("this server asks for its token", hint=hint))

    def _hand_over(self, request: Request) -> Response:
        """Give the cookie and go on to the address without the token.

        A redirect would not do: on one that began at another site's link, browsers hold back a strict cookie.
        """
        query = request.url.remove_query_params("token").query
        target = f"{request.url.path}?{query}" if query else request.url.path
        response = HTMLResponse(render("enter.html", target=target))
        response.set_cookie(self._name, self._value, httponly=True, samesite="strict", path="/")
        return response


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _equal(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode(errors="replace"), expected.encode())
