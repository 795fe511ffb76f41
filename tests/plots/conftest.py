import gzip
import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from protlens.data.protein import AMINO_ACIDS
from protlens.heads import head_label
from protlens.stats.head_statistics import HEAD_TABLE_SCHEMA

SHAPES = [(1, 1), (1, 16), (6, 8), (12, 12), (12, 64), (30, 16), (36, 40), (48, 1)]

MakeHeads = Callable[..., pl.DataFrame]


def heads_table(
    alignment: np.ndarray,
    *,
    name: str = "contact",
    background: float | None = 0.01266,
    arcs: np.ndarray | None = None,
    interval: float = 0.01,
) -> pl.DataFrame:
    """A heads table of one property from fractions [layer, head]; NaN is an unsupported head."""
    rows = []
    for layer, head in np.ndindex(alignment.shape):
        share, known = float(alignment[layer, head]), not np.isnan(alignment[layer, head])
        count = 5000 + 37 * layer + head if arcs is None else int(arcs[layer, head])
        count = count if known else 20 * (head % 2)
        rows.append(
            {
                "property": name,
                "level": "pair" if name == "contact" else "residue",
                "layer": layer,
                "head": head,
                "label": head_label(layer, head),
                "proteins": 300,
                "arcs": count,
                "hits": round(count * share) if known else 0,
                "alignment": share if known else (0.5 if count else None),
                "background": background,
                "lift": share / background if known and background else None,
                "ci_low": max(0.0, share - interval) if known else None,
                "ci_high": min(1.0, share + interval) if known else None,
                "supported": known,
                "threshold": 0.3,
                "mode": "paper",
            }
        )
    missing = dict.fromkeys(HEAD_TABLE_SCHEMA)
    return pl.DataFrame([missing | row for row in rows], schema=HEAD_TABLE_SCHEMA)


@pytest.fixture
def make_heads() -> MakeHeads:
    return heads_table


@pytest.fixture(scope="session")
def paper() -> dict:
    file = Path(__file__).parents[1] / "data_files" / "paper_figures.json.gz"
    return json.loads(gzip.decompress(file.read_bytes()))


def paper_contacts(paper: dict, model: str) -> pl.DataFrame:
    """Contact alignment of a model of the paper, its best heads with their exact values and intervals."""
    grid = np.array(paper["contact_grids"][model], dtype=float) / 100
    table = heads_table(grid, background=paper["contact_background"][model] / 100)
    exact = paper["contact_top_heads"].get(model)
    if exact is None:
        return table
    columns = ["label", "alignment", "ci_low", "ci_high", "arcs", "hits"]
    top = pl.DataFrame(exact, schema=columns, orient="row").with_columns(pl.col("alignment", "ci_low", "ci_high") / 100)
    return table.update(top, on="label")


@pytest.fixture(scope="session")
def tape_bert(paper: dict) -> pl.DataFrame:
    return paper_contacts(paper, "tape_bert")


@pytest.fixture(scope="session")
def amino_acids(paper: dict) -> pl.DataFrame:
    grids = {letter: np.array(paper["amino_acid_grids"][letter], dtype=float) / 100 for letter in AMINO_ACIDS}
    return pl.concat([heads_table(grid, name=f"amino_acid:{letter}") for letter, grid in grids.items()])


def layer_tables(paper: dict) -> tuple[pl.DataFrame, pl.DataFrame]:
    names = {
        "Helix": "secondary_structure:helix",
        "Turn/Bend": "secondary_structure:turn",
        "Strand": "secondary_structure:strand",
        "Binding Site": "binding_site",
        "Contact": "contact",
    }
    rows = [
        {
            "property": names[key],
            "layer": layer,
            "heads": 12,
            "mean_alignment": mean / 100,
            "max_alignment": None,
            "max_label": None,
        }
        for key, (means, _) in paper["layer_means"].items()
        for layer, mean in enumerate(means)
    ]
    centres = [{"property": names[key], "centre_of_gravity": c} for key, (_, c) in paper["layer_means"].items()]
    return pl.DataFrame(rows), pl.DataFrame(centres)


