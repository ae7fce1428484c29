"""Who can sign in to a new installation, on both databases: a link until it has been used, and one administrator."""

from pathlib import Path

import pytest

from core.config import Config
from core.db import Database
from ocop import installation
from registry import sign_in
from registry.accounts.appointments import holders, today
from registry.roles import Role
from registry.units_seed import seed_units


@pytest.fixture
def new(db: Database) -> Database:
    db.write_now(seed_units)
    db.write_now(lambda tx: installation.house.set_mark(tx, installation.house.ORIGIN, "ocop/log"))
    return db


def admins(db: Database) -> int:
    return db.read_now(lambda rtx: len(holders(rtx, Role.ADMIN, today(rtx))))


def test_every_start_gives_a_link_until_one_was_used(new: Database) -> None:
    first, second = (new.write_now(installation.admin_link) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first != second, admins(new)) == (True, 1)

    new.write_now(lambda tx: sign_in.open_session(tx, sign_in.use_link(tx, second)))

    assert not new.read_now(installation.admin_waits)
    assert new.write_now(installation.admin_link) is None
    assert admins(new) == 1


def test_a_password_counts_as_having_signed_in(new: Database) -> None:
    new.write_now(installation.admin_link)
    (admin,) = new.read_now(lambda rtx: [held.account_id for held in holders(rtx, Role.ADMIN, today(rtx))])
    hashed = sign_in.hash_password("một mật khẩu đủ dài 2027")

    new.write_now(lambda tx: sign_in.set_password(tx, admin, hashed, via="web"))

    assert not new.read_now(installation.admin_waits)


def test_the_scaled_set_up_says_how_to_get_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ocop serve` never migrates, but somebody must be able to sign in behind it."""
    monkeypatch.delenv("OCOP_DATABASE_URL", raising=False)
    monkeypatch.delenv("OCOP_CLOCK", raising=False)
    from ocop.service import admin_lines

    config = Config(data_dir=tmp_path / "data")
    installation.prepare(config)
    opened = installation.opened(config)
    try:
        (line,) = admin_lines(opened)
    finally:
        opened.close()

    assert line.startswith("One-time link for the administrator (24 hours): http://127.0.0.1:8080/dang-nhap/")
