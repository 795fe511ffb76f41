"""How many queries are taken at a time."""

import math
from collections.abc import Mapping
from itertools import pairwise

BLOCK_BYTES: Mapping[str, int] = {"cpu": 4 << 20}
"""The memory of a block of weights, by the type of the device: about what a processor's cache holds."""

OTHER_BLOCK_BYTES = 256 << 20
"""The same on other devices, where fewer and larger steps are faster."""

LEAST_ROWS = 64
"""Queries of a block at least, however long they are."""


def rows_of_block(row_bytes: int, device: str) -> int:
    """Return how many queries make a block, if each takes so much memory."""
    return max(LEAST_ROWS, BLOCK_BYTES.get(device, OTHER_BLOCK_BYTES) // row_bytes)


def even_blocks(tokens: int, at_once: int) -> list[slice]:
    """Divide the queries into blocks of about so many, a tenth more at most; none is larger than the first.

    A short block at the end would cost nearly what a long one does.
    """
    number = math.ceil(tokens / (1.1 * at_once))
    ends = [math.ceil(tokens * block / number) for block in range(number + 1)]
    return [slice(*both) for both in pairwise(ends)]
