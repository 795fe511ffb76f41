"""The font of figures: matplotlib's DejaVu Sans, or one like Helvetica, cut to what figures are likely to say.

A PDF carries the letters that it shows. To cut them out of the whole font, with its thousands of letters and its tables
of Arabic ligatures, takes ten times as long as to draw the figure; out of this one it takes next to nothing. A letter
that is not in it (a property may be named in any script) is drawn from the whole font.
"""

import atexit
import logging
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from protlens.files import replacing

WHOLE = "DejaVu Sans"
HELVETICA = ("Helvetica", "Arial", "Liberation Sans", "Arimo")
"""Fonts of one measure that journals ask for; the first that is installed is taken."""
_LETTERS = [*range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x2070), *range(0x2190, 0x2270)]
"""Latin, Greek, punctuation, arrows and signs of mathematics."""
_FAMILY_NAMES = (1, 16)


@cache
def font_families(wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the names of the fonts to draw with, the cut one first; it is made once a process.

    Parameters
    ----------
    wanted
        Names of fonts; DejaVu Sans stands in where none of them is installed as TrueType, and for letters they lack.
    """
    source = next((found for name in wanted if (found := _installed(name))), None)
    if wanted and source is None:
        return font_families()
    folder = Path(tempfile.mkdtemp(prefix="protlens-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "figures.ttf"
    source = source or Path(font_manager.findfont(WHOLE))
    name = f"{source.stem} for figures"
    _cut(source, path, name)
    font_manager.fontManager.addfont(path)
    return name, WHOLE


def _installed(name: str) -> Path | None:
    """Return the file of a font's regular weight, None where there is none."""
    with suppress(ValueError):
        found = Path(font_manager.findfont(FontProperties(family=name, weight="regular"), fallback_to_default=False))
        return found if found.suffix.lower() == ".ttf" else None
    return None


def _cut(source: Path, path: Path, name: str) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(
        layout_features=[], glyph_names=True, name_IDs=["*"], legacy_kern=True, notdef_outline=True, hinting=True
    )
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "FFTM"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_LETTERS)
    with TTFont(source, recalcTimestamp=False) as font:
        cutter.subset(font)
        for record in font["name"].names:
            if record.nameID in _FAMILY_NAMES:
                record.string = name
        with replacing(path) as beside:  # where the disk is full, it says so in a line
            font.save(beside)
