"""``protlens compare``."""

from pathlib import Path
from typing import Annotated

import typer

from protlens.cli.options import check_runs
from protlens.cli.screen import progress


def compare(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN RUN ...", help="Two or more run directories of 'protlens analyze'.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("protlens-comparison"),
    seed: Annotated[int, typer.Option(help="Random seed of the halves, the resampling and the shuffles.")] = 0,
    resamples: Annotated[int, typer.Option(help="How often families are drawn for an interval.")] = 2000,
    shuffles: Annotated[int, typer.Option(help="How often heads are matched to shuffled ones, as a baseline.")] = 20,
) -> None:
    """Set runs side by side: the best heads, their differences on common proteins, depth, and heads matched."""
    check_runs(*runs)
    import protlens
    from protlens.cli.printed_comparison import print_comparison

    options = protlens.ComparisonOptions(seed=seed, resamples=resamples, shuffles=shuffles)
    with progress("property classes") as on_progress:
        comparison = protlens.compare(*runs, out=out, options=options, on_progress=on_progress)
    print_comparison(comparison)
