"""Accounts and appointments: rights with their first and last day, at the right unit, and a line for each change."""

from datetime import date, timedelta

import pytest

from core.db import Database
from core.errors import BadInput, NotFound, OcopError, Refused
from registry import accounts
from registry.actors import load_actor
from registry.roles import COUNTRY, Role, Seat
from tests.registry.factories import (
    COMMUNE,
    OFFICE,
    OTHER_COMMUNE,
    OTHER_PROVINCE,
    PROVINCE,
    WARD,
    a_producer,
    a_right,
    an_account,
    everything_in_history,
    lines,
)

TODAY = date(2027, 1, 4)
DAY = timedelta(days=1)
ANY = {"commune_code": COMMUNE, "province_code": PROVINCE, "producer_id": None}


def roles_now(db: Database, account_id: str) -> set[str]:
    return {
        held.role.value for held in db.read_now(lambda rtx: load_actor(rtx, account_id, "web")).appointments
    }


def refusal(call) -> str:
    with pytest.raises(OcopError) as refused:
        call()
    return refused.value.code


def test_a_new_account_has_no_right_and_its_line_holds_no_personal_data(house: Database) -> None:
    account = an_account(house, "Nguyễn Thị Thử", email="Thu@vidu.vn", phone="0900 000 001")

    assert roles_now(house, account) == set()
    assert [(line.kind, line.trigger, dict(line.inputs)) for line in lines(house, f"account/{account}")] == [
        ("fact_noted", "add_account", {})
    ]
    history = house.read_now(everything_in_history)
    assert not any(word in history for word in ("Nguyễn", "vidu.vn", "900000001"))


def test_an_account_is_found_by_either_address_in_any_spelling(house: Database) -> None:
    account = an_account(house, email="thu@vidu.vn", phone="0900000001")

    def found(login: str) -> str | None:
        read = house.read_now(lambda rtx: accounts.find_account(rtx, login))
        return read and read.id

    assert found("THU@vidu.vn") == found("+84 900 000 001") == account
    assert found("khac@vidu.vn") is found("0900000002") is found("không phải số") is None


@pytest.mark.parametrize(
    ("more", "code"), [({"email": "THU@vidu.vn"}, "email_taken"), ({"phone": "84900000001"}, "phone_taken")]
)
def test_an_address_belongs_to_one_account(house: Database, more: dict[str, str], code: str) -> None:
    first = an_account(house, email="thu@vidu.vn", phone="0900000001")
    second = an_account(house, "Hai")

    assert refusal(lambda: an_account(house, "Ba", **more)) == code
    both = {"email": None, "phone": None} | more
    assert (
        refusal(
            lambda: house.write_now(
                lambda tx: accounts.change_account(tx, second, name="Hai", actor=OFFICE, **both)
            )
        )
        == code
    )
    house.write_now(lambda tx: accounts.change_account(tx, first, name="Một", actor=OFFICE, **both))
    assert lines(house, f"account/{first}")[-1].trigger == "change_account"


def test_a_right_holds_on_its_first_and_last_day_and_not_a_day_outside(house: Database) -> None:
    periods = {
        "starts_tomorrow": (TODAY + DAY, None), "starts_today": (TODAY, None),
        "ends_today": (TODAY - DAY, TODAY), "ended_yesterday": (TODAY - 9 * DAY, TODAY - DAY),
    }  # fmt: skip
    held = {}
    for name, (first, last) in periods.items():
        account = an_account(house, name)
        a_right(house, account, starts_on=first, ends_on=last)
        held[name] = roles_now(house, account)

    assert held == {
        "starts_tomorrow": set(), "starts_today": {"commune"}, "ends_today": {"commune"}, "ended_yesterday": set(),
    }  # fmt: skip


def test_the_day_of_a_right_is_the_day_in_vietnam(house: Database) -> None:
    account = an_account(house)
    a_right(house, account, starts_on=TODAY, ends_on=TODAY)
    step = house.clock

    def holds(instant: str) -> bool:
        step.move_to(step.business_now().fromisoformat(instant))  # type: ignore[attr-defined]
        return bool(roles_now(house, account))

    assert (holds("2027-01-04T23:59:59.999999+07:00"), holds("2027-01-05T00:00:00+07:00")) == (True, False)


def test_granting_and_ending_write_lines_with_ids_and_days_only(house: Database) -> None:
    account = an_account(house, "Nguyễn Thị Thử")
    right = a_right(house, account, Role.SECRETARY, PROVINCE, seat=Seat.EXPERT)

    house.write_now(lambda tx: accounts.end_appointment(tx, right, actor=OFFICE, reason="chuyển công tác"))

    granted, ended = lines(house, f"appointment/{right}")
    assert (granted.kind, granted.actor, dict(granted.inputs)) == ("right_granted", OFFICE, {
        "account": f"account/{account}", "role": "secretary", "unit_code": PROVINCE, "producer": None,
        "seat": "expert", "acting_for": None, "starts_on": "2027-01-04", "ends_on": None,
    })  # fmt: skip
    assert (ended.kind, ended.reason, ended.effective_on, dict(ended.inputs)) == (
        "right_ended", "chuyển công tác", TODAY, {"ends_on": "2027-01-04", "ended_before": None},
    )  # fmt: skip
    assert "Nguyễn" not in house.read_now(everything_in_history)


