import gzip
import random
import sys
from pathlib import Path

import pytest

RECIPE = Path(__file__).parents[3] / "recipes" / "pretraining"
sys.path.append(str(RECIPE))


@pytest.fixture(scope="session")
def fasta(tmp_path_factory):
    """Sixty sequences of 20 to 79 residues in twelve clusters of one to nine, as Swiss-Prot's FASTA has them."""
    rng = random.Random(0)
    path = tmp_path_factory.mktemp("fasta") / "sequences.fasta.gz"
    sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 5, 5]
    clusters = [f"C{number}" for number, size in enumerate(sizes) for _ in range(size)]
    records = [
        f">P{n} c50={cluster}\n{''.join(rng.choices('ACDEFGHIKLMNPQRSTVWYX', k=20 + n))}\n"
        for n, cluster in enumerate(clusters)
    ]
    path.write_bytes(gzip.compress("".join(records).encode()))
    return path
