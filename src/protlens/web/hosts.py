"""The names that a server answers to.

A page of another site can point a name of its own at this machine and then read what the server says to that name
(DNS rebinding); so a request for a name that is not the server's own is refused. The port is not compared: it differs
behind a tunnel, and a name that is the server's own stays so on any port.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import ip_address

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
