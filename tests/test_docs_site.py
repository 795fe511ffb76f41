"""What ``make docs`` lets through; that the site builds is its own check."""

import runpy
from pathlib import Path

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "build_docs.py"))


def test_what_a_page_would_fetch_from_elsewhere_is_named(tmp_path):
    (tmp_path / "a.html").write_text(
        '<link href="//fonts.example/x.css"><script src="https://cdn.example/y.js"></script>'
    )
    (tmp_path / "b.css").write_text(
        "@import 'https://fonts.example/z.css'; p { background: url(http://x.example/i.png) }"
    )
    assert SCRIPT["outside_requests"](tmp_path) == [
        "a.html: //fonts.example/x.css",
        "a.html: https://cdn.example/y.js",
        "b.css: https://fonts.example/z.css",
        "b.css: http://x.example/i.png",
    ]


def test_links_that_a_reader_follows_and_files_of_the_site_are_fine(tmp_path):
    (tmp_path / "a.html").write_text('<a href="https://doi.org/1">paper</a><img src="figures/a.png"><script>1</script>')
    (tmp_path / "b.css").write_text("p { background: url(data:image/png;base64,AA//) }")
    assert SCRIPT["outside_requests"](tmp_path) == []
