"""Make the runs that come with protlens: published models on bundled datasets.

Needs the models, which ``protlens models fetch NAME`` brings. Each run is one shard with the two tables that take
long, so that all of them take less than 5.5 MB::

    python recipes/examples/make_examples.py [NAME ...]
"""

import argparse
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import protlens
from protlens.explorer.examples import EXAMPLES, FLOOR, Example
from protlens.files import write_table
from protlens.runs.format import CONTROLS, HEADS, MANIFEST, PROTEINS, SEAL, SHARDS, shard_folder
from protlens.runs.seal import write_seal
from protlens.runs.table_files import pack

WHOLE = 10**9
"""Residues of a shard: all of them."""


def options_of(example: Example, *, arcs_of: Iterable[str] | None = None) -> protlens.ExtractionOptions:
    """Return what an example is made with."""
    kept = example.arcs_of if arcs_of is None else tuple(arcs_of)
    return protlens.ExtractionOptions(keep_arcs=FLOOR, arcs_of=kept, shard_residues=WHOLE)


def make(example: Example, folder: Path) -> None:
    """Write the run of an example."""
    with TemporaryDirectory() as scratch:
        out, options = Path(scratch) / "run", options_of(example)
        made = protlens.extract(example.name, example.dataset, example.properties, out=out, options=options)
        tables = protlens.tabulate(made)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in (MANIFEST, PROTEINS):
            shutil.copy(made.path / name, folder / name)
        shutil.copytree(made.path / SHARDS, folder / SHARDS)
        write_table(tables.heads, folder / HEADS)
        write_table(tables.controls, folder / CONTROLS)
        for file in folder.rglob("*.parquet"):
            pack(file)
        (shard_folder(folder, 0) / SEAL).unlink()
        write_seal(shard_folder(folder, 0), belongs_to=made.manifest.fingerprint)


def main() -> None:
    """Make the examples that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=list(EXAMPLES))
    for name in parser.parse_args().names:
        make(EXAMPLES[name], EXAMPLES[name].folder)
        size = sum(file.stat().st_size for file in EXAMPLES[name].folder.rglob("*") if file.is_file())
        print(f"{name}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
