"""The built files of the page, by a fixed table of names."""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from protlens.page.hosting import NAMES

_TYPES = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its content, plain and gzipped, its tag and its media type."""

    plain: bytes
    packed: bytes
    tag: str
    media_type: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        """Read a built file."""
        content = path.read_bytes()
        tag = f'"{sha256(content).hexdigest()[:32]}"'
        return cls(content, gzip.compress(content, compresslevel=6, mtime=0), tag, _TYPES[path.suffix])


class Assets:
    """Answers with the built files; browsers keep them and ask whether they are still the same.

    Parameters
    ----------
    folder
        Where they are; they are read at once.
    """

    def __init__(self, folder: Path) -> None:
        self._assets = {name: Asset.read(folder / name) for name in NAMES}

    async def answer(self, request: Request) -> Response:
        """Answer a request for the file with the name in the address."""
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        headers = {"ETag": asset.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if asset.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.plain, headers=headers, media_type=asset.media_type)
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, headers=headers, media_type=asset.media_type)
