"""TAPE's records, in LMDB or JSON, and those of the datasets in the same style.

TAPE (Rao et al. 2019, NeurIPS) keeps a task as an LMDB environment: ``num_examples`` holds a pickled number, ``0``,
``1``, ... a pickled dictionary each. What a record says is told by its keys:

=====================  ==================================================================================
``id``                 the protein's id; its place in the file if there is none
``primary``            the sequence
``tertiary``           CA positions in angstrom, ``[residue, 3]``
``valid_mask``         false where ``tertiary``, ``ss3`` and ``ss8`` are not to be used
``ss8``, ``ss3``       secondary structure as an index into ``GHIBESTC`` and ``HEC`` (NetSurfP-2.0)
``disorder``           0 where a residue is not resolved, so that its ``ss8`` is a filler
``positions``          author numbers of the residues
``sites``              author numbers in binding sites (Vig et al. 2021), for track ``paper_binding_site``
``modifications``      author numbers of modified residues (the same), for track ``paper_modification``
=====================  ==================================================================================
"""

import json
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protlens.data.formats.lmdb_values import FIRST_KEY, lmdb_values
from protlens.data.formats.plain_pickles import MAX_PICKLE, load_plain
from protlens.data.formats.text import MAX_LINE, most_records, read_text
from protlens.data.protein import UNKNOWN, Protein, resolved_points
from protlens.errors import DatasetError, FileFormatError, explain
from protlens.typing import PathInput, ResidueMask

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_STATES = {"ss8": ("dssp", "GHIBESTC"), "ss3": ("ss3", "HEC")}
_NUMBERED = {"sites": "paper_binding_site", "modifications": "paper_modification"}


def read_tape_lmdb(path: PathInput, *, disordered_as_coil: bool = False) -> Iterator[Protein]:
    """Yield the proteins of one of TAPE's LMDB files.

    Parameters
    ----------
    path
        The environment, a folder with ``data.mdb`` or a single file; it is opened for reading, without a lock.
    disordered_as_coil
        Keep the secondary structure that the file gives to residues which are not resolved, as Vig et al. did;
        otherwise it is unknown.

    Raises
    ------
    FileFormatError
        If the file is damaged, a record lacks its sequence or contradicts itself, or a pickle asks for anything but
        plain containers and NumPy arrays; nothing that a pickle asks for is run.
    """
    with closing(_values_of(Path(path))) as values:
        number = _unpickled(next(values, None), f"{path}, key {FIRST_KEY}")
        if not isinstance(number, int) or number < 1:
            said = repr(number)[:60] if isinstance(number, str | int | float) else type(number).__name__
            raise FileFormatError(explain(f"{path}, key {FIRST_KEY}", found=said, allowed="a number"))
        for index in range(number):
            where = f"{path}, record {index}"
            record = _unpickled(next(values, None), where)
            yield _protein(record, index, where=where, disordered_as_coil=disordered_as_coil)


def read_tape_json(path: PathInput, *, disordered_as_coil: bool = False) -> Iterator[Protein]:
    """Yield the proteins of a JSON file with TAPE's records.

    Parameters
    ----------
    path
        One JSON array of records, or one record a line; plain or compressed with gzip.
    disordered_as_coil
        As for :func:`read_tape_lmdb`.

    Raises
    ------
    FileFormatError
        If the file is not JSON or empty, or a record lacks its sequence or contradicts itself.
    """
    most, seen = most_records(path), 0
    for where, record in _json_records(Path(path)):
        if seen == most:
            raise FileFormatError(explain(f"JSON file {path}", found="more records", allowed=f"up to {most}"))
        yield _protein(record, seen, where=where, disordered_as_coil=disordered_as_coil)
        seen += 1
    if not seen:
        raise FileFormatError(explain(f"JSON file {path}", found="no records"))


def _values_of(path: Path) -> Generator[bytes]:
    return lmdb_values(path / "data.mdb" if path.is_dir() else path, max_bytes=MAX_PICKLE)


def _unpickled(data: bytes | None, where: str) -> Any:
    if data is None:
        raise FileFormatError(explain(where, found="it is missing"))
    try:
        return load_plain(data)
    except FileFormatError as error:
        raise FileFormatError(explain(where, found=str(error))) from error


def _json_records(path: Path) -> Iterator[tuple[str, Any]]:
    text = read_text(path)
    start = _after_blank(text, 0)
    if text.startswith("[", start):
        yield from ((f"{path}, record {index}", record) for index, record in enumerate(_items(text, start + 1, path)))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"{path}, line {number}"
            item, end = _item(line, 0, where)
            if line[end:].strip():
                raise FileFormatError(explain(where, found="not JSON (more than one record)"))
            yield where, item


