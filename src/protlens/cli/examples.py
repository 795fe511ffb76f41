"""``protlens examples``."""

from typing import Annotated

import typer

from protlens.cli.screen import print_table


def examples(
    name: Annotated[str | None, typer.Argument(help="Print what this one found; all are listed if left out.")] = None,
) -> None:
    """List the runs of published models that come with protlens, or print what one of them found."""
    from protlens.explorer.examples import EXAMPLES

    if name is None:
        rows = [[one, EXAMPLES[one].dataset, EXAMPLES[one].about] for one in EXAMPLES]
        print_table("Runs that come with protlens", ["name", "dataset", "model"], rows)
        print("What one found: protlens examples NAME")
        return
    from protlens.cli.printed_findings import wrapped
    from protlens.report.finding_lines import finding_lines
    from protlens.stats.run_tables import read_tables

    example = EXAMPLES[name]
    run = example.run
    print(f"{example.about} On {example.dataset}, {len(run.proteins())} proteins:")
    print("\n".join(part for line in finding_lines(run, read_tables(run)) for part in wrapped(line, indent="  ")))
    print(f"Look at it: protlens serve --example {name}")
    print(f"In words:   protlens report --example {name}")
    print("\n".join(["Anew:", *(f"  {command}" for command in example.commands)]))
