"""Requests that another page made are refused, however they got here."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from protlens.web.answers import refusal
from protlens.web.hosts import Hosts

_ASKED_BY_ITSELF = {"same-origin", "none"}


class Guard:
    """Let through what was asked of this server by name, by its own page or by no page at all.

    ``Host`` must be one of its names. A browser says with ``Origin`` and ``Sec-Fetch-Site`` which page asks: it must
    be this one, except that any page may link here.

    Parameters
    ----------
    app
        What is guarded.
    hosts
        The names of this server.
    """

    def __init__(self, app: ASGIApp, *, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        answer = self._refuse(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        named = headers.getlist("host")
        if len(named) != 1 or not self._hosts.admit(named[0]):
            return refusal(421, "this server does not go by the name that the request gave as Host")
        if _is_foreign(scope, headers):
            return refusal(403, "only the page of this server may ask this")
        return None


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    own = f"{scope['scheme']}://{headers['host']}".lower()
    if any(origin.lower() != own for origin in headers.getlist("origin")):
        return True
    is_link = scope["method"] in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
    return not is_link and headers.get("sec-fetch-site", "none") not in _ASKED_BY_ITSELF
