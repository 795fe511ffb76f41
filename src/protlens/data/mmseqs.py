"""The border to MMseqs2, a program that clusters sequences; it is used where it is installed.

Steinegger and Soding, Nature Biotechnology 35 (2017) 1026, doi 10.1038/nbt.3988.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from protlens.errors import DatasetError, explain

PROGRAM = "mmseqs"


def is_installed() -> bool:
    """Whether the program is on the path."""
    return shutil.which(PROGRAM) is not None


def families_by_mmseqs(sequences: Sequence[str], *, identity: float, coverage: float) -> list[int]:
    """Return the family of each sequence by ``mmseqs easy-cluster``, numbered in the order of their first members.

    Parameters
    ----------
    sequences
        Upper-case one-letter codes; equal ones are always of one family.
    identity, coverage
        The least identity of an alignment with the family's representative, and the least share of both sequences that
        it covers (``--min-seq-id``, ``-c``, ``--cov-mode 0``).

    Raises
    ------
    DatasetError
        If the program fails, with the last line that it wrote.
    """
    unique = sorted(set(sequences))
    with tempfile.TemporaryDirectory(prefix="protlens-") as folder:
        parent = _cluster(unique, Path(folder), identity=identity, coverage=coverage)
    family_of = {sequence: parent.get(number, number) for number, sequence in enumerate(unique)}
    numbers: dict[int, int] = {}
    return [numbers.setdefault(family_of[sequence], len(numbers)) for sequence in sequences]


def _cluster(unique: Sequence[str], folder: Path, *, identity: float, coverage: float) -> dict[int, int]:
    """Return the number of each sequence's representative."""
    fasta, result = folder / "sequences.fasta", folder / "result"
    fasta.write_text("".join(f">{number}\n{sequence}\n" for number, sequence in enumerate(unique)), encoding="ascii")
    limits = ["--min-seq-id", str(identity), "-c", str(coverage), "--cov-mode", "0"]
    command = [PROGRAM, "easy-cluster", str(fasta), str(result), str(folder / "tmp"), *limits]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
            raise DatasetError(
                explain("clustering with MMseqs2", found=f"exit status {done.returncode}: {said}", hint=_HINT)
            )
        lines = Path(f"{result}_cluster.tsv").read_text(encoding="ascii").splitlines()
        return {int(member): int(first) for first, member in (line.split("\t") for line in lines)}
    except (OSError, ValueError) as error:
        raise DatasetError(explain("clustering with MMseqs2", found=str(error), hint=_HINT)) from error


_HINT = f"see that '{PROGRAM} easy-cluster' works, or take it off the path to go without"
