"""What the page shows in 3-D, as files for other programs: a script for PyMOL, an archive for ChimeraX."""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import cast, get_args
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from protlens.errors import OptionError, explain, shortened
from protlens.explorer.dressed_scene import ArcChoice, ShownArcs, dressed_scene
from protlens.page.hosting import DocumentSource
from protlens.scene.scene_files import plain_name, scene_files
from protlens.web.concurrency import in_turn

_ASKED = ("protein", "head", "property", "threshold", "arcs", "show")


class Exports:
    """Answers with files of a scene, made in threads, one after the other.

    Parameters
    ----------
    source
        Where the documents come from.
    """

    def __init__(self, source: DocumentSource) -> None:
        self._source = source
        self._turn = CapacityLimiter(1)

    async def pymol(self, request: Request) -> Response:
        """Answer with a script for PyMOL, which has the structure inside."""
        files = await in_turn(request, self._turn, self._make, "pml", dict(request.query_params))
        (text,) = files.values()
        return Response(text, media_type="text/plain; charset=utf-8")

    async def chimerax(self, request: Request) -> Response:
        """Answer with an archive of the commands for ChimeraX and the two files that they open."""
        files = await in_turn(request, self._turn, self._make, "cxc", dict(request.query_params))
        return Response(_archive(files), media_type="application/zip")

    def _make(self, suffix: str, asked: Mapping[str, str]) -> dict[str, str]:
        if missing := [name for name in _ASKED if name not in asked]:
            raise OptionError(explain(f"scene.{suffix}", found=f"no {missing[0]}", allowed=_ASKED))
        scene = dressed_scene(self._source, protein=asked["protein"], head=asked["head"], choice=_choice(asked))
        stem = plain_name(f"{asked['protein']}-{asked['head']}")
        return scene_files(scene, f"{stem[-80:]}.{suffix}")


def _choice(asked: Mapping[str, str]) -> ArcChoice:
    if asked["show"] not in get_args(ShownArcs):
        raise OptionError(explain(f"show {shortened(asked['show'])!r}", allowed=get_args(ShownArcs)))
    return ArcChoice(
        property=shortened(asked["property"]),
        threshold=_number("threshold", asked["threshold"], most=1),
        arcs=int(_number("arcs", asked["arcs"], most=10_000)),
        show=cast(ShownArcs, asked["show"]),
    )


def _number(name: str, text: str, *, most: float) -> float:
    found = re.fullmatch(r"\d{1,6}(\.\d{1,12})?", text, re.ASCII)
    if not found or float(text) > most:
        raise OptionError(explain(f"{name} {shortened(text)!r}", allowed=f"0 to {most:g}"))
    return float(text)


def _archive(files: Mapping[str, str]) -> bytes:
    """Return a ZIP archive; equal files give equal bytes."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(ZipInfo(name), text, compress_type=ZIP_DEFLATED)
    return written.getvalue()
