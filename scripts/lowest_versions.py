"""Print the lowest version that pyproject.toml allows of each direct dependency, as constraints for pip.

python scripts/lowest_versions.py > lowest.txt

Torch stands apart: of its versions the tests have one at hand that is built for the CPU alone, the one that the
Makefile installs, and that one is kept.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEPT = {"torch"}


def lowest(project: dict) -> list[str]:
    """Return a line ``name==version`` for each dependency of the package and of its extra ``jupyter``.

    Raises
    ------
    ValueError
        If a dependency names no lowest version.
    """
    asked = [*project["dependencies"], *project["optional-dependencies"]["jupyter"]]
    lines = []
    for entry in asked:
        if not (parts := re.fullmatch(r"([\w.-]+)>=([\w.]+)", entry)):
            raise ValueError(f"dependency {entry!r}: it names no lowest version as NAME>=VERSION")
        if parts[1] not in KEPT:
            lines.append(f"{parts[1]}=={parts[2]}")
    return lines


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print("\n".join(lowest(project)))
