"""Make ``src/protlens/reproduction/published.parquet``, the numbers of Vig et al. that ``protlens reproduce`` compares.

    python recipes/reproduction/published_numbers.py --numbers DIR -o FILE

The paper prints few numbers; its repository (salesforce/provis, BSD-3-Clause, commit 051fe89) has the figures as vector
PDFs. ``paper_topheads.json``, ``paper_heatmaps.json``, ``paper_heatmaps_ss_aa.json`` and ``paper_extra.json`` in DIR
hold what was read from their drawing operators: bars, curves and lines to about 0.005 points, the colours of heat maps
to half a shade, 0.04 to 0.6 points. Here they become one table, a row for each number.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from protlens.heads import parse_head_label
from protlens.reproduction.published import SCHEMA

PROPERTIES = {
    "contact_map": "contact",
    "binding_site_to": "paper_binding_site",
    "protein_modification_to": "paper_modification",
    **{
        f"sec_struct_to_{number}": f"secondary_structure:{kind}"
        for number, kind in enumerate(("helix", "strand", "turn", "other"))
    },
}
"""The names of the paper's features, and of the properties; an amino acid is ``aa_to_A``."""

CURVES = {
    "Helix": "secondary_structure:helix",
    "Strand": "secondary_structure:strand",
    "Turn/Bend": "secondary_structure:turn",
    "Binding Site": "paper_binding_site",
    "Contact": "contact",
}
"""The curves over layers, of TapeBert alone."""

EXACT = 0.005
"""What bars are exact to, in percentage points."""

Row = dict[str, Any]


def main() -> None:
    """Read the four files and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=Path, required=True, help="the folder with the four JSON files")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    tops, maps, more_maps, extra = (
        json.loads((arguments.numbers / f"paper_{name}.json").read_text())
        for name in ("topheads", "heatmaps", "heatmaps_ss_aa", "extra")
    )
    rows = [*of_top_heads(tops), *of_maps(maps), *of_maps(more_maps), *of_curves(extra)]
    table = pl.DataFrame(rows, schema=SCHEMA)
    table.write_parquet(arguments.output, compression="zstd", compression_level=19)
    print(table.group_by("kind", maintain_order=True).len())


def row(model: str, kind: str, name: str | None, value: float | None, accuracy: float, **place: int | str) -> Row:
    """Return one row of the table; what does not apply is null."""
    about = {"model": model.replace("_", "-"), "kind": kind, "property": name, "value": value, "accuracy": accuracy}
    return dict.fromkeys(SCHEMA) | about | place


def of_top_heads(content: Row) -> Iterator[Row]:
    """Yield the ten heads of the bar charts, and their background."""
    for feature, entry in content["features"].items():
        for model, found in entry["models"].items():
            yield row(model, "background", PROPERTIES[feature], found["background_percent"], EXACT)
            for top in found["top_heads"]:
                layer, head = parse_head_label(top["head"])
                place = {"layer": layer, "head": head, "rank": top["rank"]}
                yield row(model, "top head", PROPERTIES[feature], top["percent"], EXACT, **place)


def of_maps(content: Row) -> Iterator[Row]:
    """Yield each cell of the heat maps, how many are masked, and the bars beside them."""
    for feature, by_model in content["features"].items():
        name = PROPERTIES.get(feature, f"amino_acid:{feature[-1]}")
        for model, found in by_model.items():
            half = found["quantisation_half_width_percent"]
            yield row(model, "heads with few arcs", name, found["n_heads_masked"], 0.0)
            for layer, values in enumerate(found["values_percent"]):
                for head, value in enumerate(values):
                    yield row(model, "head", name, value, half, layer=layer, head=head)
            relative = 0.01 if found["scale_source"].startswith("exact") else 0.001 * found["scale_max_percent"]
            for layer, value in enumerate(found["layer_max_percent"]):
                yield row(model, "layer maximum", name, value, max(0.01, relative), layer=layer)


def of_curves(content: Row) -> Iterator[Row]:
    """Yield the means of layers, centres of gravity, correlations with BLOSUM62, and the curves of probes."""
    for title, found in content["combined_tape_bert"].items():
        for layer, value in enumerate(found["mean_percent_by_layer"]):
            yield row("tape_bert", "layer mean", CURVES[title], value, EXACT, layer=layer)
        centre = found["center_of_gravity_layer"]
        yield row("tape_bert", "centre of gravity", CURVES[title], centre, 0.001)
    for model, found in content["aa_correlation"].items():
        figure = found.get("from_aa_corr_pdf")
        value = figure["pearson_20_standard_only"] if figure else found["recomputed_from_heatmap_pdfs"]
        yield row(model, "BLOSUM62 correlation", None, value if figure else value["pearson_vs_blosum62"], 0.003)
    for title, sources in content["probing_tape_bert"].items():
        name, metric = title.removesuffix(")").split(" (")
        for source, values in sources.items():
            for layer, value in enumerate(values):
                probe = {"source": source.removesuffix(" probe"), "metric": metric}
                yield row("tape_bert", "probe", CURVES[name], value, 0.0005, layer=layer, **probe)


if __name__ == "__main__":
    main()
