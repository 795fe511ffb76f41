import pytest
from jinja2 import UndefinedError

from protlens.page.html import templates


def test_what_is_put_in_is_text():
    shown = templates("protlens.web").get_template("page.html").render(title="<script>alert(1)</script>")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_what_a_template_asks_for_must_be_given():
    with pytest.raises(UndefinedError):
        templates("protlens.web").get_template("page.html").render()
