"""How often the null runs of a run are called findings: the row of the table in docs/nulls.md.

python scripts/null_rates.py RUN --kind rows
"""

import argparse
from pathlib import Path

import polars as pl
from statsmodels.stats.proportion import proportion_confint

import protlens
from protlens.nulls.null_folders import finished_nulls
from protlens.stats.run_tables import read_tables


def null_rates(heads: pl.DataFrame) -> dict[str, float]:
    """Return counts over the heads of null runs that have enough arcs.

    Parameters
    ----------
    heads
        The tables of heads of null runs, with the column ``seed``.
    """
    asked = heads.filter("supported")
    found = asked.filter(pl.col("verdict") == "beyond_control")
    places = ["seed", "property"]
    return {
        "runs": heads["seed"].n_unique(),
        "heads": len(asked),
        "below_0.05": int((asked["p_value"] < 0.05).sum()),
        "below_0.001": int((asked["p_value"] < 0.001).sum()),
        "findings": len(found),
        "properties": asked.select(places).n_unique(),
        "properties_found": found.select(places).n_unique(),
        "runs_found": found["seed"].n_unique(),
    }


def main() -> None:
    """Print the row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--kind", default="rows")
    asked = parser.parse_args()
    nulls = finished_nulls(protlens.Run.open(asked.run))[asked.kind]
    heads = [read_tables(null).heads.with_columns(seed=pl.lit(seed)) for seed, null in nulls.items()]
    rates = null_rates(pl.concat(heads))
    low, high = proportion_confint(rates["properties_found"], rates["properties"], method="wilson")
    for name, value in rates.items():
        print(f"{name:20} {value:,}")
    print(f"heads with p below 0.05 and 0.001: {rates['below_0.05'] / rates['heads']:.1%}", end=" and ")
    print(f"{rates['below_0.001'] / rates['heads']:.2%}; called a finding {rates['findings'] / rates['heads']:.2%}")
    print(f"properties with a finding: {rates['properties_found'] / rates['properties']:.1%} ({low:.1%} to {high:.1%})")


if __name__ == "__main__":
    main()