def test_an_ended_right_still_holds_on_its_last_day(house: Database) -> None:
    account = an_account(house)
    right = a_right(house, account)
    house.write_now(lambda tx: accounts.end_appointment(tx, right, actor=OFFICE, reason="nghỉ"))

    assert roles_now(house, account) == {"commune"}
    house.clock.move_to(house.clock.business_now() + DAY)  # type: ignore[attr-defined]
    assert roles_now(house, account) == set()


def test_an_appointment_made_by_mistake_is_ended_before_it_began(house: Database) -> None:
    account = an_account(house)
    right = a_right(house, account)

    def end(last: date) -> None:
        house.write_now(
            lambda tx: accounts.end_appointment(tx, right, actor=OFFICE, reason="nhầm", last_day=last)
        )

    assert refusal(lambda: end(TODAY - 2 * DAY)) == "period_reversed"
    end(TODAY - DAY)
    assert roles_now(house, account) == set()
    assert refusal(lambda: end(TODAY)) == "appointment_ended"


def test_an_end_can_come_nearer_but_not_go_further(house: Database) -> None:
    account = an_account(house)
    right = a_right(house, account, ends_on=TODAY + 10 * DAY)

    def end(last: date) -> None:
        house.write_now(
            lambda tx: accounts.end_appointment(tx, right, actor=OFFICE, reason="x", last_day=last)
        )

    assert refusal(lambda: end(TODAY + 11 * DAY)) == "period_longer"
    assert refusal(lambda: end(TODAY + 10 * DAY)) == "appointment_ended"
    end(TODAY + 9 * DAY)
    mine = house.read_now(lambda rtx: accounts.appointments_of(rtx, account))
    assert [each.ends_on for each in mine] == [TODAY + 9 * DAY]


WRONG = [
    pytest.param(Role.COMMUNE, PROVINCE, {}, "wrong_unit", id="commune officer at a province"),
    pytest.param(Role.PROVINCE_UNIT, COMMUNE, {}, "wrong_unit", id="province at a commune"),
    pytest.param(Role.PROVINCE_CHAIR, COUNTRY, {}, "wrong_unit", id="province chair at the centre"),
    pytest.param(Role.CHAIR, WARD, {}, "wrong_unit", id="council at a ward"),
    pytest.param(Role.ADMIN, COMMUNE, {}, "wrong_unit", id="admin at a commune"),
    pytest.param(Role.SYSTEM, COUNTRY, {}, "role_not_appointable", id="nobody is the system"),
    pytest.param(Role.PRODUCER, COMMUNE, {}, "producer_missing", id="producer of nothing"),
    pytest.param(
        Role.COMMUNE, COMMUNE, {"producer_id": "x"}, "producer_not_expected", id="officer of a producer"
    ),
    pytest.param(
        Role.COMMUNE, COMMUNE, {"seat": Seat.EXPERT}, "seat_not_expected", id="seat outside a council"
    ),
    pytest.param(Role.AUDITOR, PROVINCE, {}, "period_missing", id="auditor without an end"),
    pytest.param(
        Role.COMMUNE, COMMUNE, {"ends_on": TODAY - DAY}, "period_reversed", id="ends before it starts"
    ),
    pytest.param(Role.PROVINCE_UNIT, "x-bac-kan", {}, "unit_not_in_force", id="a province that is no more"),
    pytest.param(
        Role.COMMUNE, COMMUNE, {"starts_on": date(2025, 6, 30)}, "unit_not_in_force", id="a day too early"
    ),
    pytest.param(Role.COMMUNE, "99999", {}, "unknown_unit", id="no such unit"),
    pytest.param(Role.PRODUCER, COMMUNE, {"producer_id": "x"}, "unknown_producer", id="no such producer"),
    pytest.param(Role.COMMUNE, COMMUNE, {"acting_for": "batch/x"}, "acting_for_unknown", id="for no person"),
    pytest.param(Role.COMMUNE, COMMUNE, {"acting_for": "account/x"}, "unknown_account", id="for nobody"),
    pytest.param(
        Role.COMMUNE, COMMUNE, {"acting_for": "producer/x"}, "unknown_producer", id="for no producer"
    ),
]


@pytest.mark.parametrize(("role", "unit", "more", "code"), WRONG)
def test_what_cannot_be_appointed_is_refused_and_leaves_no_line(
    house: Database, role, unit, more, code
) -> None:
    account = an_account(house)

    assert refusal(lambda: a_right(house, account, role, unit, **more)) == code
    assert house.read_now(lambda rtx: accounts.appointments_of(rtx, account)) == []
    assert "right_granted" not in house.read_now(everything_in_history)


