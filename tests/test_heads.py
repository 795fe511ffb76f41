import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.errors import OptionError
from protlens.heads import head_columns, head_label, head_labels, parse_head_label


def test_labels_count_from_one():
    assert head_label(11, 3) == "12-4"
    assert parse_head_label("12-4") == (11, 3)
    assert head_label(0, 0) == "1-1"


@given(st.integers(0, 9998), st.integers(0, 9998))
def test_a_label_comes_back(layer, head):
    assert parse_head_label(head_label(layer, head)) == (layer, head)


@pytest.mark.parametrize(
    "label",
    ["", "12", "0-1", "1-0", "-1-1", "1--1", "01-1", "1-1-1", " 1-1", "1-1\n", "a-b", "1.0-2", "1\u0661-1", "1-99999"],
)
def test_anything_else_is_explained(label):
    with pytest.raises(OptionError, match="allowed: LAYER-HEAD counted from one, as in 12-4"):
        parse_head_label(label)


def test_the_labels_of_a_model_go_through_its_layers():
    assert head_labels(2, 3) == ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]
    assert head_labels(0, 3) == []


def test_columns_are_in_the_order_of_a_flat_array():
    columns = head_columns(3, 2)
    flat = np.arange(6).reshape(3, 2).ravel()
    for row, value in enumerate(flat):
        layer, head = divmod(int(value), 2)
        assert (columns["layer"][row], columns["head"][row]) == (layer, head)
        assert columns["label"][row] == head_label(layer, head)
    assert [len(column) for column in columns.values()] == [6, 6, 6]
