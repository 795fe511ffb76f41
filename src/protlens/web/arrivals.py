"""Uploads as they come in: how many at once, from whom, how large and how fast.

Each client may have some under way, and all clients together a few times as many, so that no one of them keeps the
others out. An upload that comes in too slowly is ended, and sooner where another one waits for its place.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from anyio import CancelScope, current_time
from starlette.exceptions import HTTPException
from starlette.requests import Request

from protlens.errors import explain
from protlens.web.connections import client_of

SECONDS = 60
"""How long an upload may take to come in."""

RATE = 10_000
"""Bytes a second with which it must come in on the whole, once it had ``GRACE`` seconds."""

GRACE = 5

IMPATIENCE = 1
"""The seconds of grace that it has where another upload waits for its place."""

TOTAL = 12
"""Uploads that come in, are read or wait for that at once; more are told to come back."""

PER_CLIENT = 4


@dataclass(eq=False, slots=True)
class Arrival:
    """An upload under way."""

    who: str
    begun: float = field(default_factory=current_time)
    came: int = 0
    is_whole: bool = False
    scope: CancelScope = field(default_factory=CancelScope)

    def deadline(self, grace: float) -> float:
        """Return when it is too slow, if nothing more of it comes in."""
        return self.begun + min(SECONDS, grace + self.came / RATE)


class Arrivals:
    """Keeps the account of all uploads under way."""

    def __init__(self) -> None:
        self._open: set[Arrival] = set()

    @contextmanager
    def place(self, request: Request) -> Iterator[Arrival]:
        """Give a request a place for its upload.

        Raises
        ------
        HTTPException
            If there is none (503).
        """
        arrival = Arrival(client_of(request.client.host) if request.client else "")
        same = [other for other in self._open if other.who == arrival.who]
        for group, limit in ((same, PER_CLIENT), (list(self._open), TOTAL)):
            if len(group) >= limit and not self._make_room(group):
                raise HTTPException(503, "other uploads are being read; try again in a moment", {"Retry-After": "5"})
        self._open.add(arrival)
        try:
            yield arrival
        finally:
            self._open.discard(arrival)

    def _make_room(self, group: list[Arrival]) -> bool:
        """End the slowest upload, if it is too slow, and say whether there is one."""
        coming = [arrival for arrival in group if not arrival.is_whole]
        slowest = min(coming, key=lambda arrival: arrival.deadline(IMPATIENCE), default=None)
        if slowest is None or slowest.deadline(IMPATIENCE) > current_time():
            return False
        slowest.scope.cancel()
        self._open.discard(slowest)
        return True


async def body(request: Request, arrival: Arrival, limit: int) -> bytes:
    """Return the body of a request as it comes in, but never more than is allowed.

    Raises
    ------
    HTTPException
        If it is larger than ``limit`` bytes (413), or comes in too slowly (408).
    """
    content = bytearray()
    arrival.scope.deadline = arrival.deadline(GRACE)
    with arrival.scope:
        async for part in request.stream():
            content += part
            if len(content) > limit:
                raise HTTPException(413, explain("upload", found="too large", allowed=f"up to {limit} bytes"))
            arrival.came = len(content)
            arrival.scope.deadline = arrival.deadline(GRACE)
        arrival.is_whole = True
    if not arrival.is_whole:
        raise HTTPException(
            408, f"the upload came in too slowly: it has {SECONDS} s, and {RATE} bytes a second at least"
        )
    return bytes(content)
