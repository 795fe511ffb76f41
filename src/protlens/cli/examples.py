"""``protlens examples``."""

from protlens.cli.screen import print_table


def examples() -> None:
    """List the runs that come with protlens; 'serve' and 'report' open them by name with --example."""
    from protlens.explorer.examples import EXAMPLES

    rows = [[name, EXAMPLES[name].dataset, EXAMPLES[name].about] for name in EXAMPLES]
    print_table("Examples", ["name", "dataset", "model"], rows)
