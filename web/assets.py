"""Static files under names that carry the hash of their content, so that browsers may keep them for a year.

It never reads a file outside of its own folder, and nothing at all after the start.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from fastapi import APIRouter
from starlette.responses import Response

from core.errors import NotFound

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_SVG = "{http://www.w3.org/2000/svg}"
router = APIRouter(include_in_schema=False)


@cache
def files() -> Mapping[str, tuple[bytes, str]]:
    """Content and type of every file by its name with the hash."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            name = f"{path.stem}-{sha256(content).hexdigest()[:12]}{path.suffix}"
            found[name] = (content, _TYPES[path.suffix])
    return MappingProxyType(found)


@cache
def url(name: str) -> str:
    """The address of a static file, such as `base.css`.

    Raises:
        KeyError: there is no such file.
    """
    stem, _, suffix = name.rpartition(".")
    for hashed in files():
        if hashed.startswith(f"{stem}-") and hashed.endswith(f".{suffix}"):
            return f"/static/{hashed}"
    raise KeyError(name)


@cache
def symbols() -> Mapping[str, str]:
    """The drawings of `icons.svg` by name, without the `i-`."""
    ET.register_namespace("", _SVG.strip("{}"))
    tree = ET.parse(FOLDER / "icons.svg")  # noqa: S314 -- our own packaged file
    found = {}
    for symbol in tree.iter(f"{_SVG}symbol"):
        text = ET.tostring(symbol, encoding="unicode").strip()
        found[symbol.attrib["id"].removeprefix("i-")] = text.replace(
            ' xmlns="http://www.w3.org/2000/svg"', ""
        )
    return MappingProxyType(found)


@router.get("/static/{name}")
async def static_file(name: str) -> Response:
    """A file under its hashed name; an old name is not found, never answered with newer content."""
    if name not in files():
        raise NotFound("not_found")
    content, kind = files()[name]
    return Response(content, media_type=kind, headers={"cache-control": FOR_EVER})
