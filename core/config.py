"""What an installation was told at start: one frozen value read from the environment.

It must never be read again later, and never hold what belongs in the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from core.errors import BadInput, FieldError

T = TypeVar("T")
BASE_URL = "http://127.0.0.1:8080"
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one process. `database_url` None means SQLite in the data folder.

    `hasty` waits for no disk at a commit: for building what is built anew if the power fails. No environment sets it.
    """

    data_dir: Path
    database_url: str | None = field(default=None, repr=False)
    clock: str | None = None
    base_url: str = BASE_URL
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_from: str = "ocop@localhost"
    smtp_tls: bool = False
    session_secret: str | None = field(default=None, repr=False)
    hasty: bool = False

    @property
    def database_file(self) -> Path:
        return self.data_dir / "ocop.db"

    @classmethod
    def load(cls, env: Mapping[str, str], data_dir: Path | None = None) -> "Config":
        """Read `OCOP_*` from the environment; `data_dir` given by hand wins.

        Raises:
            BadInput: a value cannot be read, or the database is of a kind the house does not know.
        """
        reader = _Reader(env)
        config = cls(
            data_dir=data_dir or Path(reader.text("OCOP_DATA") or "ocop-data"),
            database_url=reader.database_url("OCOP_DATABASE_URL"),
            clock=reader.text("OCOP_CLOCK"),
            base_url=(reader.text("OCOP_BASE_URL") or BASE_URL).rstrip("/"),
            smtp_host=reader.text("OCOP_SMTP_HOST"),
            smtp_port=reader.port("OCOP_SMTP_PORT", 25),
            smtp_user=reader.text("OCOP_SMTP_USER"),
            smtp_password=reader.text("OCOP_SMTP_PASSWORD"),
            smtp_from=reader.text("OCOP_SMTP_FROM") or "ocop@localhost",
            smtp_tls=reader.flag("OCOP_SMTP_TLS"),
            session_secret=reader.text("OCOP_SESSION_SECRET"),
        )
        if reader.errors:
            raise BadInput("config_unreadable", fields=reader.errors, names=", ".join(reader.names()))
        return config


class _Reader:
    """Reads named values and keeps every mistake, so that all are told at once."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.errors: list[FieldError] = []

    def text(self, name: str) -> str | None:
        return self._env.get(name, "").strip() or None

    def port(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
            return int(value)
        return self._wrong(name, "config_no_port", default)

    def flag(self, name: str) -> bool:
        value = (self.text(name) or "0").lower()
        return value in _TRUE if value in _TRUE | _FALSE else self._wrong(name, "config_no_flag", False)

    def database_url(self, name: str) -> str | None:
        value = self.text(name)
        if value is None or value.startswith(("postgresql+psycopg://", "postgresql://")):
            return value
        return self._wrong(name, "config_no_database_url", None)

    def names(self) -> list[str]:
        return [error.path for error in self.errors]

    def _wrong(self, name: str, code: str, default: T) -> T:
        self.errors.append(FieldError(name, code))
        return default