def _items(text: str, place: int, path: Path) -> Iterator[Any]:
    """Yield the items of an array one by one, so that only one of them at a time takes the room of Python's values."""
    place = _after_blank(text, place)
    if text.startswith("]", place):
        return
    for number in count():
        where = f"{path}, record {number}"
        item, place = _item(text, place, where)
        yield item
        place = _after_blank(text, place)
        if text.startswith("]", place) and not text[place + 1 :].strip():
            return
        if not text.startswith(",", place):
            raise FileFormatError(explain(where, found="not JSON (no comma, or the end of the array, behind it)"))
        place += 1


def _item(text: str, place: int, where: str) -> tuple[Any, int]:
    """Return the JSON value at a place of a text, and where it ends; a longer one than ``MAX_LINE`` is refused."""
    start = _after_blank(text, place)
    for length in (1 << 16, 1 << 20, MAX_LINE):
        part = text[start : start + length]
        try:
            item, end = _DECODER.raw_decode(part)
        except (ValueError, RecursionError) as error:
            if len(part) < length or isinstance(error, RecursionError):
                raise FileFormatError(explain(where, found=f"not JSON ({error})")) from error
            continue
        if end < length:  # a number may go on
            return item, start + end
    raise FileFormatError(explain(where, found="too long, or not JSON", allowed=f"up to {MAX_LINE} characters"))


def _after_blank(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    return place if blank is None else blank.end()


def _protein(record: Any, index: int, *, where: str, disordered_as_coil: bool) -> Protein:
    if not isinstance(record, Mapping) or not isinstance(record.get("primary"), str | bytes):
        raise FileFormatError(explain(where, found="no record with a sequence under 'primary'"))
    try:
        sequence = _text(record["primary"]).upper()
        values = partial(_values, record, len(sequence))
        valid = None if "valid_mask" not in record else values("valid_mask").astype(bool)
        known = valid if disordered_as_coil or "disorder" not in record else _both(valid, values("disorder") != 0)
        numbers = [] if "positions" not in record else [int(number) for number in values("positions")]
        tracks = {track: _states(values(key), letters, known) for key, (track, letters) in _present(record, _STATES)}
        tracks |= {track: _sites(record[key], numbers) for key, track in _present(record, _NUMBERED)}
        return Protein(
            id=_text(record.get("id", str(index))),
            sequence=sequence,
            tracks=tracks,
            ca=None if "tertiary" not in record else resolved_points(values("tertiary", 3), valid),
            residue_numbers=tuple(map(str, numbers)),
        )
    except (ValueError, TypeError, OverflowError, DatasetError) as error:
        raise FileFormatError(explain(where, found=str(error))) from error


def _present(record: Mapping[str, Any], table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in table.items() if key in record]


def _text(value: Any) -> str:
    if not isinstance(value, str | bytes | int | float):
        raise ValueError(f"a {type(value).__name__} where a name should stand")
    return value.decode() if isinstance(value, bytes) else str(value)


def _values(record: Mapping[str, Any], length: int, key: str, columns: int = 1) -> NDArray[np.float64]:
    """Return the numbers under a key, ``[residue]`` or, with several columns, ``[residue, column]``."""
    value = record[key]
    if not isinstance(value, np.ndarray):
        if not isinstance(value, Sequence) or len(value) != length:
            raise ValueError(f"{key} is not a list of {length}")
        rows = value if columns == 1 else list(chain.from_iterable(_row(row, columns, key) for row in value))
        if not all(isinstance(number, int | float) for number in rows):
            raise ValueError(f"{key} holds something that is not a number")
        value = np.array(rows, np.float64)
    if value.size != length * columns:
        raise ValueError(f"{key} has shape {value.shape} for {length} residues")
    shape = (length,) if columns == 1 else (length, columns)
    return np.asarray(value, np.float64).reshape(shape)


def _row(row: Any, columns: int, key: str) -> Sequence[Any]:
    if not isinstance(row, Sequence) or len(row) != columns:
        raise ValueError(f"{key} holds a row that is not a list of {columns}")
    return row


def _both(valid: ResidueMask | None, resolved: ResidueMask) -> ResidueMask:
    return resolved if valid is None else valid & resolved


def _states(indices: NDArray[np.float64], letters: str, known: ResidueMask | None) -> str:
    if not np.isin(indices, np.arange(len(letters))).all():
        raise ValueError(f"secondary structure outside 0 to {len(letters) - 1}")
    symbols = np.array(list(letters))[indices.astype(np.int64)]
    return "".join(symbols if known is None else np.where(known, symbols, UNKNOWN))


def _sites(sites: Iterable[int], numbers: list[int]) -> str:
    """Mark the residues whose author number is among the sites; several share a number if insertion codes differ."""
    if not numbers:
        raise ValueError("sites without the author numbers under 'positions'")
    marked = {int(site) for site in sites}
    return "".join("1" if number in marked else "0" for number in numbers)
