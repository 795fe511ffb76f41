"""Damage to files, drawn from a seed: what disks and transfers do to bytes, and what other programs do to text."""

import gzip
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

Rng = np.random.Generator
Mutation = Callable[[bytes, Rng], tuple[str, bytes]]
"""From the content of a file to what was done to it and the content after it."""

_ODD_NUMBERS = (
    *("0", "-1", "1", "2", "255", "65536", "2147483647", "4294967296", "1000000000", "99999999999999999999", "9" * 400),
    *("0.5", "1e308", "1e999", "-1e-999", "nan", "inf", "-", "1,5", "0x10", "1_0", "\u0663", ""),
)
_ODD_TOKENS = (
    *("", '"', "'", "\\", "{", "}", "[", "]", "[[", "null", "true", "{}", "[]", '""', ";", "#", ">", ">>", "\t", "\n"),
    *("?", ".", "data_", "loop_", "ATOM", "TER", "A" * 5000, "\u00e9", "\u2028", "\ufeff", "*", "-", "%s", "../x"),
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def flip_bit(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Flip one bit."""
    place, bit = int(rng.integers(len(content))), int(rng.integers(8))
    return f"bit {bit} of byte {place}", _put(content, place, 1, bytes([content[place] ^ 1 << bit]))


def cut(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Cut the end off."""
    place = int(rng.integers(len(content)))
    return f"cut at {place}", content[:place]


def zero(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Lay zeros over a stretch."""
    place, size = _stretch(content, rng)
    return f"{size} zeros at {place}", _put(content, place, size, bytes(size))


def double(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Write a stretch twice."""
    place, size = _stretch(content, rng)
    return f"{size} bytes at {place} twice", _put(content, place, 0, content[place : place + size])


def move(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Lay one stretch over another."""
    (place, size), target = _stretch(content, rng), int(rng.integers(len(content)))
    return f"{size} bytes at {place} over {target}", _put(content, target, size, content[place : place + size])


def splice_number(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Put another number where one stands."""
    return _splice(content, rng, _NUMBER, _ODD_NUMBERS)


def splice_token(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Put something else, often another word of the file, where a word or a sign stands."""
    return _splice(content, rng, _TOKEN, _ODD_TOKENS)


def drop_line(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Leave a line out."""
    lines = content.split(b"\n")
    place = int(rng.integers(len(lines)))
    return f"without line {place + 1}", b"\n".join(lines[:place] + lines[place + 1 :])


STORAGE: tuple[Mutation, ...] = (flip_bit, cut, zero)
"""What disks do."""

BYTES: tuple[Mutation, ...] = (*STORAGE, double, move)
TEXT: tuple[Mutation, ...] = (splice_number, splice_number, splice_token, splice_token, drop_line)


def damaged(content: bytes, rng: Rng, ways: Sequence[Mutation] = STORAGE) -> tuple[str, bytes]:
    """Return what was done to the content of a file, and the content after it."""
    return ways[int(rng.integers(len(ways)))](content, rng)


def mutated(content: bytes, rng: Rng) -> tuple[str, bytes]:
    """Damage a file in any way that its kind of content allows; what is gzipped mostly inside."""
    if content.startswith(b"\x1f\x8b") and rng.random() < 0.8:
        what, inner = mutated(gzip.decompress(content), rng)
        return f"inside, {what}", gzip.compress(inner, compresslevel=1, mtime=0)
    try:
        content.decode()
    except UnicodeDecodeError:
        return damaged(content, rng, BYTES)
    return damaged(content, rng, BYTES + TEXT)


def damage_one(whole: Path, copy: Path, rng: Rng, change: Mutation = damaged) -> str:
    """Copy a file, or a folder, with one file damaged, and return which and how."""
    if whole.is_file():
        what, content = change(whole.read_bytes(), rng)
        copy.write_bytes(content)
        return f"{whole.name}, {what}"
    shutil.copytree(whole, copy)
    files = sorted(path for path in whole.rglob("*") if path.is_file() and path.stat().st_size)
    source = files[int(rng.integers(len(files)))]
    what, content = change(source.read_bytes(), rng)
    (copy / source.relative_to(whole)).write_bytes(content)
    return f"{source.relative_to(whole.parent)}, {what}"


def _put(content: bytes, place: int, size: int, instead: bytes) -> bytes:
    return content[:place] + instead + content[place + size :]


def _stretch(content: bytes, rng: Rng) -> tuple[int, int]:
    place = int(rng.integers(len(content)))
    return place, min(int(rng.choice([8, 64, 512])), len(content) - place)


def _splice(content: bytes, rng: Rng, pattern: re.Pattern[str], odd: Sequence[str]) -> tuple[str, bytes]:
    text = content.decode()
    found = list(pattern.finditer(text))
    if not found:
        return flip_bit(content, rng)
    old = found[int(rng.integers(len(found)))]
    own = rng.random() < 0.3
    new = found[int(rng.integers(len(found)))].group() if own else odd[int(rng.integers(len(odd)))]
    what = f"{new[:30]!r} for {old.group()[:30]!r} at {old.start()}"
    return what, (text[: old.start()] + new + text[old.end() :]).encode()
