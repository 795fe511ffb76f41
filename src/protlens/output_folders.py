"""The folders that results are written to, and what may be removed from them.

A result is written into a folder that is new, empty, or was made by an earlier result of the same kind. Which kind made
a folder is told by a file that only this kind writes, its marker: a JSON object with a ``format``. Beside it,
``files.json`` lists the files that the result has written, with their digests: nothing else in the folder is ever
removed, and what was changed since is not taken for what was written. The list has a checksum of its own; one that was
damaged lists nothing and vouches for nothing.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from protlens.errors import RunError, StorageError, explain
from protlens.files import UNFINISHED, file_sha256, file_stamp, json_checksum, remove, write_json, write_table
from protlens.folder_lock import LOCK, locked

if TYPE_CHECKING:
    import polars as pl

FILES = "files.json"
FORMAT = "protlens-files"
VERSION = 2
"""Version 1 has a list of names without digests; early lists of version 2 have no checksum."""

_LEFT = re.compile(r"\.(?P<name>.+)\.\d+(?P<drawn>-[0-9a-f]{8})?\.part")
"""What :func:`protlens.files.replacing` calls a file until it is whole; early releases drew no part of the name."""

_NAMED = 3
"""So many files of others are named in a message."""


@dataclass(frozen=True, slots=True)
class FolderKind:
    """One kind of result that has a folder to itself.

    Parameters
    ----------
    name
        What messages call it, with its article: ``"a protlens run"``.
    markers
        Files by which its folder is known, and the ``format`` that each must have; one of them is enough.
    """

    name: str
    markers: Mapping[str, str]

    def made(self, folder: Path) -> bool:
        """Return whether an earlier result of this kind made a folder.

        A damaged marker counts if the list of files says that it was of this kind.
        """
        contents = {marker: _json(folder / marker) for marker in self.markers if (folder / marker).is_file()}
        if any(content.get("format") == self.markers[marker] for marker, content in contents.items()):
            return True
        return _damaged(contents) is not None and _list(folder).get("result") == self.name


def open_folder(folder: Path, kind: FolderKind) -> "OutputFolder":
    """Return a folder to write a result to; it is made when its first file is written.

    Parameters
    ----------
    folder
        A new folder, an empty one, or one with an earlier result of the same kind.
    kind
        The kind of the result.

    Raises
    ------
    RunError
        If it is a file, or a folder that holds anything else.
    """
    asked, hint = f"folder {folder}", "choose another as out="
    if folder.exists() and not folder.is_dir():
        raise RunError(explain(asked, found="a file", allowed="a folder", hint=hint))
    if others := [] if kind.made(folder) else _others(folder, kind):
        markers = {marker: _json(folder / marker) for marker in kind.markers if (folder / marker).is_file()}
        found = f"a folder with other files in it ({', '.join(others[:_NAMED])}{', ...' * (len(others) > _NAMED)})"
        if markers:
            foreign = f"its {next(iter(markers))} is not that of {kind.name}"
            found = foreign if (marker := _damaged(markers)) is None else f"its {marker} is damaged"
        raise RunError(explain(asked, found=found, allowed=f"a new or empty folder, or that of {kind.name}", hint=hint))
    return OutputFolder(folder, kind)


class OutputFolder:
    """A folder that one kind of result owns; made by :func:`open_folder`.

    Parameters
    ----------
    path
        The folder.
    kind
        The kind of the result.
    """

    def __init__(self, path: Path, kind: FolderKind) -> None:
        self.path = path
        self.kind = kind
        self._listed = _listed(path, kind)
        self._added: set[str] = set()

    def __enter__(self) -> "OutputFolder":
        """Begin to write, alone; on leaving, also by an error, the list is written."""
        with ExitStack() as opened:
            opened.enter_context(locked(self.path))
            self._opened = opened.pop_all()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Write the list, and let others write."""
        with self._opened, suppress(*([] if error is None else [StorageError])):
            self.write_list()

    def add(self, *files: Path) -> None:
        """List files of this folder as written by the result; see :meth:`write_list`."""
        self._added |= {file.relative_to(self.path).as_posix() for file in files}

    def write_tables(self, tables: Mapping[str, "pl.DataFrame"]) -> None:
        """Write tables by their names, each as CSV to read and as Parquet to compute with, and list them.

        Raises
        ------
        StorageError
            If the disk is full or the folder cannot be written.
        """
        for name, table in tables.items():
            for kind in ("csv", "parquet"):
                write_table(table, self.path / f"{name}.{kind}")
                self.add(self.path / f"{name}.{kind}")

    def remove_listed(self, *folders: str, keep: Iterable[Path] = ()) -> None:
        """Remove the files that this result or an earlier one of its kind has listed.

        Parameters
        ----------
        folders
            Subfolders to remove them from; none means all.
        keep
            Files that stay.

        Raises
        ------
        StorageError
            If a file cannot be removed.
        """
        kept = {file.resolve() for file in keep}
        for name in sorted(self._listed.keys() | self._added):
            path = self.path / name
            if (not folders or name.partition("/")[0] in folders) and path.resolve() not in kept:
                if not path.is_dir():
                    self.remove(path)
                self._listed.pop(name, None)
                self._added.discard(name)

    def remove(self, path: Path) -> None:
        """Remove a file or folder that the result has written, and the folder that is left empty by it.

        Raises
        ------
        StorageError
            If it cannot be removed.
        """
        remove(path)
        if path.parent != self.path:
            with suppress(OSError):
                path.parent.rmdir()

    def remove_unfinished(self, *, besides: Sequence[str] = ()) -> None:
        """Remove what a process that was killed has left half-written, but in some subfolders."""
        listed = {PurePosixPath(name).name for name in self._listed} | {FILES, *self.kind.markers}
        for left in list(self.path.rglob(UNFINISHED)):
            match = _LEFT.fullmatch(left.name) if left.relative_to(self.path).parts[0] not in besides else None
            if match and (match["drawn"] or match["name"] in listed):
                remove(left)

    def write_list(self) -> None:
        """Write ``files.json``, the list of the files that are there; of those that were added, as they are now.

        Raises
        ------
        StorageError
            If the disk is full or the folder cannot be written.
        """
        self._listed |= {name: file_sha256(self.path / name) for name in self._added if (self.path / name).is_file()}
        self._added = set()
        files = {name: self._listed[name] for name in sorted(self._listed) if (self.path / name).is_file()}
        if not files and not (self.path / FILES).exists():
            return
        content = {"format": FORMAT, "version": VERSION, "result": self.kind.name, "files": files}
        write_json(self.path / FILES, content | {_CHECKSUM: json_checksum(content)})


