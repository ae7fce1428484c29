"""The packaged sheet files: their index with digests, and the bytes of each, checked against it.

Only bytes and names; what a sheet says is read in `sheets`.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from regulations import law_files
from regulations.errors import RegulationError

FOLDER = law_files.DATA / "sheets"
INDEX = "index.json"


@lru_cache(maxsize=1)
def index() -> Mapping[str, Mapping[str, str]]:
    """Return edition → file name → SHA-256 of the file.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    try:
        content = json.loads((FOLDER / INDEX).read_bytes())
        return {str(edition): dict(files) for edition, files in content["editions"].items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise RegulationError(
            "law_file_invalid",
            f"unreadable: {error}",
            file=INDEX,
            mend="run regulations.convert_sheets again",
        ) from error


def digests(edition: str) -> Mapping[str, str]:
    """Return file name → SHA-256 for one edition, the taxonomy included.

    Raises:
        RegulationError: `law_file_invalid`, there is no such edition.
    """
    if edition not in index():
        raise RegulationError(
            "law_file_invalid",
            f"no sheets of edition {edition}",
            place="sheets.value",
            mend="name an edition",
        )
    return index()[edition]


def read(edition: str, name: str) -> bytes:
    """Return the bytes of one sheet file.

    Raises:
        RegulationError: `law_file_invalid`, the file is missing or not the one the index names.
    """
    try:
        content = (FOLDER / name).read_bytes()
    except OSError as error:
        raise RegulationError(
            "law_file_invalid", "missing", file=name, mend="run regulations.convert_sheets"
        ) from error
    if hashlib.sha256(content).hexdigest() != digests(edition)[name]:
        raise RegulationError(
            "law_file_invalid",
            "not the file of the index",
            file=name,
            mend="run regulations.convert_sheets again",
        )
    return content
