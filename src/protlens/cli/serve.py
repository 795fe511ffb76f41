"""``protlens serve``."""

import os
import signal
import sys
import webbrowser
from functools import partial
from typing import Annotated

import typer

from protlens.cli.options import DEFAULT_RUN, DeviceOption, ExampleRun, RunDataset, RunFolder, RunModel, run_folder


def serve(
    run: RunFolder = DEFAULT_RUN,
    example: ExampleRun = None,
    model: RunModel = None,
    dataset: RunDataset = None,
    host: Annotated[
        str, typer.Option(help="The name or address to bind to; one that others can reach asks for a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8100,
    token: Annotated[
        str | None, typer.Option(envvar="PROTLENS_TOKEN", help="What a browser must know; made where it is needed.")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser of this machine.")] = False,
    device: DeviceOption = "auto",
) -> None:
    """Show a run in the browser, and attention on structures and sequences of your own, until Ctrl-C."""
    import protlens

    folder = run_folder(run, example)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    protlens.serve(
        folder,
        model=model,
        dataset=dataset,
        device=device,
        host=host,
        port=port,
        token=token,
        on_start=partial(_announce, open_browser=open_browser),
    )
    os._exit(0)  # at once: Python itself would wait for attention that is still being computed in a thread


def _announce(address: str, *, open_browser: bool) -> None:
    typer.echo(f"Open {address} (Ctrl-C ends it)")
    sys.stdout.flush()
    if open_browser:
        webbrowser.open(address)
