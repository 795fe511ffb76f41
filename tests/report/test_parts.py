from protlens.number_text import NOTHING
from protlens.report.parts import Table


def test_columns_of_numbers_are_told_from_columns_of_text():
    rows = [["a", "1.0 %", "< 10", NOTHING, "3-2"], ["b", NOTHING, "4", "x", "12-1"]]
    assert Table("c", ["name", "share", "q", "word", "head"], rows).kinds == [
        "text",
        "number",
        "number",
        "text",
        "number",
    ]
