import polars as pl
import pytest

from protlens.contacts.tested_precision import TESTED, precision_line, precision_record

SUMMARY = pl.DataFrame(
    [
        ("regression", "long", "L/5", 30, 0.25),
        ("regression", "long", "L", 30, 0.2),
        ("regression", "all", "L/5", 31, 0.5),
        ("separation and amino acids", "long", "L/5", 30, 0.125),
        ("random", "long", "L/5", 30, 0.01),
    ],
    schema=["method", "range", "k", "proteins", "precision"],
    orient="row",
)


def test_the_record_is_that_of_long_range_at_a_fifth():
    record = precision_record(SUMMARY)
    assert record == {"proteins": 30, "regression": 0.25, "separation and amino acids": 0.125}
    assert precision_line({TESTED: record}) == (
        "On 30 test proteins long-range precision at L/5 of this regression: 25.0 %,"
        " of separation and amino acids alone: 12.5 %"
    )


def test_another_method_stands_as_this_regression():
    fused = SUMMARY.with_columns(pl.col("method").replace("random", "fusion"))
    record = precision_record(fused, method="fusion")
    assert record == {"proteins": 30, "regression": 0.01, "separation and amino acids": 0.125}


@pytest.mark.parametrize("found", [None, 3, "text", [], {}, {"proteins": 3}, {"proteins": 3, "regression": "a"}])
def test_a_record_without_numbers_says_nothing(found):
    assert precision_line({TESTED: found}) == precision_line({}) == ""


def test_where_no_protein_was_long_enough_nothing_is_said():
    nothing = SUMMARY.with_columns(pl.lit(None, pl.Float64).alias("precision"), proteins=pl.lit(0))
    assert precision_line({TESTED: precision_record(nothing)}) == ""