def list_files(folder: Path, kind: FolderKind, files: Iterable[Path]) -> None:
    """List files that were added to a finished result, so that they go when it is replaced.

    Raises
    ------
    RunError
        If another process writes into the folder.
    StorageError
        If the disk is full or the folder cannot be written.
    """
    with locked(folder):
        opened = OutputFolder(folder, kind)
        opened.add(*files)
        opened.write_list()


def _others(folder: Path, kind: FolderKind) -> list[str]:
    """Return the files of a folder that was made by something else; what was begun of the first file is none."""
    names = sorted(file.name for file in folder.iterdir()) if folder.exists() else []
    begun = [name for name in names if (match := _LEFT.fullmatch(name)) and match["name"] in {FILES, *kind.markers}]
    return [name for name in names if name != LOCK and name not in begun]


def change_since_written(path: Path, folder: Path) -> str | None:
    """Return what says that a file of a result is not what the result wrote; None if its folder's list says nothing.

    Parameters
    ----------
    path
        The file, somewhere in the folder.
    folder
        The folder, with its list.
    """
    listed = _list(folder)
    if _NOT_JSON in listed:
        return f"{FILES} is damaged"
    files = listed.get("files")
    name = path.relative_to(folder).as_posix()
    wanted = files.get(name) if isinstance(files, dict) else None
    same = wanted is None or (path.is_file() and file_sha256(path) == wanted)
    return None if same else f"{name} was changed since it was written"


def _listed(folder: Path, kind: FolderKind) -> dict[str, Any]:
    """Return the digest of each file that is listed; None in a list without digests."""
    content = _list(folder)
    if content.get("format") != FORMAT or content.get("result") != kind.name:
        return {}
    files = content.get("files")
    listed = files.items() if isinstance(files, dict) else ((n, None) for n in files) if isinstance(files, list) else ()
    return {name: digest for name, digest in listed if _is_inside(name)}


def _list(folder: Path) -> Mapping[str, Any]:
    """Return what the list of a folder says, read once as long as it is not written anew."""
    path = folder / FILES
    try:
        seen = file_stamp(path)
    except OSError:
        return {}
    return _read_list(path, seen)


@lru_cache(maxsize=16)
def _read_list(path: Path, _: tuple[int, int, int]) -> Mapping[str, Any]:
    content = _json(path)
    checksum = content.pop(_CHECKSUM, None)
    return content if checksum in (None, json_checksum(content)) else {_NOT_JSON: True}


def _is_inside(name: Any) -> bool:
    """Return whether a name of the list stays within its folder."""
    if not isinstance(name, str) or not name or "\\" in name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and not Path(name).is_absolute() and ".." not in path.parts and name != "."


def _damaged(contents: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the first marker that is not a JSON object."""
    return next((marker for marker, content in contents.items() if _NOT_JSON in content), None)


_CHECKSUM = "checksum"
_NOT_JSON = "not a JSON object"


def _json(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file, an empty one if there is no such file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        return {_NOT_JSON: True}
    return content if isinstance(content, dict) else {_NOT_JSON: True}
