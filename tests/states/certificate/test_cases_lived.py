"""Every case of a certificate on a day, lived through the machine: events happen, the clock sweeps, the row says it.

Once with a clock that sweeps every day something changes, once with one that comes only when it is asked.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from states.certificate.queries import Verdict, check
from tests.cases.case_files import Case, all_cases
from tests.states.certificate.house import House, P

DAY = timedelta(days=1)
LIVED = [case for case in all_cases() if case.ask == "certificate_on"]
FORCE = ("valid", "renewal_open", "renewal_in_process", "renewal_late", "extended")


@pytest.fixture
def starts(case: Case) -> str:
    """The clock starts on the day of issue."""
    return f"{case.given['certificate']['issued_on']}T08:00"


def renewed(house: House, product: str, event: dict[str, Any]) -> None:
    house.decide("re_evaluation", product, event["stars"], event["day"])


def not_renewed(house: House, product: str, event: dict[str, Any]) -> None:
    house.do("dossier", str(event["dossier"]), "withdraw", P)


def upgraded(house: House, product: str, event: dict[str, Any]) -> None:
    house.decide("upgrade", product, event["stars"], event["day"])


def upgrade_failed(house: House, product: str, event: dict[str, Any]) -> None:
    dossier = house.dossier("upgrade", "dossier.preparing", product)
    house.do("dossier", dossier, "withdraw", P)


def forwarded(house: House, product: str, event: dict[str, Any]) -> None:
    house.dossier("upgrade", "central.received", product)


HAPPENS = {
    "renewed": renewed, "not_renewed": not_renewed, "upgraded": upgraded,
    "upgrade_failed": upgrade_failed, "forwarded_to_central": forwarded,
}  # fmt: skip


def live(house: House, case: Case, *, daily: bool) -> str:
    """Take the certificate over on its day of issue and let everything happen in its order; returns its id."""
    house.choose(**case.given.get("settings", {}))
    given = case.given["certificate"]
    certificate, product = house.certified(given["issued_on"], stars=given["stars"], ruleset=given["ruleset"])
    renewal = ""
    for event in sorted(case.given.get("events", ()), key=lambda each: each["day"]):
        pass_to(house, certificate, event["day"], daily=daily)
        if event["event"] == "dossier_filed":
            renewal = house.renewal(product)
        else:
            HAPPENS[event["event"]](house, product, event | {"dossier": renewal})
    pass_to(house, certificate, case.when["day"], daily=daily)
    house.sweep()
    return certificate


def pass_to(house: House, certificate: str, day: date, *, daily: bool) -> None:
    """The time until a day; a daily clock sweeps on each day on which something may change."""
    if daily:
        columns = ("window_opens_on", "window_closes_on", "last_valid_day", "grace_ends_on")
        for _ in columns:  # an extension brings a day of its own
            row = house.row("certificate", certificate)
            stored = [date.fromisoformat(row[name]) for name in columns if row[name]]
            for turn in sorted(one + DAY * late for one in stored for late in (0, 1)):
                if house.clock.business_now().date() < turn <= day:
                    house.on(turn).sweep()
    house.on(day)


@pytest.mark.parametrize("daily", [True, False], ids=["daily-clock", "late-clock"])
@pytest.mark.parametrize("case", LIVED, ids=str)
def test_machine_public_check_and_replay_say_what_the_case_says(
    house: House, case: Case, daily: bool
) -> None:
    certificate = live(house, case, daily=daily)

    row = house.row("certificate", certificate)
    then = case.then
    assert row["state"] == then.get("state", row["state"])
    assert (row["state"] in FORCE) == then["valid"]
    if "stars" in then:
        assert row["stars"] == then["stars"]
    if "grace_ends" in then:
        assert row["grace_ends_on"] == then["grace_ends"].isoformat()
    if "successor" in then:
        new = house.row("certificate", row["successor_id"])
        assert (new["state"], new["predecessor_id"]) == ("valid", certificate)
        assert new["stars"] == then["successor"]["stars"]
        assert new["expires_on"] == then["successor"]["expires_on"].isoformat()
    told = house.db.read_now(lambda rtx: check(rtx, row["certificate_no"], case.when["day"]))
    assert told is not None
    assert (told.verdict is Verdict.VALID) == then["valid"]
    replayed = house.replayed("certificate", certificate)
    lawful = house.replayed("certificate", certificate, effective=case.when["day"])
    assert (replayed.problems, replayed.state, lawful.state) == ((), row["state"], row["state"])
