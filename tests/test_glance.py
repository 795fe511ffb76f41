from pathlib import Path

import pytest

from protlens.glance import ROWS, Glance, Shown

ROW = ("<b>first</b>", "1 & 2")


class Result(Shown):
    __slots__ = ("glance",)

    def __init__(self, *rows, title="A title"):
        self.glance = Glance(title, ("name", "number"), rows, Path("out") / "<i>")

    def _glance(self):
        return self.glance


def test_text_is_a_title_a_table_and_the_folder():
    assert repr(Result(("a", "10"), ("longer", "2"))).splitlines() == [
        "A title",
        "name    number",
        "a       10",
        "longer  2",
        "Folder: out/<i>",
    ]


def test_html_escapes_every_text():
    html = Result(ROW, title="<script>")._repr_html_()
    assert "<h4>&lt;script&gt;</h4>" in html
    assert "<td>&lt;b&gt;first&lt;/b&gt;</td><td>1 &amp; 2</td>" in html
    assert "Folder: out/&lt;i&gt;" in html
    assert "<b>" not in html


@pytest.mark.parametrize("more", [0, 1, 500])
def test_it_stays_on_one_screen(more):
    result = Result(*[ROW] * (ROWS + more))
    lines = repr(result).splitlines()
    assert len(lines) == ROWS + 3 + bool(more)
    assert (f"and {more} more" in lines) == bool(more)
    assert result._repr_html_().count("<tr>") == ROWS + 1


def test_a_name_with_line_breaks_takes_one_line():
    assert "a b c" in repr(Result(("a\nb\r\nc", "1")))
    assert len(repr(Result(title="two\nlines")).splitlines()) == 3
