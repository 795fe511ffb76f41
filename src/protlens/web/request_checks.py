"""Which requests are answered: those for a name of this server, and not those that another site sends."""

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from protlens.web.responses import refusal

_HOST = re.compile(r"(?:\[(?P<bracketed>[0-9a-f:.]{2,45})\]|(?P<plain>[a-z0-9._-]{1,253}))(?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hosts:
    """What may stand in the ``Host`` header.

    Parameters
    ----------
    names
        In lower case, addresses of IPv6 without brackets.
    addresses
        Whether any numeric address is right too; nobody can point one of those elsewhere.
    """

    names: frozenset[str]
    addresses: bool = False

    def admit(self, header: str) -> bool:
        """Whether a ``Host`` header names this server."""
        parts = _HOST.fullmatch(header.lower())
        if parts is None:
            return False
        name = parts["bracketed"] or parts["plain"]
        return name in self.names or (self.addresses and _is_address(name))


LOOPBACK = Hosts(frozenset({"127.0.0.1", "localhost", "::1"}))
"""A server that this machine alone can reach."""


def hosts_of(host: str, address: str) -> Hosts:
    """Return the names of a server that was asked to bind to a host and was bound to an address."""
    if is_loopback(address):
        return Hosts(LOOPBACK.names | {host.lower(), address})
    machine = socket.gethostname().lower()
    return Hosts(LOOPBACK.names | {host.lower(), machine, machine.partition(".")[0]}, addresses=True)


def is_loopback(address: str) -> bool:
    """Whether a numeric address can be reached from this machine alone."""
    return ip_address(address.partition("%")[0]).is_loopback


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


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
