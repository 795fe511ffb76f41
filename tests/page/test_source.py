import json

import pytest

from protlens.page.source import json_text


def test_a_document_is_read_back():
    document = {"label": "12-4", "weight": [0.25, None], "name": "na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve <b>"}
    assert json.loads(json_text(document)) == document
    assert " " not in json_text({"a": [1, 2], "b": {}})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_write_is_a_defect(value):
    with pytest.raises(ValueError, match="JSON"):
        json_text({"weight": value})
