"""Write docs/cli.md from the commands themselves; a test fails when the page is out of date.

python scripts/write_cli_reference.py
"""

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
TITLE = "The command line"
NOTE = "<!-- Made by scripts/write_cli_reference.py; do not edit. -->\n\n"


def reference() -> str:
    """Return the page: every command, argument and option, as Typer describes them."""
    words = ["protlens.cli.commands", "utils", "docs", "--name", "protlens", "--title", TITLE]
    made = subprocess.run([sys.executable, "-m", "typer", *words], capture_output=True, text=True, check=True)
    return NOTE + made.stdout.strip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
