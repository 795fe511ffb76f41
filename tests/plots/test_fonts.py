import subprocess
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.figure import Figure

from protlens.plots.canvas import save_figure
from protlens.plots.fonts import WHOLE, font_families
from protlens.plots.style import figure_style


def _file(family):
    return TTFont(font_manager.findfont(family, fallback_to_default=False))


def _outline(font, name):
    points, ends, on_curve = font["glyf"][name].getCoordinates(font["glyf"])
    return list(points), list(ends), list(on_curve)


def test_the_cut_font_draws_each_of_its_letters_as_the_whole_one_does():
    cut, whole = _file(font_families()[0]), _file(WHOLE)
    letters = cut.getBestCmap()
    assert set(map(ord, "AZaz09 %\u00d7\u2265ÅΔµ\u2013…")) <= set(letters)
    assert letters.items() <= whole.getBestCmap().items()
    for name in letters.values():
        assert _outline(cut, name) == _outline(whole, name)
        assert cut["hmtx"][name] == whole["hmtx"][name]
    assert cut["kern"].kernTables[0][("A", "V")] == whole["kern"].kernTables[0][("A", "V")]


def test_letters_of_other_scripts_are_drawn_too(tmp_path):
    with figure_style():  # a letter that no font has would warn, and a warning is an error here
        figure = Figure(figsize=(2, 1))
        figure.text(0.1, 0.5, "сайт אתר Å")
        pdf, _ = save_figure(figure, tmp_path / "scripts")
    assert pdf.read_bytes().count(b"/FontFile2") == 2


def test_the_file_of_the_font_is_gone_with_its_process():
    code = (
        "from matplotlib import font_manager; from protlens.plots.fonts import font_families;"
        " print(font_manager.findfont(font_families()[0]))"
    )
    path = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert path.endswith("figures.ttf")
    assert not Path(path).exists()
