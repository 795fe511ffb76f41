import numpy as np

from protlens.heads import head_label
from protlens.stats.grid import head_columns


def test_columns_are_in_the_order_of_a_flat_array():
    columns = head_columns(3, 2)
    flat = np.arange(6).reshape(3, 2).ravel()
    for row, value in enumerate(flat):
        layer, head = divmod(int(value), 2)
        assert (columns["layer"][row], columns["head"][row]) == (layer, head)
        assert columns["label"][row] == head_label(layer, head)
    assert [len(column) for column in columns.values()] == [6, 6, 6]
