"""Reads packaged law files strictly: no doubled key, no unknown key, every fault with its file, place and mend.

Knows the formats (YAML for people, canonical JSON for hashing), never the meaning of a value.
"""

import gc
import json
import unicodedata
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from regulations.errors import RegulationError

DATA = Path(__file__).parent / "data"

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]  # either loader will do

M = TypeVar("M", bound=BaseModel)

_MENDS = {
    "missing": "add this key",
    "extra_forbidden": "take the key out or correct its spelling",
    "too_short": "name at least one",
    "json_invalid": "correct the JSON",
}


class Strict(BaseModel):
    """Base of all loaded law data: frozen, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class _Loader(_SafeLoader):
    """YAML without doubled keys: PyYAML keeps the last one in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise RegulationError(
                    "law_file_invalid",
                    f"key {key.value} stands twice",
                    place=f"line {line}",
                    mend="keep one of them",
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str, file: str) -> dict[str, object]:
    """Return a YAML file as a mapping.

    Raises:
        RegulationError: `law_file_invalid`, the text is no YAML mapping, is not NFC or names a key twice.
    """
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 -- a safe loader
    except yaml.YAMLError as error:
        raise RegulationError(
            "law_file_invalid", f"no YAML: {error}", file=file, mend="correct the syntax"
        ) from error
    except RegulationError as error:
        error.file = file
        raise
    if not isinstance(data, dict):
        raise RegulationError(
            "law_file_invalid", "no mapping at the top", file=file, mend="start with `schema:`"
        )
    if not unicodedata.is_normalized("NFC", text):
        raise RegulationError(
            "law_file_invalid", "text is not NFC", file=file, mend="save the file as Unicode NFC"
        )
    return data


def canonical(data: object) -> bytes:
    """Return RFC 8785 JSON of data without floats; dates become ISO text.

    Raises:
        RegulationError: `law_file_invalid`, a float or another type that has no one spelling.
    """
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    ).encode()


def _plain(value: object) -> str:
    if type(value) is date:
        return value.isoformat()
    raise RegulationError(
        "law_file_invalid", f"{value!r} has no canonical form", mend="use text, whole numbers or days"
    )


def parse(model: type[M], data: bytes, file: str) -> M:
    """Return the model of a JSON document, with the first fault as an error that names the place.

    Raises:
        RegulationError: `law_file_invalid`.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        mend = _MENDS.get(first["type"], "correct the value")
        more = f" ({error.error_count()} faults)" if error.error_count() > 1 else ""
        raise RegulationError(
            "law_file_invalid", f"{first['msg']}{more}", file=file, place=place, mend=mend
        ) from None


@contextmanager
def one_big_load() -> Iterator[None]:
    """Keep the garbage collector quiet while thousands of lasting objects are made (a third of the load time)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
