"""What all bodies share: nothing unknown, no text a database cannot keep.

It never judges a value; that is for the commands below.
"""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.kinds import ID

Name = Annotated[str, StringConstraints(max_length=300)]
Code = Annotated[str, StringConstraints(max_length=120)]
Id = Annotated[str, StringConstraints(pattern=ID)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
DEEPEST = 20


class Body(BaseModel):
    """A request's body: an unknown field is refused, so nothing is ever taken for what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def readable(cls, value: Any) -> Any:
        """Refuse NUL, halves of surrogate pairs, and nesting nobody needs, anywhere inside."""
        if not _readable(value, DEEPEST):
            raise PydanticCustomError("unreadable_text", "unreadable text")
        return value


_HALF_PAIR = re.compile(r"[\ud800-\udfff]").search


def _readable(value: Any, deep: int) -> bool:
    if isinstance(value, str):
        return "\0" not in value and _HALF_PAIR(value) is None
    if isinstance(value, dict):
        return deep > 0 and all(
            _readable(key, 0) and _readable(each, deep - 1) for key, each in value.items()
        )
    if isinstance(value, list):
        return deep > 0 and all(_readable(each, deep - 1) for each in value)
    return True


class Read(BaseModel):
    """Something given out; the class is what the OpenAPI file says of it."""

    model_config = ConfigDict(
        extra="forbid", defer_build=True
    )  # only the OpenAPI file asks what it is made of
