"""Print constraints for pip: the lowest version that pyproject.toml allows of each direct dependency.

python scripts/lowest_versions.py torch==2.13.0 > lowest.txt

What is named on the command line stands as it is named there. That is torch, of which only one version is at hand that
is built for the CPU alone; its lowest version is not tried.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lowest(project: dict, kept: list[str]) -> list[str]:
    """Return a line for each dependency of the package and of its extra ``jupyter``, after those that are kept.

    Raises
    ------
    ValueError
        If a dependency names no lowest version.
    """
    held = {name.partition("==")[0] for name in kept}
    lines = list(kept)
    for entry in [*project["dependencies"], *project["optional-dependencies"]["jupyter"]]:
        if not (parts := re.fullmatch(r"([\w.-]+)>=(\d[\d.]*)", entry)):
            raise ValueError(f"dependency {entry!r}: it names no lowest version as NAME>=VERSION")
        name, version = parts.groups()
        if name not in held:
            lines.append(f"{name}=={version}")
    return lines


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print("\n".join(lowest(project, sys.argv[1:])))
