"""What draws on axes gives them back, and what makes a page gives its figure."""

import inspect
import pkgutil
from importlib import import_module

from matplotlib.axes import Axes
from matplotlib.figure import Figure

import protlens.plots


def _functions(ending):
    for module in pkgutil.iter_modules(protlens.plots.__path__, "protlens.plots."):
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if function.__module__ == module.name and ending(name):
                yield name, inspect.signature(function)


def test_what_draws_on_axes_gives_them_back():
    drawing = {name: one for name, one in _functions(lambda name: name.startswith("draw_")) if "axes" in one.parameters}
    assert len(drawing) >= 10
    assert all(one.return_annotation is Axes for one in drawing.values()), drawing


def test_what_makes_a_page_gives_its_figure():
    making = dict(_functions(lambda name: name.endswith("_figure") and not name.startswith(("_", "save_"))))
    making.pop("figure_style", None)
    assert len(making) >= 8
    assert all(one.return_annotation is Figure for one in making.values()), making
