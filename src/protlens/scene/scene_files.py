"""A scene as the files of the programs that open it."""

import json
import re
from pathlib import PurePath

from protlens.scene.chimerax import chimerax_files
from protlens.scene.pymol import pymol_script
from protlens.scene.with_arcs import Scene


def scene_files(scene: Scene, name: str) -> dict[str, str]:
    """Return the text of each file by its name: the one that is opened last, and before it those that it reads.

    Parameters
    ----------
    scene
        Of :func:`protlens.scene.with_arcs.dress`.
    name
        Of the file that is opened; it ends in ``.mvsj``, ``.pml`` (PyMOL) or ``.cxc`` (ChimeraX).

    Examples
    --------
    >>> list(scene_files(scene, "1crn.cxc"))
    ['1crn.cif', '1crn.bild', '1crn.cxc']
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == ".pml":
        return {name: pymol_script(scene)}
    if suffix != ".cxc":
        return {name: json.dumps(scene)}
    plain = plain_name(PurePath(name).stem)
    beside = f"{plain}.cif", f"{plain}.bild"
    commands, structure, arcs = chimerax_files(scene, structure=beside[0], arcs=beside[1])
    return {beside[0]: structure, beside[1]: arcs, name: commands}


def plain_name(text: str) -> str:
    """Return a name for a file: each character but letters, digits, dots, dashes and underscores becomes one of these.

    Examples
    --------
    >>> plain_name("7HVP.A+B; exit")
    '7HVP.A_B__exit'
    """
    return re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)
