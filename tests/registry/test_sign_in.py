"""Signing in: links with both sides of their 24 hours, passwords, sessions, tokens, limits; secrets nowhere stored."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.clock import VIETNAM
from core.db import Database
from core.errors import NotSignedIn, OcopError, TooMany
from core.sql import Sql
from registry import accounts, sign_in
from registry.roles import Role
from registry.sign_in import Purpose, passwords, sessions
from registry.tables import table
from tests.registry.factories import COMMUNE, OFFICE, PROVINCE, SECOND, WALL, a_right, an_account, lines

DAY = timedelta(hours=24)
REAL_HASHER = passwords._hasher
PASSWORD = "chè xanh Tân Cương"
ROWS = Sql(sa.select(sa.func.count()).select_from(table(sign_in.WebSession)))


@pytest.fixture(scope="module", autouse=True)
def _light_hashes() -> Iterator[None]:
    """Real Argon2id with little memory, so that the tests need not wait for what is slow on purpose."""
    light = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: light)
        yield


@pytest.fixture(scope="module")
def hashed(_light_hashes: None) -> str:
    return sign_in.hash_password(PASSWORD)


def refusal(call) -> str:
    with pytest.raises(OcopError) as refused:
        call()
    return refused.value.code


def make(db: Database, account: str, purpose: Purpose = Purpose.SIGN_IN) -> str:
    return db.write_now(lambda tx: sign_in.make_link(tx, account, purpose, now_wall=WALL))


def use(db: Database, token: str, at: datetime = WALL, purpose: Purpose = Purpose.SIGN_IN) -> str:
    return db.write_now(lambda tx: sign_in.use_link(tx, token, purpose, now_wall=at))


def peek(
    db: Database, token: str, at: datetime = WALL, purpose: Purpose = Purpose.SIGN_IN
) -> sign_in.LinkView:
    return db.read_now(lambda rtx: sign_in.peek_link(rtx, token, purpose, now_wall=at))


def open_session(db: Database, account: str, **more: bool) -> sign_in.Opened:
    return db.write_now(lambda tx: sign_in.open_session(tx, account, now_wall=WALL, **more))


def who(db: Database, session_id: str, at: datetime = WALL) -> str | None:
    found = db.read_now(lambda rtx: sign_in.session_actor(rtx, session_id, at))
    return found and found.actor.account_id


def set_password(db: Database, account: str, hashed: str) -> None:
    db.write_now(lambda tx: sign_in.set_password(tx, account, hashed, via="web", now_wall=WALL))


def by_password(
    db: Database, login: str, password: str = PASSWORD, at: datetime = WALL, address: str = "127.0.0.1"
):
    return asyncio.run(sign_in.sign_in_password(db, login, password, address=address, now_wall=at))


# links


def test_a_link_works_until_the_last_instant_of_its_24_hours(house: Database) -> None:
    account = an_account(house)
    tokens = [make(house, account) for _ in range(3)]

    assert use(house, tokens[0], WALL + DAY - SECOND) == account
    assert use(house, tokens[1], WALL + DAY - timedelta(microseconds=1)) == account
    assert refusal(lambda: peek(house, tokens[2], WALL + DAY)) == "link_expired"
    assert refusal(lambda: use(house, tokens[2], WALL + DAY)) == "link_expired"


def test_a_link_works_once_and_looking_does_not_use_it(house: Database) -> None:
    account = an_account(house, "Nguyễn Thị Thử")
    token = make(house, account)

    assert peek(house, token) == peek(house, token) == sign_in.LinkView(
        account, "Nguyễn Thị Thử", Purpose.SIGN_IN, WALL + DAY
    )  # fmt: skip
    assert use(house, token) == account
    assert refusal(lambda: use(house, token)) == refusal(lambda: peek(house, token)) == "link_used"


def test_of_two_who_press_the_button_at_once_one_gets_in(house: Database) -> None:
    token = make(house, an_account(house))

    def press(_: int) -> str:
        try:
            use(house, token)
        except OcopError as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == ["in", "link_used", "link_used", "link_used"]


def test_a_link_is_good_for_its_own_purpose_only(house: Database, hashed: str) -> None:
    account = an_account(house)
    sign, recover = make(house, account), make(house, account, Purpose.RECOVER)

    assert refusal(lambda: use(house, recover)) == "link_unknown"
    assert (
        refusal(lambda: house.write_now(lambda tx: sign_in.recover(tx, sign, hashed, now_wall=WALL)))
        == "link_unknown"
    )
    assert refusal(lambda: peek(house, "niets")) == "link_unknown"
    assert use(house, sign) == account


def test_a_disabled_account_gets_no_link_and_its_old_one_stops(house: Database) -> None:
    account = an_account(house)
    token = make(house, account)
    house.write_now(lambda tx: accounts.disable_account(tx, account, actor=OFFICE, reason="x"))

    assert refusal(lambda: make(house, account)) == "account_disabled"
    assert refusal(lambda: use(house, token)) == "account_disabled"


def test_recovery_sets_the_password_and_ends_every_session_and_link(house: Database, hashed: str) -> None:
    account = an_account(house, email="thu@vidu.vn")
    old, other, token = (
        open_session(house, account),
        make(house, account),
        make(house, account, Purpose.RECOVER),
    )

    assert house.write_now(lambda tx: sign_in.recover(tx, token, hashed, now_wall=WALL)) == account

    assert who(house, old.session_id) is None
    assert refusal(lambda: use(house, other)) == "link_used"
    assert who(house, by_password(house, "thu@vidu.vn").session_id) == account
    line = lines(house, f"account/{account}")[-1]
    assert (line.trigger, line.actor.id, line.actor.role) == ("set_password", f"account/{account}", "holder")


def test_a_recovery_that_fails_leaves_the_old_password(house: Database, hashed: str) -> None:
    account = an_account(house, email="thu@vidu.vn")
    set_password(house, account, hashed)
    token = make(house, account, Purpose.RECOVER)

    assert (
        refusal(
            lambda: house.write_now(
                lambda tx: sign_in.recover(tx, token, "$argon2id$other", now_wall=WALL + DAY)
            )
        )
        == "link_expired"
    )
    assert who(house, by_password(house, "thu@vidu.vn").session_id) == account


def test_asking_for_a_link_tells_nobody_who_has_an_account_and_is_limited(house: Database) -> None:
    account = an_account(house, email="thu@vidu.vn")

    def ask(login: str, at: datetime = WALL, address: str = "10.0.0.1"):
        return house.write_now(
            lambda tx: sign_in.ask_link(tx, login, Purpose.RECOVER, address=address, now_wall=at)
        )

    assert ask("khac@vidu.vn") is None
    given = [ask("thu@vidu.vn") for _ in range(5)]
    assert {each[0] for each in given} == {account}
    assert peek(house, given[-1][1], purpose=Purpose.RECOVER).account_id == account
    assert refusal(lambda: ask("thu@vidu.vn", address="10.0.0.2")) == "too_many_tries"
    assert refusal(lambda: ask("thu@vidu.vn", WALL + timedelta(hours=1) - SECOND)) == "too_many_tries"
    assert ask("thu@vidu.vn", WALL + timedelta(hours=1)) is not None
    for _ in range(30):
        ask("khac@vidu.vn", address="10.0.0.9")
    assert refusal(lambda: ask("khac@vidu.vn", address="10.0.0.9")) == "too_many_tries"


# passwords


@pytest.mark.parametrize(
    ("password", "code"),
    [("ngắn", "password_short"), ("123456789", "password_short"), ("1234567890", "password_common"),
     ("MatKhau123", "password_common"), ("aaaaaaaaaaaa", "password_common"), ("x1" * 101, "password_long")],
)  # fmt: skip
def test_a_weak_password_is_refused_before_it_is_hashed(password: str, code: str) -> None:
    assert refusal(lambda: sign_in.hash_password(password)) == code


def test_a_hash_is_argon2id_and_another_keyboard_types_the_same_password(hashed: str) -> None:
    challenge = passwords.Challenge("a", hashed, "k")

    assert hashed.startswith("$argon2id$")
    assert passwords.matches(challenge, "che\u0300 xanh Tân Cương")  # the same letters, taken apart
    assert not passwords.matches(challenge, "che xanh Tan Cuong")
    assert not passwords.matches(challenge, PASSWORD * 100)


def test_the_hashes_of_the_house_cost_what_they_should() -> None:
    assert "$m=65536,t=3,p=4$" in REAL_HASHER().hash(PASSWORD)


def test_signing_in_by_password_opens_a_session(house: Database, hashed: str) -> None:
    account = an_account(house, email="thu@vidu.vn", phone="0900000001")
    set_password(house, account, hashed)

    assert who(house, by_password(house, " THU@vidu.vn").session_id) == account
    assert who(house, by_password(house, "0900 000 001").session_id) == account


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(house: Database, hashed: str) -> None:
    accounts_made = {name: an_account(house, email=f"{name}@vidu.vn") for name in ("co", "khong", "khoa")}
    set_password(house, accounts_made["co"], hashed)
    set_password(house, accounts_made["khoa"], hashed)
    house.write_now(lambda tx: accounts.disable_account(tx, accounts_made["khoa"], actor=OFFICE, reason="x"))
    tries = {
        "wrong password": ("co@vidu.vn", "sai mật khẩu rồi"), "no such name": ("ai@vidu.vn", PASSWORD),
        "no password set": ("khong@vidu.vn", PASSWORD), "disabled": ("khoa@vidu.vn", PASSWORD), "nonsense": ("", ""),
    }  # fmt: skip
    said = {}
    for name, (login, password) in tries.items():
        with pytest.raises(NotSignedIn) as refused:
            by_password(house, login, password)
        said[name] = refused.value.text()

    assert len(set(said.values())) == 1
    assert house.read_now(lambda rtx: rtx.sql.value(ROWS)) == 0


def test_after_five_wrong_ones_even_the_right_one_waits_a_quarter_of_an_hour(
    house: Database, hashed: str
) -> None:
    account = an_account(house, email="thu@vidu.vn", phone="0900000001")
    set_password(house, account, hashed)
    for login in ("thu@vidu.vn", "0900000001", "THU@vidu.vn", "thu@vidu.vn", "+84900000001"):
        assert refusal(lambda login=login: by_password(house, login, "sai mật khẩu rồi")) == "wrong_login"

    with pytest.raises(TooMany) as refused:
        by_password(house, "thu@vidu.vn", at=WALL + timedelta(minutes=14, seconds=59), address="127.0.0.2")
    assert refused.value.params == {"minutes": 1}
    assert (
        who(
            house,
            by_password(house, "thu@vidu.vn", at=WALL + timedelta(minutes=15)).session_id,
            WALL + timedelta(minutes=15),
        )
        == account
    )


def test_a_right_password_forgets_the_wrong_ones_before_it(house: Database, hashed: str) -> None:
    account = an_account(house, email="thu@vidu.vn")
    set_password(house, account, hashed)
    for _ in range(2):
        for _ in range(4):
            assert refusal(lambda: by_password(house, "thu@vidu.vn", "sai mật khẩu rồi")) == "wrong_login"
        by_password(house, "thu@vidu.vn")


def test_guesses_made_at_once_are_counted_one_by_one(house: Database) -> None:
    account = an_account(house, email="thu@vidu.vn")

    def begin(_: int) -> str:
        try:
            house.write_now(lambda tx: passwords.begin(tx, "thu@vidu.vn", address="a", now_wall=WALL))
        except TooMany:
            return "wait"
        return "try"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(begin, range(12)))
    assert (answers.count("try"), account != "") == (5, True)


def test_one_address_cannot_try_name_after_name(house: Database) -> None:
    for number in range(50):
        house.write_now(
            lambda tx, n=number: passwords.begin(tx, f"ten{n}@vidu.vn", address="a", now_wall=WALL)
        )

    assert (
        refusal(
            lambda: house.write_now(
                lambda tx: passwords.begin(tx, "ten51@vidu.vn", address="a", now_wall=WALL)
            )
        )
        == "too_many_tries"
    )
    house.write_now(lambda tx: passwords.begin(tx, "ten51@vidu.vn", address="b", now_wall=WALL))


def test_a_password_changed_while_it_was_checked_does_not_sign_in(house: Database, hashed: str) -> None:
    account = an_account(house, email="thu@vidu.vn")
    set_password(house, account, hashed)
    challenge = house.write_now(lambda tx: passwords.begin(tx, "thu@vidu.vn", address="a", now_wall=WALL))
    set_password(house, account, "$argon2id$another")

    assert (
        refusal(lambda: house.write_now(lambda tx: passwords.finish(tx, challenge, now_wall=WALL)))
        == "wrong_login"
    )


# sessions


def test_a_session_knows_the_person_and_todays_rights_in_one_select(house: Database) -> None:
    account = an_account(house, "Nguyễn Thị Thử")
    a_right(house, account, Role.COMMUNE, COMMUNE)
    a_right(house, account, Role.SECRETARY, PROVINCE)
    opened = open_session(house, account)
    counted = []

    def look(rtx):
        inner = rtx.sql.all
        rtx.sql = type("Counting", (), {"all": lambda self, *a, **k: counted.append(1) or inner(*a, **k)})()
        return sign_in.session_actor(rtx, opened.session_id, WALL)

    found = house.read_now(look)
    assert (found.actor.name, found.csrf, found.touch_due, len(counted)) == (
        "Nguyễn Thị Thử",
        opened.csrf,
        False,
        1,
    )
    assert {held.role for held in found.actor.appointments} == {Role.COMMUNE, Role.SECRETARY}


def test_a_session_of_a_person_without_rights_is_still_one(house: Database) -> None:
    account = an_account(house)
    opened = open_session(house, account)

    found = house.read_now(lambda rtx: sign_in.session_actor(rtx, opened.session_id, WALL))
    assert (found.actor.account_id, found.actor.appointments) == (account, ())


def test_a_right_ended_yesterday_is_gone_from_an_open_session_today(house: Database) -> None:
    account = an_account(house)
    today = house.clock.business_now().astimezone(VIETNAM).date()
    a_right(house, account, ends_on=today)
    opened = open_session(house, account)

    def roles() -> int:
        found = house.read_now(lambda rtx: sign_in.session_actor(rtx, opened.session_id, WALL))
        return len(found.actor.appointments)

    assert roles() == 1
    house.clock.move_to(house.clock.business_now() + DAY)  # type: ignore[attr-defined]
    assert roles() == 0


@pytest.mark.parametrize(
    ("remember", "idle", "lasts"),
    [(False, sessions.IDLE, sessions.LASTS), (True, sessions.IDLE_REMEMBERED, sessions.LASTS_REMEMBERED)],
)
def test_an_idle_session_ends_at_its_instant_and_a_used_one_at_its_last(house, remember, idle, lasts) -> None:
    account = an_account(house)
    opened = open_session(house, account, remember=remember)
    id_hash = house.read_now(lambda rtx: sign_in.session_actor(rtx, opened.session_id, WALL)).id_hash

    assert who(house, opened.session_id, WALL + idle - SECOND) == account
    assert who(house, opened.session_id, WALL + idle) is None
    at = WALL
    while at + idle < opened.expires_at:
        at += idle - SECOND
        house.write_now(lambda tx, now=at: sign_in.touch_session(tx, id_hash, now_wall=now))
    assert opened.expires_at == WALL + lasts
    assert who(house, opened.session_id, opened.expires_at - SECOND) == account
    assert who(house, opened.session_id, opened.expires_at) is None


def test_a_visit_is_due_to_be_written_down_after_five_minutes(house: Database) -> None:
    opened = open_session(house, an_account(house))

    def due(at: datetime) -> bool:
        return house.read_now(lambda rtx: sign_in.session_actor(rtx, opened.session_id, at)).touch_due

    assert (due(WALL + timedelta(minutes=5) - SECOND), due(WALL + timedelta(minutes=5))) == (False, True)


def test_signing_out_here_leaves_the_other_session_and_everywhere_leaves_none(house: Database) -> None:
    account, other = an_account(house), an_account(house, "Khác")
    one, two, three, foreign = (open_session(house, each) for each in (account, account, account, other))
    id_hash = house.read_now(lambda rtx: sign_in.session_actor(rtx, one.session_id, WALL)).id_hash

    house.write_now(lambda tx: sign_in.close_session(tx, id_hash, now_wall=WALL))
    assert (who(house, one.session_id), who(house, two.session_id)) == (None, account)
    house.write_now(lambda tx: sign_in.touch_session(tx, id_hash, now_wall=WALL))
    assert who(house, one.session_id) is None
    assert house.write_now(lambda tx: sign_in.sign_out_everywhere(tx, account, now_wall=WALL)) == 2
    assert [who(house, each.session_id) for each in (one, two, three, foreign)] == [None, None, None, other]


def test_disabling_an_account_ends_its_sessions_and_tokens_at_once(house: Database) -> None:
    account = an_account(house)
    opened = open_session(house, account)
    token = house.write_now(lambda tx: sign_in.make_token(tx, account, "máy", now_wall=WALL))
    house.write_now(lambda tx: accounts.disable_account(tx, account, actor=OFFICE, reason="x"))

    assert who(house, opened.session_id) is None
    assert house.read_now(lambda rtx: sign_in.token_actor(rtx, token, WALL)) is None
    assert refusal(lambda: open_session(house, account)) == "unknown_account"


def test_a_cookie_of_nonsense_is_nobody(house: Database) -> None:
    open_session(house, an_account(house))

    assert [who(house, each) for each in ("", "x", "\udcff", "' OR 1=1 --")] == [None] * 4


# tokens


def test_a_token_acts_with_the_rights_of_its_account_until_its_last_instant(house: Database) -> None:
    account = an_account(house)
    a_right(house, account)
    token = house.write_now(lambda tx: sign_in.make_token(tx, account, "bảng tính", days=2, now_wall=WALL))

    def actor(at: datetime):
        return house.read_now(lambda rtx: sign_in.token_actor(rtx, token, at))

    assert (actor(WALL).via, [held.role for held in actor(WALL).appointments]) == ("api", [Role.COMMUNE])
    assert actor(WALL + timedelta(days=2) - SECOND) is not None
    assert actor(WALL + timedelta(days=2)) is None


def test_a_token_is_revoked_by_its_owner_only(house: Database) -> None:
    account, other = an_account(house), an_account(house, "Khác")
    token = house.write_now(lambda tx: sign_in.make_token(tx, account, "máy", now_wall=WALL))
    [listed] = house.read_now(lambda rtx: sign_in.tokens_of(rtx, account, WALL))

    def revoke(whose: str) -> None:
        house.write_now(lambda tx: sign_in.revoke_token(tx, whose, listed.id, now_wall=WALL))

    assert refusal(lambda: revoke(other)) == "unknown_token"
    assert house.read_now(lambda rtx: sign_in.token_actor(rtx, token, WALL)) is not None
    revoke(account)
    assert house.read_now(lambda rtx: sign_in.token_actor(rtx, token, WALL)) is None
    assert house.read_now(lambda rtx: sign_in.tokens_of(rtx, account, WALL)) == []
    assert refusal(lambda: revoke(account)) == "unknown_token"


@pytest.mark.parametrize("days", [0, 367])
def test_a_token_for_no_time_or_too_long_is_refused(house: Database, days: int) -> None:
    account = an_account(house)

    assert (
        refusal(lambda: house.write_now(lambda tx: sign_in.make_token(tx, account, "x", days=days)))
        == "token_days"
    )


# all of them


def test_no_secret_can_be_read_from_the_database(house: Database, hashed: str) -> None:
    account = an_account(house, email="thu@vidu.vn")
    set_password(house, account, hashed)
    secrets = [
        make(house, account), open_session(house, account).session_id,
        house.write_now(lambda tx: sign_in.make_token(tx, account, "x", now_wall=WALL)), PASSWORD,
    ]  # fmt: skip
    by_password(house, "thu@vidu.vn")

    def everything(rtx) -> str:
        names = ("login_link", "web_session", "api_token", "login_attempt", "account", "history")
        return "".join(str(rtx.sql.all(Sql(sa.text(f"SELECT * FROM {name}")))) for name in names)

    stored = house.read_now(everything)
    assert hashed in stored
    assert [secret in stored for secret in secrets] == [False] * 4
    assert len({len(secret) for secret in secrets[:3]}) == 1
    assert len(secrets[0]) == 43


def test_what_ended_is_swept_away_and_what_holds_stays(house: Database) -> None:
    account = an_account(house)
    token = make(house, account)
    opened = open_session(house, account)

    assert house.write_now(lambda tx: sign_in.forget_old(tx, WALL + DAY - SECOND)) == 0
    assert house.write_now(lambda tx: sign_in.forget_old(tx, WALL + DAY)) == 1
    assert refusal(lambda: peek(house, token)) == "link_unknown"
    assert who(house, opened.session_id) == account


def test_the_hashing_library_is_not_loaded_before_it_is_needed() -> None:
    import subprocess
    import sys

    code = "import registry.sign_in, sys; print([name for name in sys.modules if name.startswith(('pwdlib', 'argon2'))])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
