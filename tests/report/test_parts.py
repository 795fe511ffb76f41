import base64
import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from protlens.number_text import NOTHING
from protlens.report.parts import Table, picture, stored_picture


def test_columns_of_numbers_are_told_from_columns_of_text():
    rows = [["a", "1.0 %", "< 10", NOTHING, "3-2", "y"], ["b", NOTHING, "4", "x", "12-1", 33 * "z"]]
    assert Table("c", ["name", "share", "q", "word", "head", "words"], rows).kinds == [
        "word",
        "number",
        "number",
        "word",
        "number",
        "text",
    ]


def test_a_table_without_rows_has_kinds_too():
    assert Table("c", ["name"], []).kinds == ["number"]


def drawn():
    figure = Figure(figsize=(3, 2))
    figure.add_axes((0, 0, 1, 1)).imshow(np.arange(12).reshape(3, 4), cmap="Blues", aspect="auto")
    return figure


def opened(one):
    head, content = one.source.split(",", 1)
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(content, validate=True)))


def test_a_figure_has_two_dots_for_each_pixel_and_keeps_its_colours():
    one = picture(drawn(), alt="a", caption="c")
    image = opened(one)
    assert (one.width, image.size) == (288, (576, 384))
    plain = io.BytesIO()
    drawn().savefig(plain, format="png", dpi=192)
    difference = np.abs(np.asarray(image.convert("RGB"), int) - np.asarray(Image.open(plain).convert("RGB"), int))
    assert difference.mean() < 3
    assert np.quantile(difference, 0.99) < 12


def test_equal_figures_give_equal_bytes():
    assert picture(drawn(), alt="a", caption="c") == picture(drawn(), alt="a", caption="c")


@pytest.mark.parametrize(("dots", "width"), [(200, 288), (100, 288)])
def test_a_stored_figure_keeps_its_size_in_inches(tmp_path, dots, width):
    drawn().savefig(tmp_path / "x.png", dpi=dots)
    one = stored_picture(tmp_path / "x.png", alt="a", caption="c")
    assert abs(one.width - width) <= 1
    assert opened(one).size == (3 * dots, 2 * dots)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"<svg onload='alert(1)'/>", b"GIF89a"])
def test_what_is_no_png_is_left_out(tmp_path, content):
    (tmp_path / "x.png").write_bytes(content)
    assert stored_picture(tmp_path / "x.png", alt="a", caption="c") is None
    assert stored_picture(tmp_path / "missing.png", alt="a", caption="c") is None