@pytest.fixture(scope="session")
def paper_layers(paper: dict) -> tuple[pl.DataFrame, pl.DataFrame]:
    return layer_tables(paper)


@pytest.fixture(scope="session")
def similarity(paper: dict) -> pl.DataFrame:
    # The paper names a pair in reverse alphabetical order, "CA".
    return pl.DataFrame(
        [
            {"a": pair[1], "b": pair[0], "similarity": value, "blosum62": paper["blosum62"][pair]}
            for pair, value in paper["similarity"].items()
        ]
    )


def calibration_table(name: str = "contact") -> pl.DataFrame:
    """Twenty bins of 0.05; the last has no pairs, the one before it no interval."""
    rows = []
    for index in range(20):
        pairs = 0 if index == 19 else max(3, int(4e7 * 0.42**index))
        share = 0.012 + 0.5 * (index / 19) ** 1.5
        half = min(0.4, 2 * np.sqrt(share * (1 - share) / max(pairs, 1)))
        rows.append(
            {
                "property": name,
                "bin_low": index * 0.05,
                "bin_high": (index + 1) * 0.05,
                "pairs": pairs,
                "hits": round(pairs * share),
                "probability": share if pairs else None,
                "ci_low": max(0.0, share - half) if index < 18 else None,
                "ci_high": min(1.0, share + half) if index < 18 else None,
            }
        )
    return pl.DataFrame(rows)


@pytest.fixture
def make_calibration() -> Callable[..., pl.DataFrame]:
    return calibration_table


def profile_table(layers: int, heads: int) -> pl.DataFrame:
    """A plausible profile; the last head has no arcs and null measures."""
    draw = np.random.default_rng(7)
    rows = []
    for layer, head in np.ndindex(layers, heads):
        shares = draw.dirichlet([1, 0.5, 1, 1, 6])
        last = layers * heads > 1 and (layer, head) == (layers - 1, heads - 1)
        rows.append(
            {
                "layer": layer,
                "head": head,
                "label": head_label(layer, head),
                "entropy": None if last else float(draw.uniform(0.5, 5.5)),
                "mean_distance": None if last else float(draw.gamma(2, 15)),
                "to_special": None if last else float(shares[0]),
                "to_self": None if last else float(shares[1]),
                "to_previous": None if last else float(shares[2]),
                "to_next": None if last else float(shares[3]),
                "arcs": 0 if last else 4321,
            }
        )
    return pl.DataFrame(rows)


@pytest.fixture
def make_profile() -> Callable[[int, int], pl.DataFrame]:
    return profile_table


def untidy(figure: Figure) -> list[str]:
    """What a reader would trip over: texts that overlap, or that leave the page."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and _is_drawn(text, figure)
    ]
    page = figure.bbox.padded(0.5)
    found = [
        f"{text!r} leaves the page"
        for text, box in boxes
        if not (page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1)
    ]
    found += [
        f"{one!r} overlaps {two!r}"
        for (one, first), (two, second) in itertools.combinations(boxes, 2)
        if first.shrunk(0.98, 0.7).overlaps(second.shrunk(0.98, 0.7))
    ]
    return found


def _is_drawn(text: Text, figure: Figure) -> bool:
    """Ticks outside an axis' limits exist but are not drawn."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            ticks = axis.get_major_ticks()
            if any(text in (tick.label1, tick.label2) for tick in ticks):
                low, high = sorted(axis.get_view_interval())
                return any(
                    text is tick.label1 and tick.label1.get_visible() and low - 1e-9 <= tick.get_loc() <= high + 1e-9
                    for tick in ticks
                )
    return True


@pytest.fixture
def assert_tidy() -> Callable[[Figure], None]:
    def check(figure: Figure) -> None:
        assert untidy(figure) == []

    return check


@pytest.fixture(params=SHAPES, ids=lambda shape: f"{shape[0]}x{shape[1]}")
def shape(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param
