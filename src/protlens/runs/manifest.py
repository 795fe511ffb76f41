"""``manifest.json``: what a run directory belongs to."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from protlens.errors import RunError, explain
from protlens.files import json_checksum, write_json
from protlens.runs.format import FORMAT, MANIFEST, READABLE, VERSION
from protlens.runs.manifest_schema import first_fault
from protlens.typing import Level

_SETTINGS = "settings_sha256"
_DECIDING = ("model", "dataset", "properties", "options", "shards")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What was analysed, with what, and in how many parts.

    Parameters
    ----------
    model
        ``name, family, layers, heads, max_residues, revision, sha256`` (see ``ModelInfo``), and ``reach``, how far each
        layer attends back and ahead, unless all attend everywhere.
    dataset
        ``name, fingerprint, proteins``.
    properties
        Name and level of each property class, residue properties first.
    options
        ``threshold, max_length, limit, seed, keep_arcs, dtype, contact_atom`` and what else changes the sums.
    versions
        Of Python, protlens and the libraries that compute.
    shards
        How many parts the run has.
    version
        Of the format.
    sealed
        Whether the manifest has a checksum and each shard a seal; runs of early releases have neither.
    """

    model: dict[str, Any]
    dataset: dict[str, Any]
    properties: dict[str, Level]
    options: dict[str, Any]
    versions: dict[str, str]
    shards: int
    version: int = VERSION
    sealed: bool = True

    @classmethod
    def read(cls, run: Path) -> "Manifest":
        """Read the manifest of a run directory.

        Raises
        ------
        RunError
            If there is none, or it is not one that this release can read.
        """
        path = run / MANIFEST
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RunError(
                explain(f"run {run}", found=f"no {MANIFEST} there", hint="make a run with 'protlens analyze --out DIR'")
            ) from error
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(
                explain(f"run {run}", found=f"{MANIFEST} is damaged ({error})", hint="start over with fresh=True")
            ) from error
        if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
            raise RunError(explain(f"run {run}", found=f"{MANIFEST} is not that of a protlens run"))
        version = content.get("version")
        if isinstance(version, bool) or version not in READABLE:
            allowed = " or ".join(map(str, READABLE))
            raise RunError(explain(f"run {run}", found=f"format version {version}", allowed=allowed))
        sealed, checksum = "checksum" in content, content.pop("checksum", None)
        if set(content) != {field.name for field in fields(cls)} - {"sealed"}:
            raise RunError(explain(f"run {run}", found=f"{MANIFEST} lacks entries or has unknown ones"))
        fault = first_fault(content)
        if fault is None and sealed and checksum != json_checksum(content):
            fault = "its entries are not those that were written"
        if fault is not None:
            raise RunError(
                explain(f"run {run}", found=f"{MANIFEST} is damaged: {fault}", hint="start over with fresh=True")
            )
        return cls(**content, sealed=sealed)

    def write(self, run: Path) -> None:
        """Write the manifest into a run directory, whole or not at all."""
        content = asdict(self)
        if content.pop("sealed"):
            content["checksum"] = json_checksum(content)
        write_json(run / MANIFEST, {"format": FORMAT, "version": self.version, **content})

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all that decides the sums; a shard with another one is of another run."""
        return json_checksum({name: getattr(self, name) for name in (*_DECIDING, "version")})

    def check_same(self, other: "Manifest", run: Path) -> None:
        """Raise RunError if the other manifest would not give the same sums.

        Library versions may differ; everything else that decides the sums must be equal.
        """
        for name in _DECIDING:
            mine, theirs = getattr(self, name), getattr(other, name)
            if name == "model" and is_same_model(mine, theirs):
                mine, theirs = ({**model, _SETTINGS: ""} for model in (mine, theirs))
            if mine != theirs:
                raise RunError(
                    explain(
                        f"run {run}",
                        found=f"it was made with {_other(name)}: {_difference(mine, theirs)}",
                        hint="choose another folder as out=, or start over with fresh=True",
                    )
                )


def is_same_model(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two results name the same weights and settings; those of before settings were told, the same weights."""
    settings = {one.get(_SETTINGS), other.get(_SETTINGS)} - {None, ""}
    return one.get("sha256") == other.get("sha256") and len(settings) < 2


def _other(name: str) -> str:
    return f"other {name}" if name.endswith("s") else f"another {name}"


def _difference(mine: Any, theirs: Any) -> str:
    if not isinstance(mine, dict):
        return f"{mine} there, {theirs} asked for"
    changed = [key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key)]
    return "; ".join(f"{key} {mine.get(key)!r} there, {theirs.get(key)!r} asked for" for key in changed)[:400]