def test_a_producers_right_stands_at_its_own_commune(house: Database) -> None:
    producer = house.write_now(a_producer)
    account = an_account(house)

    assert refusal(lambda: a_right(house, account, Role.PRODUCER, WARD, producer_id=producer)) == "wrong_unit"
    a_right(house, account, Role.PRODUCER, COMMUNE, producer_id=producer)
    assert roles_now(house, account) == {"producer"}


def test_units_take_appointments_from_their_first_day_and_to_their_last(house: Database) -> None:
    first = a_right(house, an_account(house), starts_on=date(2025, 7, 1))
    last = a_right(house, an_account(house), Role.PROVINCE_UNIT, "x-bac-kan", starts_on=date(2025, 6, 30))

    assert first != last


def test_those_to_be_told_are_the_holders_at_that_place_on_that_day(house: Database) -> None:
    producer = house.write_now(a_producer)
    other = house.write_now(lambda tx: a_producer(tx, "Khác", OTHER_COMMUNE))
    people = {name: an_account(house, name) for name in "abcdefghi"}
    a_right(house, people["a"], Role.COMMUNE, COMMUNE)
    a_right(house, people["b"], Role.COMMUNE, WARD)
    a_right(house, people["c"], Role.PROVINCE_UNIT, PROVINCE)
    a_right(house, people["d"], Role.PROVINCE_UNIT, OTHER_PROVINCE)
    a_right(house, people["e"], Role.PRODUCER, COMMUNE, producer_id=producer)
    a_right(house, people["f"], Role.PRODUCER, OTHER_COMMUNE, producer_id=other)
    a_right(house, people["g"], Role.SECRETARY, PROVINCE)
    a_right(house, people["h"], Role.SECRETARY, COUNTRY)
    a_right(house, people["i"], Role.COMMUNE, COMMUNE)
    house.write_now(lambda tx: accounts.disable_account(tx, people["i"], actor=OFFICE, reason="nghỉ"))

    def told(role: Role, on: date = TODAY, **more: str) -> list[str | None]:
        where = {"commune_code": COMMUNE, "province_code": PROVINCE, "producer_id": producer, **more}
        return [each.name for each in house.read_now(lambda rtx: accounts.holders(rtx, role, on, **where))]

    assert told(Role.COMMUNE) == ["a"]
    assert told(Role.COMMUNE, TODAY - DAY) == []
    assert told(Role.PROVINCE_UNIT) == ["c"]
    assert told(Role.PRODUCER) == ["e"]
    assert told(Role.SECRETARY) == ["g"]
    assert told(Role.SECRETARY, level="central") == ["h"]
    assert told(Role.MINISTRY) == []


def test_a_disabled_account_is_out_and_can_be_let_in_again(house: Database) -> None:
    account = an_account(house)
    a_right(house, account)
    house.write_now(lambda tx: accounts.disable_account(tx, account, actor=OFFICE, reason="mất máy"))

    assert refusal(lambda: roles_now(house, account)) == "unknown_account"
    assert (
        refusal(
            lambda: house.write_now(
                lambda tx: accounts.disable_account(tx, account, actor=OFFICE, reason="nữa")
            )
        )
        == "account_disabled"
    )
    house.write_now(lambda tx: accounts.enable_account(tx, account, actor=OFFICE, reason="đã thấy"))
    assert roles_now(house, account) == {"commune"}
    assert [line.kind for line in lines(house, f"account/{account}")] == [
        "fact_noted",
        "right_ended",
        "right_granted",
    ]


def test_erasing_takes_the_person_out_and_leaves_the_acts(house: Database) -> None:
    account = an_account(house, "Nguyễn Thị Thử", email="thu@vidu.vn")
    house.write_now(lambda tx: accounts.erase_account(tx, account, actor=OFFICE, reason="theo đơn"))

    left = house.read_now(lambda rtx: accounts.get_account(rtx, account))
    assert left == accounts.AccountRead(account, None, None, None, has_password=False, disabled=True)
    assert [line.kind for line in lines(house, f"account/{account}")] == ["fact_noted", "erased"]
    assert (
        refusal(
            lambda: house.write_now(lambda tx: accounts.enable_account(tx, account, actor=OFFICE, reason="x"))
        )
        == "account_erased"
    )
    assert an_account(house, email="thu@vidu.vn") != account


def test_who_is_not_there_cannot_be_appointed_or_ended(house: Database) -> None:
    nobody = "00000000-0000-7000-8000-00000000dead"

    with pytest.raises(NotFound):
        a_right(house, nobody)
    with pytest.raises(NotFound):
        house.write_now(lambda tx: accounts.end_appointment(tx, nobody, actor=OFFICE, reason="x"))
    with pytest.raises(BadInput):
        an_account(house, "   ")
    account = an_account(house)
    with pytest.raises(Refused):
        house.write_now(lambda tx: accounts.enable_account(tx, account, actor=OFFICE, reason="x"))
