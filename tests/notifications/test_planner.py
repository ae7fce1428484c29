"""History lines become notices: to the right people, once, whatever stops in between."""

from datetime import timedelta
from functools import partial

import pytest

from core.db import Database, Tx
from core.history import read_lines
from core.lines import parse_line
from core.sequencer import sequence_all
from core.sql import Sql
from notifications.audience import AUDIENCE, tells
from notifications.kinds import KINDS
from notifications.planner import plan_notices
from notifications.queries import inbox, outbox_summary
from notifications.wording import Params, vietnamese
from states.dossier.lifecycle import DOSSIER as LIFECYCLE
from tests.notifications.conftest import TwoHands
from tests.notifications.factories import People, a_cycle, happen, notices, owed, plan, told


def test_a_submitted_idea_tells_producer_and_commune_and_nobody_next_door(
    house: Database, folk: People
) -> None:
    happen(house, folk.dossier_id, "submit_idea")

    plan(house)

    assert told(house) == {("idea_received", folk.producer), ("arrived", folk.commune)}


def test_every_person_told_finds_the_words_in_the_inbox(house: Database, folk: People) -> None:
    happen(house, folk.dossier_id, "propose_to_province", dest="province.received")

    plan(house)

    (entry,) = house.read_now(lambda rtx: inbox(rtx, folk.producer))
    assert entry.title == "Hồ sơ 27-05500-0001 đã chuyển lên tỉnh"
    assert entry.body == (
        "UBND xã Tân Cương đã chuyển hồ sơ 27-05500-0001 (Chè tôm nõn) lên tỉnh. Quý chủ thể chưa cần làm gì thêm."
    )
    assert [each.kind for each in house.read_now(lambda rtx: inbox(rtx, folk.province))] == [
        "arrived_province"
    ]


def test_a_return_names_the_last_day_of_its_deadline(house: Database, folk: People) -> None:
    subject = f"dossier/{folk.dossier_id}"
    owed(
        house,
        "IDEA_SUPPLEMENT",
        "2027-01-19",
        subject=subject,
        dossier_id=folk.dossier_id,
        producer_id=folk.producer_id,
    )
    happen(house, folk.dossier_id, "return_idea")

    plan(house)

    (entry,) = house.read_now(lambda rtx: inbox(rtx, folk.producer))
    assert entry.body == (
        "Hồ sơ 27-05500-0001 (Chè tôm nõn) cần bổ sung trước khi hết ngày thứ Ba, 19/01/2027. "
        "Danh sách và hướng dẫn từng mục có trong hồ sơ."
    )


def test_imported_lines_tell_nobody(house: Database, folk: People) -> None:
    happen(house, folk.dossier_id, "submit_idea", kind="imported")

    plan(house)

    assert told(house) == set()


def test_planning_again_adds_nothing(house: Database, folk: People) -> None:
    happen(house, folk.dossier_id, "submit_idea")
    plan(house)
    before = notices(house, "id")

    plan(house)
    house.write_now(lambda tx: tx.sql.run(Sql.raw(sqlite=_REWIND, postgresql=_REWIND)))
    plan(house)

    assert notices(house, "id") == before


_REWIND = "UPDATE planner_cursor SET seq = -1 WHERE name = 'planner'"


def test_a_crash_before_the_commit_loses_and_doubles_nothing(house: Database, folk: People) -> None:
    happen(house, folk.dossier_id, "submit_idea")

    def crash(tx: Tx) -> None:
        plan_notices(tx)
        raise KeyError("power cut")

    with pytest.raises(KeyError):
        house.write_now(crash)
    assert told(house) == set()
    plan(house)

    assert told(house) == {("idea_received", folk.producer), ("arrived", folk.commune)}
    assert len(notices(house, "id")) == 2


def test_lines_beyond_one_batch_are_all_told(house: Database, folk: People) -> None:
    for _ in range(5):
        happen(house, folk.dossier_id, "approve_plan")

    rounds = 0
    while house.write_now(lambda tx: plan_notices(tx, 2)):
        rounds += 1

    assert rounds > 2
    assert [kind for (kind,) in notices(house, "kind")] == ["plan_approved"] * 5
    assert house.read_now(outbox_summary).planner_behind == 0


