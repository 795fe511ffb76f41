"""Connections within bounds: how long a client may take to ask and to listen, and how many it may hold.

The server has room for ``TOTAL`` connections, one client for ``PER_CLIENT`` of them: a browser opens six, however many
tabs it shows. Where there is no room, the connection that has gone longest without a whole request gives way to the new
one, so that nobody is kept out by connections on which nothing is asked. Only where all are at work is the new one
refused.
"""

import re
from asyncio import TimerHandle, Transport
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

TOTAL = 100
PER_CLIENT = 32

SECONDS = 10
"""How long a connection stays open on which no request is whole: none was sent yet, or not all of its headers."""

STALLED = 60
"""Seconds after which a client that takes in nothing of its answer is left."""

_ODD_HOST = re.compile(rb"^host:[^\r\n]*(?:\t|\r?\n[ \t])", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def client_of(address: str) -> str:
    """Return who is behind an address: itself, or for IPv6 the network of which one machine can have all addresses."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False))


class StrictConnection(h11.Connection):
    """Speaks HTTP, and refuses a ``Host`` that is not written in one line without tabs, which others would trim."""

    def next_event(self) -> Any:
        """Return what the client said next.

        Raises
        ------
        h11.RemoteProtocolError
            If it is not HTTP, or its ``Host`` is odd.
        """
        if self.their_state is h11.IDLE:
            head = _BLANK_LINE.split(self.trailing_data[0], maxsplit=1)[0]
            if _ODD_HOST.search(head):
                raise h11.RemoteProtocolError("odd Host", error_status_hint=400)
        return super().next_event()


class BoundedProtocol(H11Protocol):
    """One connection, which ends when its client does not keep to the bounds of this module."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn = StrictConnection(h11.SERVER)
        self._asking: TimerHandle | None = None
        self._listening: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Make room for a new connection, or refuse it."""
        super().connection_made(transport)
        self._settle()
        everyone = [other for other in self._others() if not other.transport.is_closing()]
        same = [other for other in everyone if other.who == self.who]
        for group, limit in ((same, PER_CLIENT), (everyone, TOTAL)):
            if len(group) >= limit and not _make_room(group):
                self._refuse()
                return

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        for timer in filter(None, (self._asking, self._listening)):
            timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent."""
        super().data_received(data)
        self._settle()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._settle()

    def pause_writing(self) -> None:
        """Begin to watch whether the client takes in its answer."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """End that: it does."""
        super().resume_writing()
        if self._listening:
            self._listening.cancel()

    @property
    def who(self) -> str:
        """Who the client is."""
        return client_of(self.client[0]) if self.client else ""

    @property
    def deadline(self) -> float | None:
        """When the connection is closed if no request is whole by then; None while one is answered."""
        return self._asking.when() if self._asking else None

    def _others(self) -> Iterator["BoundedProtocol"]:
        return (other for other in self.connections if isinstance(other, BoundedProtocol) and other is not self)

    def _settle(self) -> None:
        """Start the time for a request where none is answered, and end it when one is; data does not renew it."""
        at_work = self.cycle is not None and not self.cycle.response_complete
        if at_work and self._asking:
            self._asking.cancel()
            self._asking = None
        elif not at_work and not self._asking:
            self._asking = self.loop.call_later(SECONDS, self._end)

    def _end(self) -> None:
        self.transport.close()
        self._watch(self.transport.get_write_buffer_size())

    def _watch(self, left: int) -> None:
        """Look again in a while whether less is left to send."""
        if self._listening:
            self._listening.cancel()
        self._listening = self.loop.call_later(STALLED, self._look, left)

    def _look(self, left: int) -> None:
        now = self.transport.get_write_buffer_size()
        if now >= left:
            self.transport.abort()
        else:
            self._watch(now)

    def _refuse(self) -> None:
        """Say in a few bytes, without waiting for the request, that there is no room."""
        headers = [("Connection", "close"), ("Content-Length", "0"), ("Retry-After", "5")]
        self.transport.write(self.conn.send(h11.Response(status_code=503, headers=headers, reason=b"Busy")) or b"")
        self.transport.close()


def _make_room(connections: list[BoundedProtocol]) -> bool:
    """Close the connection that has waited longest for a request, and say whether there is one."""
    idle = [(deadline, each) for each in connections if (deadline := _idle_until(each)) is not None]
    if not idle:
        return False
    min(idle, key=lambda pair: pair[0])[1].transport.abort()
    return True


def _idle_until(connection: BoundedProtocol) -> float | None:
    return None if connection.transport.get_write_buffer_size() else connection.deadline
