import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from protlens.errors import StorageError
from protlens.plots.canvas import new_page, save_figure, shortened, size_in_inches, text_width, wrapped
from protlens.plots.head_figures import head_map_figure
from protlens.plots.style import figure_style

LONG = "Modification: a kind with a very long name " * 4 + "x" * 90


@figure_style()
def test_text_width_agrees_with_the_renderer():
    figure = Figure(dpi=720)
    drawn = figure.text(0, 0, "Binding site: metal", fontsize=9)
    box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert text_width("Binding site: metal", size=9) == pytest.approx(box.width / 720, rel=0.03)
    assert text_width("  ", size=9) == 0


@pytest.mark.parametrize("width", [0.5, 2.0, 5.0])
def test_wrapped_lines_keep_the_words_and_the_width(width):
    lines = wrapped(LONG, width, size=9)
    assert "".join(lines).replace(" ", "") == LONG.replace(" ", "")
    assert all(text_width(line, size=9) <= width for line in lines)
    assert wrapped("", width, size=9) == []


def test_a_text_is_shortened_only_if_it_must_be():
    assert shortened("Contact", 2.0, size=8) == "Contact"
    cut = shortened(LONG, 2.0, size=8)
    assert cut.endswith("…")
    assert LONG.startswith(cut[:-1])
    assert 1.7 < text_width(cut, size=8) <= 2.0
    assert shortened(LONG, 0.0, size=8) == "…"


def test_a_page_grows_by_its_title_and_places_in_inches():
    plain = new_page(4, 3, title="Contact")
    long = new_page(4, 3, title=LONG, about="model")
    assert plain.figure.get_size_inches()[1] < long.figure.get_size_inches()[1]
    axes = long.axes(1, 0.5, width=2, height=1.5)
    np.testing.assert_allclose(size_in_inches(axes), (2, 1.5))
    corner = axes.get_window_extent().p0 / long.figure.dpi
    np.testing.assert_allclose(corner, (1, 0.5))


def test_the_check_for_tidiness_sees_a_collision_and_a_text_off_the_page(assert_tidy):
    page = new_page(4, 3, title="Contact")
    axes = page.axes(1, 1, width=2, height=1)
    axes.set_xticks([0, 0.5, 1])
    assert_tidy(page.figure)
    axes.set_xticks([0.5, 0.51])
    with pytest.raises(AssertionError, match="overlaps"):
        assert_tidy(page.figure)
    axes.set_xticks([])
    page.text("far to the right", 3.8, 0.2)
    with pytest.raises(AssertionError, match="leaves the page"):
        assert_tidy(page.figure)


def test_an_empty_legend_is_not_drawn():
    page = new_page(4, 3, title="Contact")
    page.legend([], 0, 0)
    assert page.figure.legends == []


DRAW = """
import sys
from pathlib import Path
from matplotlib.figure import Figure
from protlens.plots.canvas import save_figure
figure = Figure()
figure.add_subplot().set_title("Contact: \\u2265 0.3 \\u00b7 paper")
save_figure(figure, Path(sys.argv[1]))
"""


def test_a_figure_becomes_a_pdf_and_a_png_beside_nothing_else(tmp_path):
    files = save_figure(Figure(), tmp_path / "new" / "heads-contact.v1")
    assert [file.name for file in files] == ["heads-contact.v1.pdf", "heads-contact.v1.png"]
    assert sorted(files) == sorted((tmp_path / "new").iterdir())
    assert files[0].read_bytes().startswith(b"%PDF-")
    assert files[1].read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_two_processes_write_equal_bytes(tmp_path):
    for name, seed in (("one", "1"), ("two", "2")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "MPLBACKEND": "agg"}
        subprocess.run([sys.executable, "-c", DRAW, str(tmp_path / name)], check=True, env=environment)
    for suffix in (".pdf", ".png"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_the_pdf_is_vector_with_embedded_truetype_and_no_date(tmp_path, make_heads):
    grid = np.linspace(0, 1, 144).reshape(12, 12)
    grid[3, 4] = np.nan
    pdf, _ = save_figure(head_map_figure(make_heads(grid)), tmp_path / "map")
    content = pdf.read_bytes()
    assert not re.search(rb"/Subtype\s*/Image", content)
    assert b"/CIDFontType2" in content or b"/TrueType" in content
    assert b"CreationDate" not in content


def test_the_vector_check_would_see_an_image(tmp_path):
    figure = Figure()
    figure.add_subplot().imshow([[0, 1]])
    assert re.search(rb"/Subtype\s*/Image", save_figure(figure, tmp_path / "image")[0].read_bytes())


@pytest.mark.parametrize(
    ("error", "expected"),
    [(OSError(errno.ENOSPC, "No space left on device"), StorageError), (KeyboardInterrupt(), KeyboardInterrupt)],
)
def test_a_failed_save_leaves_the_old_files(tmp_path: Path, monkeypatch, error, expected):
    old = {file: file.read_bytes() for file in save_figure(Figure(), tmp_path / "map")}
    savefig = Figure.savefig

    def fail_at_the_png(self, target, *, format, **options):
        if format == "png":
            raise error
        savefig(self, target, format=format, **options)

    monkeypatch.setattr(Figure, "savefig", fail_at_the_png)
    changed = Figure()
    changed.text(0.5, 0.5, "changed")
    with pytest.raises(expected):
        save_figure(changed, tmp_path / "map")
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == old
