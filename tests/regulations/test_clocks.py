"""Batches, the commune's clock, certificates and their notices, beyond what the legal cases ask."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations import batches, certificates, deadlines
from regulations.certificates import (
    CertificateEvent,
    CertificateState,
    Event,
    certificate_dates,
    certificate_on,
)
from regulations.commune_check import Return, commune_check, last_receipt
from regulations.errors import RegulationError
from regulations.rulesets import get
from regulations.settings import Settings
from regulations.vocabulary import Bound, Kind, Level, TermCode
from regulations.working_calendar import packaged

R3 = get("qd26-2026")
R2 = get("qd148-2023")
ISSUED = date(2024, 12, 15)
DATES = certificate_dates(R2, ISSUED, renewed_under=R3)


def test_the_eight_fixed_dates_of_a_year() -> None:
    found = [(each.code, each.stated_on, each.last_day) for each in batches.statutory_batches(R3, 2027)]

    assert found == [
        ("BATCH1_PROPOSE", date(2027, 4, 30), date(2027, 4, 29)),
        ("BATCH1_PROVINCE", date(2027, 6, 30), date(2027, 6, 29)),
        ("BATCH2_PROPOSE", date(2027, 10, 30), date(2027, 10, 29)),
        ("BATCH2_PROVINCE", date(2027, 12, 30), date(2027, 12, 29)),
        ("CENTRAL1_PROPOSE", date(2027, 7, 30), date(2027, 7, 29)),
        ("CENTRAL1_DONE", date(2027, 9, 30), date(2027, 9, 29)),
        ("CENTRAL2_PROPOSE", date(2028, 1, 30), date(2028, 1, 29)),
        ("CENTRAL2_DONE", date(2028, 3, 30), date(2028, 3, 29)),
    ]
    assert {each.bound for each in batches.statutory_batches(R3, 2027)} == {Bound.BEFORE}


@given(st.dates(date(2026, 5, 22), date(2060, 1, 1)), st.sampled_from([Level.PROVINCE, Level.CENTRAL]))
def test_every_proposal_falls_into_the_nearest_batch_it_is_in_time_for(day: date, level: Level) -> None:
    batch = batches.batch_for(R3, level, day)

    assert batch is not None
    assert timedelta() <= batch.propose.last_day - day < timedelta(days=190)
    assert batch.evaluate.last_day > batch.propose.last_day


def test_rulesets_without_fixed_batches_refuse_the_question() -> None:
    with pytest.raises(RegulationError) as refused:
        batches.batch_for(R2, Level.PROVINCE, date(2024, 4, 1))

    assert refused.value.code == "not_in_ruleset"


def test_a_batch_of_a_kind_that_follows_none() -> None:
    assert batches.batch_for(R3, Level.PROVINCE, date(2027, 4, 1), kind=Kind.RE_EVALUATION) is None


def test_an_open_return_stops_the_commune_clock_without_a_last_day() -> None:
    found = commune_check(R3, date(2026, 6, 1), packaged(), returns=[Return(date(2026, 6, 8))], sent_on=None)

    assert (found.last_day, found.closes_at, found.late) == (None, None, None)
    assert found.raw_last_day == date(2026, 6, 22)


def test_net_and_raw_days_are_both_kept() -> None:
    returns = [Return(date(2026, 6, 8), date(2026, 6, 17))]

    found = commune_check(R3, date(2026, 6, 1), packaged(), returns=returns, sent_on=date(2026, 6, 30))

    assert (found.net_days_used, found.raw_days_used, found.late) == (14, 21, False)


@pytest.mark.parametrize(
    "returns",
    [
        pytest.param([Return(date(2026, 5, 30), date(2026, 6, 2))], id="before-receipt"),
        pytest.param([Return(date(2026, 6, 8), date(2026, 6, 5))], id="back-before-return"),
        pytest.param([Return(date(2026, 6, 8)), Return(date(2026, 6, 9))], id="second-while-first-is-open"),
    ],
)
def test_returns_out_of_order_are_refused(returns: list[Return]) -> None:
    with pytest.raises(RegulationError) as refused:
        commune_check(R3, date(2026, 6, 1), packaged(), returns=returns)

    assert refused.value.code == "returns_disordered"


@given(st.dates(date(2026, 6, 1), date(2027, 11, 30)))
def test_the_last_receipt_leaves_exactly_the_commune_days(limit: date) -> None:
    received_on = last_receipt(R3, limit, packaged())
    day_after = packaged().next_working_day(received_on + timedelta(days=1))

    assert commune_check(R3, received_on, packaged()).raw_last_day <= limit
    assert commune_check(R3, day_after, packaged()).raw_last_day > limit


def test_older_rulesets_give_the_commune_no_limit() -> None:
    with pytest.raises(RegulationError) as refused:
        commune_check(get("qd1489-2025"), date(2025, 9, 1), packaged())

    assert refused.value.code == "not_in_ruleset"


@given(st.dates(date(2019, 1, 1), date(2060, 1, 1)))
def test_window_and_term_of_a_certificate_keep_their_distances(issued_on: date) -> None:
    dates = certificate_dates(R3, issued_on, renewed_under=R3)

    assert dates.window_opens == dates.expires_on - timedelta(days=180)
    assert dates.window_closes == dates.expires_on - timedelta(days=120)
    assert 1095 <= (dates.expires_on - issued_on).days <= 1096


def test_the_renewing_ruleset_is_by_default_the_one_in_force_at_the_end() -> None:
    assert certificate_dates(R2, ISSUED) == DATES
    assert certificate_dates(get("qd781-2020"), date(2021, 6, 30)).window_opens is None


def test_a_certificate_is_nothing_before_its_day() -> None:
    found = certificate_on(DATES, 4, ISSUED - timedelta(days=1))

    assert (found.state, found.valid) == (None, False)


def test_a_failed_renewal_leaves_it_valid_to_its_term() -> None:
    events = [
        Event(date(2027, 7, 20), CertificateEvent.DOSSIER_FILED),
        Event(date(2027, 11, 20), CertificateEvent.NOT_RENEWED),
    ]

    assert certificate_on(DATES, 4, date(2027, 12, 15), events).state is CertificateState.RENEWAL_LATE
    assert certificate_on(DATES, 4, date(2027, 12, 16), events).state is CertificateState.EXPIRED


def test_revocation_ends_it_on_its_day_and_not_before() -> None:
    events = [Event(date(2026, 3, 1), CertificateEvent.REVOKED)]

    assert certificate_on(DATES, 4, date(2026, 2, 28), events).valid
    assert certificate_on(DATES, 4, date(2026, 3, 1), events).state is CertificateState.REVOKED


def test_an_upgrade_keeps_the_old_term_where_the_province_decided_so() -> None:
    events = [Event(date(2026, 3, 1), CertificateEvent.UPGRADED, 4)]

    found = certificate_on(DATES, 3, date(2026, 3, 2), events, Settings({"upgrade_resets_term": False}))

    assert found.successor == certificates.Successor(date(2026, 3, 1), 4, date(2027, 12, 15))


@pytest.mark.parametrize(
    ("issued_on", "chosen", "grace_ends"),
    [
        pytest.param(date(2023, 5, 21), "window_already_closed", None, id="ended-the-day-before-force"),
        pytest.param(date(2023, 5, 22), "window_already_closed", date(2026, 11, 18), id="first-day"),
        pytest.param(date(2023, 9, 18), "window_already_closed", date(2027, 3, 17), id="last-day"),
        pytest.param(date(2023, 9, 19), "window_already_closed", None, id="window-still-open"),
        pytest.param(date(2023, 9, 19), "all", date(2027, 3, 18), id="all"),
        pytest.param(date(2023, 5, 21), "all", None, id="all-revives-nothing"),
        pytest.param(date(2023, 6, 20), "off", None, id="off"),
    ],
)
def test_who_gets_the_grace_of_article_12(issued_on: date, chosen: str, grace_ends: date | None) -> None:
    dates = certificate_dates(R2, issued_on, Settings({"grace": chosen}), renewed_under=R3)

    assert dates.grace_ends == grace_ends


@given(
    st.dates(ISSUED, date(2029, 1, 1)), st.lists(st.dates(ISSUED, date(2029, 1, 1)), max_size=4), st.data()
)
def test_a_state_is_in_force_only_until_the_last_valid_day_or_the_grace(
    day: date, days: list[date], data: st.DataObject
) -> None:
    kinds = st.sampled_from(CertificateEvent)
    events = [Event(each, data.draw(kinds), 4) for each in days]

    found = certificate_on(DATES, 4, day, events)

    assert found.state is not None
    assert not found.valid or day <= DATES.last_valid_day


@pytest.mark.parametrize(
    ("filed_on", "state"),
    [
        pytest.param(date(2026, 6, 20), CertificateState.EXTENDED, id="on-the-last-valid-day"),
        pytest.param(date(2026, 6, 21), CertificateState.EXPIRED, id="a-day-later"),
    ],
)
def test_only_a_dossier_filed_in_force_extends_a_certificate(filed_on: date, state: CertificateState) -> None:
    dates = certificate_dates(R2, date(2023, 6, 20), renewed_under=R3)
    filed = Event(filed_on, CertificateEvent.DOSSIER_FILED)

    assert certificate_on(dates, 3, date(2026, 7, 1), [filed]).state is state


def test_the_ladder_is_in_order_of_days() -> None:
    days = [each.day for each in certificates.notice_ladder(DATES)]

    assert days == sorted(days)


def test_who_files_on_the_day_of_a_notice_is_no_longer_told_to_file() -> None:
    filed_on = date(2027, 7, 18)
    found = certificates.notice_ladder(DATES, filed_on)

    assert certificates.Notice(certificates.NoticeKind.RENEW_CLOSING, filed_on) not in found
    assert certificates.Notice(certificates.NoticeKind.RENEW_OPEN, date(2027, 6, 18)) in found


def test_a_ruleset_without_a_window_sends_no_notice_about_one() -> None:
    dates = certificate_dates(R2, date(2021, 6, 30), renewed_under=R2)
    kinds = {each.kind for each in certificates.notice_ladder(dates)}

    assert not kinds & {"renew_closing", "renew_last", "renew_today", "renew_missed"}
    assert {"renew_open", "expire_30", "expired"} <= kinds


def test_the_expired_notice_follows_the_last_valid_day() -> None:
    short = certificate_dates(
        R2, ISSUED, Settings({"last_valid_day": "anniversary_minus_1"}), renewed_under=R3
    )

    assert certificates.notice_ladder(short)[-1].day == date(2027, 12, 15)


def test_a_cohort_cannot_have_more_renewals_than_certificates() -> None:
    with pytest.raises(RegulationError) as refused:
        certificates.cohort_on(DATES, 8, 9, date(2028, 1, 1))

    assert refused.value.code == "cohort_size"


def test_a_deadline_says_all_it_was_computed_from() -> None:
    found = deadlines.deadline(R3, "REVOKE_DECISION", date(2027, 3, 5), packaged())

    assert found.code is TermCode.REVOKE_DECISION
    assert (found.amount, found.unit, found.last_day) == (15, "days", date(2027, 3, 22))
    assert found.source == ("QĐ 26/2026/QĐ-TTg Điều 8.4",)
    assert (found.ruleset, found.calendar_version) == (R3.pin, packaged().version)
