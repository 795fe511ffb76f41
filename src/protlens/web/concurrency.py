"""Work that takes a while is done in threads, so that the server goes on answering."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request

P = ParamSpec("P")
T = TypeVar("T")


async def in_turn(
    request: Request, turns: CapacityLimiter, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Do what a request asks for in a thread, when its turn has come.

    Raises
    ------
    ClientDisconnect
        If whoever asked has left meanwhile; then nothing is done.
    """
    async with turns:
        if await request.is_disconnected():
            raise ClientDisconnect
        return await to_thread.run_sync(lambda: work(*args, **kwargs), abandon_on_cancel=True)
