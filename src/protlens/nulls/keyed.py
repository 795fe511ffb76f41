"""Random numbers that depend on what they are for, and on nothing else.

A generator that is passed along would make the numbers of one protein depend on those before it, and a run on how it
was split. Here each protein, or each head in each protein, has a generator of its own, which its key leads to.
"""

from hashlib import blake2b

import numpy as np


def keyed_generator(seed: int, *key: bytes | str | int) -> np.random.Generator:
    """Return the generator of a key; equal seeds and keys give equal numbers.

    Parameters
    ----------
    seed
        0 or more.
    key
        What the numbers are for, as the id of a protein and the name of a track.
    """
    digest = blake2b(digest_size=16)
    for part in key:
        content = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(content).to_bytes(8, "little") + content)
    return np.random.default_rng([seed, int.from_bytes(digest.digest(), "little")])
