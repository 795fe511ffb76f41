import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from protlens.plots.style import VALUES, figure_style, for_journal, lightness


def test_lightness_agrees_with_known_colours():
    # CIE L* of sRGB primaries under D65, from any colour table.
    rgb = np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0.5]], float)
    np.testing.assert_allclose(lightness(rgb), [0, 100, 53.24, 87.74, 32.30, 53.39], atol=0.02)


def test_the_colour_map_falls_in_even_steps_of_lightness():
    steps = np.diff(lightness(VALUES(np.arange(256))[:, :3]))
    assert (steps < 0).all()
    np.testing.assert_allclose(steps, steps.mean(), rtol=0.05)
    blues = np.diff(lightness(mpl.colormaps["Blues"](np.arange(256))[:, :3]))
    assert np.ptp(blues / blues.mean()) > 0.5


def test_the_style_overrules_the_users_settings_and_gives_them_back():
    with mpl.rc_context({"font.size": 30.0, "axes.grid": True}):
        with figure_style():
            assert mpl.rcParams["font.size"] == 7.5
            assert mpl.rcParams["axes.grid"] is False
        assert mpl.rcParams["font.size"] == 30.0


def test_a_dollar_sign_is_a_dollar_sign():
    with figure_style():
        figure = Figure()
        figure.text(0.5, 0.5, r"$\frac{unfinished$")
        figure.savefig(io.BytesIO(), format="png")


def test_a_style_holds_for_all_that_is_drawn_inside_it():
    with figure_style("journal"):
        with figure_style():
            assert mpl.rcParams["savefig.dpi"] == 300
            assert for_journal()
        assert for_journal()
    assert not for_journal()
    with figure_style():
        assert mpl.rcParams["savefig.dpi"] == 200


@pytest.mark.slow
def test_no_module_of_plots_loads_pyplot():
    code = "import sys, protlens.plots.run_figures; print('matplotlib.pyplot' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
