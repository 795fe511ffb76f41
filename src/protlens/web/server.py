"""The server: a socket, and the application on it until someone ends it."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from protlens.errors import OptionError, explain
from protlens.page.hosting import page_assets
from protlens.typing import PathInput
from protlens.web.app import create_app
from protlens.web.connections import TOTAL, BoundedProtocol
from protlens.web.request_checks import hosts_of, is_loopback
from protlens.web.token_auth import check_token, new_token

if TYPE_CHECKING:
    from protlens.data.dataset import Dataset
    from protlens.models.load import Device
    from protlens.models.protocol import AttentionModel
    from protlens.runs.store import Run

_PATIENCE = 1
"""Seconds that requests have left when the server is ended."""


def serve(
    run: "PathInput | Run",
    *,
    model: "PathInput | AttentionModel | None" = None,
    dataset: "PathInput | Dataset | None" = None,
    device: "Device" = "auto",
    host: str = "127.0.0.1",
    port: int = 8100,
    token: str | None = None,
    on_start: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the explorer of a run to browsers until Ctrl-C, which does not wait for what is being computed.

    Parameters
    ----------
    run
        A finished run, or its directory.
    model, dataset
        The run's model and dataset, or where they are now, if its own names do not lead there.
    device
        Where the model runs.
    host
        The name or address to bind to.
    port
        The port; 0 takes a free one.
    token
        What a browser must know to be answered. Where other machines can reach the host, one is made if None.
    on_start
        Called with the address to open, the token in it, once it can be opened.

    Raises
    ------
    ProtlensError
        With one clear line, if the run cannot be opened, the page was not built, or the port is taken.

    Examples
    --------
    >>> protlens.serve("protlens-run", port=0, on_start=print)  # doctest: +SKIP
    http://127.0.0.1:40613/
    """
    token = None if token is None else check_token(token)
    assets = page_assets()
    with listen(host, port) as listener, TemporaryDirectory(prefix="protlens-", ignore_cleanup_errors=True) as folder:
        address, bound = listener.getsockname()[:2]
        token = new_token() if token is None and not is_loopback(address) else token
        from protlens.explorer.opening import open_run

        app = create_app(
            open_run(run, model=model, dataset=dataset, device=device),
            assets=assets,
            hosts=hosts_of(host, address),
            token=token,
            cookie=f"protlens-{bound}",
            folder=Path(folder),
        )
        on_start(_address(host, bound, token))
        answer_requests(app, listener)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the first address of a host.

    Raises
    ------
    OptionError
        If there is no such host or port, or it is taken.
    """
    asked = f"port {port} of {host or 'no host'}"
    if not host or not 0 <= port <= 65535:
        raise OptionError(explain(asked, allowed="the name or address of this machine, and ports from 0 to 65535"))
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=TOTAL)
    except (OSError, UnicodeError) as error:
        hint = "choose another one as port= (0 takes a free one) or host="
        raise OptionError(explain(asked, found=_reason(error).lower(), hint=hint)) from error


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)  # the error's own words repeat the address
    return (isinstance(error, OSError) and error.strerror) or str(error)


def answer_requests(app: Starlette, listener: socket.socket) -> None:
    """Run an application on a socket until Ctrl-C; what is being computed then goes on in its thread."""
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=2 * TOTAL,  # answers under way, those to clients that have left among them
        timeout_graceful_shutdown=_PATIENCE,
    )
    log, only_defects = logging.getLogger("uvicorn.error"), _is_defect
    log.addFilter(only_defects)
    try:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        log.removeFilter(only_defects)


def _is_defect(record: logging.LogRecord) -> bool:
    kind = record.exc_info[0] if record.exc_info else None
    return kind is not None and not issubclass(kind, asyncio.CancelledError)


def _address(host: str, port: int, token: str | None) -> str:
    name = socket.gethostname() if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")
