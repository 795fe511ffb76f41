import json
import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protlens.explorer.rounding import distances, points, shares, statistics, weights_down, weights_up

weights = st.floats(np.float32(1e-6), 1, width=32)
thresholds = st.integers(1, 9999).flatmap(lambda digits: st.sampled_from([digits / 10_000, digits / 100_000]))


@given(weights, thresholds)
def test_a_weight_reaches_a_threshold_if_and_only_if_it_does_when_rounded_down(weight, threshold):
    value = np.array([weight], np.float32)
    for near in (value, np.float32([threshold]), np.nextafter(np.float32([threshold]), np.float32(0))):
        assert (weights_down(near)[0] >= threshold) == bool(near[0] >= np.float32(threshold))


def digits(value, rounding):
    """Return four significant digits of a decimal."""
    exact = Decimal(float(value))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 3), rounding=rounding))


@given(weights)
def test_rounding_is_that_of_decimals_but_for_the_nearest_of_a_decimal(weight):
    value = np.array([weight], np.float32)
    down, up = float(weights_down(value)[0]), float(weights_up(value)[0])
    if np.float32(down) == value[0]:
        assert up == down
        assert digits(down, ROUND_FLOOR) == down or digits(np.nextafter(down, 1), ROUND_FLOOR) == down
    else:
        assert down == digits(value[0], ROUND_FLOOR)
        assert up == pytest.approx(digits(value[0], ROUND_CEILING), rel=1e-12)
    assert np.float32(down) <= value[0] <= np.float32(up)
    assert max(len(json.dumps(value)) for value in (down, up)) <= len("0.0000012345")


def test_weights_at_the_ends():
    values = np.array([0, 1, np.nextafter(np.float32(1), np.float32(2)), 0.1, 0.01, 0.7], np.float32)
    assert weights_down(values).tolist() == [0, 1, 1, 0.1, 0.01, 0.7]
    assert weights_up(values).tolist() == [0, 1, 1.001, 0.1, 0.01, 0.7]
    assert weights_down(np.zeros(0, np.float32)).tolist() == []


def test_statistics_have_six_digits_and_null_where_undefined():
    values = np.array([1 / 3, 1234567.0, 1.23456789e-300, 0, np.nan, np.inf, -np.inf])
    assert statistics(values) == [0.333333, 1234570.0, 1.23457e-300, 0.0, None, None, None]


def test_distances_have_two_decimals_and_null_where_unknown():
    assert distances(np.array([7.9949, 0, np.nan])) == [7.99, 0.0, None]


def test_points_are_null_where_any_coordinate_is_missing():
    values = np.array([[1.234, -0.001, 100], [np.nan] * 3, [1, np.nan, 2]], np.float32)
    found = points(values)
    assert found == [(1.23, 0.0, 100.0), None, None]
    assert math.copysign(1, found[0][1]) == 1


def test_shares_have_four_digits():
    assert shares(np.array([0, 0.123456, 12.3456, 1234.56], np.float32)) == [0, 0.1235, 12.35, 1235.0]
