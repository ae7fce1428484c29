"""Looking: everybody sees the own inbox only, newest first; silence is told to the office above, once."""

import pytest

from core.db import Database
from core.errors import NotFound
from notifications.queries import inbox, mark_seen, proof_of_notice, proofs_about, unread_count
from notifications.silence import WATCHED, plan_silent
from tests.notifications.conftest import TwoHands
from tests.notifications.factories import People, notices, told, vn, write_notice


def test_an_inbox_is_read_page_by_page_and_never_another_persons(house: Database, folk: People) -> None:
    ids = [write_notice(house, folk.producer, cause=f"test/{number}") for number in range(5)]
    other = write_notice(house, folk.commune)

    first = house.read_now(lambda rtx: inbox(rtx, folk.producer, limit=3))
    rest = house.read_now(lambda rtx: inbox(rtx, folk.producer, first[-1].id, 3))

    assert [entry.id for entry in (*first, *rest)] == ids[::-1]
    assert other not in ids


def test_seen_is_the_first_time_and_only_ones_own(house: Database, clock: TwoHands, folk: People) -> None:
    mine, second = (write_notice(house, folk.producer, cause=f"test/{number}") for number in range(2))
    other = write_notice(house, folk.commune)
    assert house.read_now(lambda rtx: unread_count(rtx, folk.producer)) == 2

    assert house.write_now(lambda tx: mark_seen(tx, folk.producer, [mine, other])) == 1
    clock.move_to(vn("2027-01-05T08:00:00"))
    assert house.write_now(lambda tx: mark_seen(tx, folk.producer)) == 1

    seen = {entry.id: entry.seen_at for entry in house.read_now(lambda rtx: inbox(rtx, folk.producer))}
    assert seen == {mine: vn("2027-01-04T08:00:00"), second: vn("2027-01-05T08:00:00")}
    assert house.read_now(lambda rtx: unread_count(rtx, folk.commune)) == 1


def test_proofs_are_about_lawful_notices(house: Database, folk: People) -> None:
    lawful = write_notice(house, folk.producer, "supplement", cause="test/1")
    write_notice(house, folk.producer, "forwarded", cause="test/2")

    assert [proof.id for proof in house.read_now(lambda rtx: proofs_about(rtx, "dossier/x"))] == [lawful]
    with pytest.raises(NotFound):
        house.read_now(lambda rtx: proof_of_notice(rtx, "nobody"))


@pytest.mark.parametrize(("now", "silent"), [("2027-01-11T07:59:59", False), ("2027-01-11T08:00:00", True)])
def test_a_dossier_that_stands_still_is_told_to_the_office_above(
    house: Database, clock: TwoHands, folk: People, now: str, silent: bool
) -> None:
    assert WATCHED["idea.submitted"][0] == 7
    clock.move_to(vn(now))

    for _ in range(2):
        assert house.write_now(lambda tx: plan_silent(tx, tx.now)) is None

    assert told(house) == ({("silent", folk.province)} if silent else set())
    assert len(notices(house, "id")) == int(silent)
