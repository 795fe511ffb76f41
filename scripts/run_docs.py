"""Run the examples of documentation pages, and write what they print into the pages.

python scripts/run_docs.py docs/tutorial.md ...

A page's fenced blocks are taken in order, in one folder that holds the files of tests/data_files:

* ``python`` is run, in one namespace a page; a ``text`` block right after it is what it prints;
* ``console`` holds commands, each after ``$``, with what they print, if that is shown;
* a block with a file name after its language (``tsv labels.tsv``) is written to that file. A ``pyproject.toml`` makes
  the folder look like an installed package, so that its entry points are found;
* other blocks are left alone; commands that need a network or much time are ``sh``.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import polars as pl

FENCE = re.compile(r"^```(?P<words>[^`\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
ROOT = Path(__file__).parents[1]


def refreshed(page: str, folder: Path) -> str:
    """Run the blocks of a page in a folder and return the page with what they print."""
    namespace: dict[str, object] = {"__name__": "page"}
    printed: str | None = None
    parts, end = [], 0
    for block in FENCE.finditer(page):
        language, _, name = block["words"].partition(" ")
        body = block["body"]
        between = page[end : block.start()]
        if name:
            _write(folder / name, body)
        elif language == "python":
            printed = _run_python(body, namespace)
        elif language == "text" and printed is not None and not between.strip():
            body, printed = printed, None
        elif language == "console":
            body = _run_console(body, folder)
        parts += [between, f"```{block['words']}\n{body}```"]
        end = block.end()
    return "".join([*parts, page[end:]])


@contextlib.contextmanager
def example_folder(folder: Path) -> Iterator[None]:
    """Work in a folder that has the files the examples read; modules written there can be imported."""
    for path in (ROOT / "tests" / "data_files").iterdir():
        (folder / path.name).symlink_to(path)
    sys.path.insert(0, str(folder))
    try:
        with contextlib.chdir(folder), pl.Config():  # how one page has tables printed is its own affair
            yield
    finally:
        sys.path.remove(str(folder))


def _run_python(code: str, namespace: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "<page>", "exec"), namespace)
    return _without_trailing_blanks(printed.getvalue())


def _run_console(body: str, folder: Path) -> str:
    shown = []
    for entry in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = entry.partition("\n")
        shown.append(f"$ {command}\n" + _run_command(command, folder, expected.strip()) + "\n" * entry.endswith("\n\n"))
    return "".join(shown)


def _run_command(command: str, folder: Path, expected: str) -> str:
    """Run one command; it must succeed, or fail with the kind of error that the page shows."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder),
    }
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
    fails = expected.startswith("protlens: ")
    if done.returncode != (2 if fails else 0):
        raise RuntimeError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
    printed = done.stderr if fails else done.stdout
    return _without_trailing_blanks(printed) if expected else ""


def _without_trailing_blanks(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())


def _write(path: Path, body: str) -> None:
    path.write_text(body, encoding="utf-8")
    if path.name != "pyproject.toml":
        return
    project = tomllib.loads(body)["project"]
    installed = path.parent / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    groups = project["entry-points"].items()
    lines = [line for group, points in groups for line in (f"[{group}]", *(f"{k} = {v}" for k, v in points.items()))]
    (installed / "entry_points.txt").write_text("\n".join(lines) + "\n")


def main(paths: list[str]) -> None:
    """Refresh pages in place."""
    for path in (Path(name).resolve() for name in paths):
        with tempfile.TemporaryDirectory() as folder, example_folder(Path(folder)):
            path.write_text(refreshed(path.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
