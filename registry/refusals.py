"""Bad input of this room: which field, which code, and the values its text needs.

It never words anything: the sentence for a person is `texts.vi.toml` under `error.<code>`.
"""

from unicodedata import normalize

from core.errors import BadInput, FieldError


def bad_field(path: str, code: str, **params: str | int | None) -> BadInput:
    """Return the error for one field, ready to be raised; its text says how to mend it."""
    return BadInput(code, fields=[FieldError(path, code, {"field": path, **params})], field=path, **params)


def required_text(text: str, path: str, *, longest: int = 300) -> str:
    """Return the text in NFC with single spaces.

    Raises:
        BadInput: `required`, or `too_long` with the number of characters allowed.
    """
    clean = " ".join(normalize("NFC", text).split())
    if not clean:
        raise bad_field(path, "required")
    if len(clean) > longest:
        raise bad_field(path, "too_long", longest=longest)
    return clean
