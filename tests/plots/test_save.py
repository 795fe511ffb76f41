import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from protlens.errors import StorageError
from protlens.plots.heads import head_map_figure
from protlens.plots.save import save_figure

DRAW = """
import sys
from pathlib import Path
from matplotlib.figure import Figure
from protlens.plots.save import save_figure
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