def test_only_lawful_notices_get_a_history_and_it_holds_no_words(house: Database, folk: People) -> None:
    happen(house, folk.dossier_id, "reject_idea")
    happen(house, folk.dossier_id, "approve_plan")

    plan(house)

    for notice, kind, lawful in notices(house, "id", "kind", "lawful"):
        found = house.read_now(partial(read_lines, subject=f"notice/{notice}"))
        assert len(found) == int(lawful), kind
        for text, _ in found:
            assert parse_line(text).kind == "notice_planned"
            assert "Chè" not in text
            assert "example.test" not in text


def test_a_result_is_told_by_what_it_is(house: Database, folk: People) -> None:
    happen(house, folk.dossier_id, "notify_result")
    plan(house)
    assert told(house) == set()

    done = "UPDATE dossier SET state = 'evaluation.not_passed', points_sum = 147, points_count = 3"
    house.write_now(lambda tx: tx.sql.run(Sql.raw(sqlite=done, postgresql=done)))
    happen(house, folk.dossier_id, "notify_result")
    plan(house)

    assert told(house) == {("result_fail", folk.producer), ("result_fail", folk.commune)}
    assert "đạt 49 điểm" in house.read_now(lambda rtx: inbox(rtx, folk.producer))[0].body


def test_an_opened_cycle_tells_whom_its_plan_names_and_says_it_is_illustrative(
    house: Database, folk: People
) -> None:
    cycle = house.write_now(partial(a_cycle, audience=["commune", "producer"]))
    owed(house, "IDEA_WINDOW", "2027-03-31", subject=f"cycle/{cycle}", cycle_id=cycle)
    sequence_all(house)

    plan(house)

    assert told(house) == {("cycle_opened", folk.producer), ("cycle_opened", folk.commune)}
    (entry,) = house.read_now(lambda rtx: inbox(rtx, folk.commune))
    assert entry.body == (
        "Chu trình OCOP năm 2027 (minh họa) của tỉnh Thái Nguyên đã mở. Đăng ký ý tưởng từ ngày thứ Hai, 15/02/2027, "
        "hạn cuối hết ngày thứ Tư, 31/03/2027. Lịch đầy đủ có trong hệ thống."
    )


def test_a_line_that_cannot_be_told_is_passed_over_and_told_later(
    house: Database, clock: TwoHands, folk: People
) -> None:
    happen(house, folk.dossier_id, "submit_idea")
    happen(house, folk.dossier_id, "approve_plan")

    render = vietnamese().render

    def broken(kind: str, params: Params) -> tuple[str, str]:
        return render(kind, params) if kind != "idea_received" else ("", str(1 // 0))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vietnamese(), "render", broken)
        plan(house)
        assert told(house) == {("plan_approved", folk.producer)}
        clock.wait(timedelta(minutes=5))
        plan(house)
        assert told(house) == {("plan_approved", folk.producer)}
    assert house.read_now(outbox_summary).faults == 1
    plan(house)
    assert len(notices(house, "id")) == 1, "the second wait is longer"
    clock.wait(timedelta(minutes=10))
    plan(house)

    assert told(house) == {
        ("plan_approved", folk.producer), ("idea_received", folk.producer), ("arrived", folk.commune),
    }  # fmt: skip
    assert house.read_now(outbox_summary).faults == 0


def test_every_row_of_the_audience_names_a_known_kind_and_a_trigger_of_its_machine() -> None:
    kinds = {tell.kind for found in AUDIENCE.values() for tell in found} - {"result"}
    triggers = {trigger for subject, trigger in AUDIENCE if subject == "dossier"}

    assert kinds <= set(KINDS)
    assert triggers <= {rule.trigger for rule in LIFECYCLE.rules}


@pytest.mark.parametrize(
    "line_kind", ["imported", "file_added", "deadline_set", "notice_planned", "repaired"]
)
def test_no_other_line_asks_for_a_notice(line_kind: str) -> None:
    assert tells("dossier", line_kind, "submit_idea", None) == ()
