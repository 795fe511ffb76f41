"""The files of the page, which are built from ``frontend/`` when protlens is built."""

from pathlib import Path

from protlens.errors import PageError, explain

ASSETS = Path(__file__).parent / "assets"
"""Where the build writes."""

NAMES = ("page.js", "page.css", "viewer.js")
"""The page, how it looks, and the 3-D viewer that it loads when a structure is first shown."""


def page_assets() -> Path:
    """Return the folder that holds the files of the page, by the names in ``NAMES``, with the licences of others' code.

    Raises
    ------
    PageError
        If the page was not built when protlens was installed.
    """
    missing = [name for name in NAMES if not (ASSETS / name).is_file()]
    if missing:
        hint = "install protlens from a wheel, or run `python frontend/build.py` in its source folder"
        found = f"it was not built when protlens was installed ({', '.join(missing)} missing)"
        raise PageError(explain("the page of the report and the explorer", found=found, hint=hint))
    return ASSETS
