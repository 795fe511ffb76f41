"""``protlens dataset``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protlens.cli.command_examples import examples_of
from protlens.cli.screen import notes, print_table, say
from protlens.errors import DatasetError, explain
from protlens.files import scratch_folder
from protlens.number_text import counted

if TYPE_CHECKING:
    from protlens.data.dataset import Dataset

dataset_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="Make, import and describe datasets.")

Output = Annotated[Path, typer.Option("-o", "--output", help="The Parquet file to write.")]


@dataset_app.command("build", epilog=examples_of("dataset build"))
def build(
    files: Annotated[
        list[Path], typer.Argument(help="Structures (mmCIF, BinaryCIF or PDB, plain or .gz), or folders of them.")
    ],
    output: Output,
    unique: Annotated[
        bool, typer.Option("--unique/--all", help="Of chains that are at least 95 % identical keep one, or keep all.")
    ] = True,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if a file or a chain had to be skipped; status 2.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="How many processes read the files.")] = 1,
) -> None:
    """Make a dataset from structures, with all labels that follow from them."""
    import protlens
    from protlens.cli.printed_relatives import describe_copies
    from protlens.data.dataset import check_file_name

    check_file_name(output)
    with scratch_folder(output) as scratch:
        dataset, skipped = protlens.build_dataset(
            files, name=output.stem, unique=unique, workers=workers, scratch=scratch
        )
        unread = [entry for entry in skipped if entry.copy is None]
        lines = [f"skipped {entry.path}: {entry.reason}" for entry in unread]
        copies = [entry.copy for entry in skipped if entry.copy is not None]
        for line in lines + describe_copies(copies):
            notes().print(line, markup=False, highlight=False, soft_wrap=True)
        whole = sum(entry.chain is None for entry in unread)
        told = counted(whole, "file") + (f" and {counted(len(unread) - whole, 'chain')}" if whole < len(unread) else "")
        if strict and unread:
            hint = "see above, or leave out --strict"
            raise DatasetError(explain(f"dataset {output}", found=f"{told} skipped", hint=hint))
        dataset.write(output)
    print(f"{output}: {len(dataset)} chains, {sum(dataset.lengths)} residues; {told} skipped")
    if copies:
        left_out = counted(len(copies), "copy", "copies")
        print(f"{left_out} left out: at least 95 % identical to a chain with as many residues resolved (see --all)")
    _print_clusters(dataset)


@dataset_app.command("import", epilog=examples_of("dataset import"))
def import_(
    file_format: Annotated[
        str, typer.Argument(metavar="FORMAT", help="fasta, flip, proteinnet, tape-lmdb, tape-json and others.")
    ],
    path: Annotated[Path, typer.Argument(help="The file or folder to read.")],
    output: Output,
    labels: Annotated[Path | None, typer.Option(help="A table of labels; which kind depends on the format.")] = None,
    track: Annotated[
        str | None, typer.Option(help="What the labels of format flip are called; else ss3 or the task's folder.")
    ] = None,
) -> None:
    """Make a dataset from sequences and labels in another format."""
    import protlens
    from protlens.data.dataset import check_file_name

    check_file_name(output)
    with scratch_folder(output) as scratch:
        dataset = protlens.import_dataset(
            path, file_format=file_format, labels=labels, name=output.stem, track=track, scratch=scratch
        )
        dataset.write(output)
        tracks = ", ".join(dataset.tracks) or "none"
    print(f"{output}: {len(dataset)} proteins, {sum(dataset.lengths)} residues; tracks: {tracks}")
    _print_clusters(dataset)


def _print_clusters(dataset: "Dataset") -> None:
    """Say how many families there are, if the dataset names them."""
    if all(dataset.clusters):
        families = len(set(dataset.clusters))
        print(f"{len(dataset)} proteins in {families} clusters of similar sequence, which splits keep together")


@dataset_app.command("fetch", epilog=examples_of("dataset fetch"))
def fetch(
    name: Annotated[str | None, typer.Argument(help="Of the archive; left out, the archives are listed.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing: an archive that was kept.")] = False,
) -> None:
    """Fetch a dataset that others publish, an archive that 'dataset import' reads once it is unpacked."""
    from protlens.data.published_archives import ARCHIVES, fetch_archive

    if name is None:
        rows = [
            [one, ARCHIVES[one].description, "md5" if ARCHIVES[one].md5 else "none published", ARCHIVES[one].address]
            for one in ARCHIVES
        ]
        print_table("Archives of others", ["name", "what it is", "checksum", "address"], rows)
        return
    kept = fetch_archive(name, offline=offline, on_note=say)
    print(kept)
    say(f"unpack it with 'tar -xzf', then: protlens dataset import {ARCHIVES[name].file_format} FILE -o {name}.parquet")


@dataset_app.command("list", epilog=examples_of("dataset list"))
def list_() -> None:
    """List the datasets that have names."""
    from protlens.data.catalog import DATASETS

    rows = [[name, DATASETS[name].description, DATASETS[name].licence] for name in DATASETS]
    print_table("Datasets", ["name", "what it is", "licence"], rows)


@dataset_app.command("info", epilog=examples_of("dataset info"))
def info(dataset: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A name, or a file.")]) -> None:
    """Describe a dataset: proteins, residues, tracks, fingerprint."""
    import protlens
    from protlens.data.describe import describe_tracks

    proteins = protlens.load_dataset(dataset)
    lengths = proteins.lengths
    print(f"{proteins.name}: {len(proteins)} proteins, {sum(lengths)} residues ({min(lengths)} to {max(lengths)} each)")
    print(f"fingerprint {proteins.fingerprint()}")
    rows = [[track.name, str(track.proteins), str(track.known), track.symbols] for track in describe_tracks(proteins)]
    print_table("Labels", ["track", "proteins", "residues known", "values"], rows)
