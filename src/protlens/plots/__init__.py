"""Figures: a table and an Axes in, the Axes out.

Functions named ``draw_*`` draw on given axes; those named ``*_figure`` make a whole page in the style of
:func:`figure_style`, which :func:`save_figure` writes. Nothing here needs a display or touches pyplot.
"""

from protlens.plots.amino_acids import amino_acid_figure, draw_similarity, similarity_figure
from protlens.plots.calibration import calibration_figure, draw_calibration, draw_pair_counts
from protlens.plots.canvas import save_figure
from protlens.plots.head_figures import (
    draw_head_map,
    draw_layer_maxima,
    draw_lift_map,
    draw_top_heads,
    head_map_figure,
    lift_map_figure,
    top_heads_figure,
)
from protlens.plots.layers import draw_layer_curve, layers_figure
from protlens.plots.overview_figure import overview_figure
from protlens.plots.profile import draw_profile, profile_figure
from protlens.plots.run_figures import draw_run_figures
from protlens.plots.style import figure_style
from protlens.plots.summary_figure import draw_summary, summary_figure

__all__ = [
    "amino_acid_figure",
    "calibration_figure",
    "draw_calibration",
    "draw_head_map",
    "draw_layer_curve",
    "draw_layer_maxima",
    "draw_lift_map",
    "draw_pair_counts",
    "draw_profile",
    "draw_run_figures",
    "draw_similarity",
    "draw_summary",
    "draw_top_heads",
    "figure_style",
    "head_map_figure",
    "layers_figure",
    "lift_map_figure",
    "overview_figure",
    "profile_figure",
    "save_figure",
    "similarity_figure",
    "summary_figure",
    "top_heads_figure",
]
