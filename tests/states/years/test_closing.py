"""A year closes: everything unfinished is listed first, then carried over or closed, each with a reason; a report is kept."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from audit.verify import verify
from core.errors import BadInput, NotFound, OcopError, Refused
from core.history import read_lines
from core.sql import Sql
from registry.actors import Actor, Held
from registry.roles import Role
from states.cycle.models import CYCLE_TABLE, REPORT_TABLE
from states.dossier.models import DOSSIER_TABLE
from states.outcomes.year_report import year_report
from states.years.closing import Closed, Closing, close_year, closing, decisions_of
from tests.states.years.conftest import Year

D = DOSSIER_TABLE.c
REST = [{"act": "proposed", "reason": "hết năm, theo đề nghị của xã", "rest": True}]
V = Role.PROVINCE_UNIT


def listed(year: Year, given: Sequence[dict[str, Any]] = ()) -> Closing:
    return year.db.read_now(lambda rtx: closing(rtx, year.world.cycle, decisions_of(given)))


def closed(
    year: Year, given: Sequence[dict[str, Any]], *, digest: str | None = None, actor: Actor | None = None
) -> Closed:
    seen = digest or listed(year, given).digest
    return year.db.write_now(
        lambda tx: close_year(
            tx, year.world.cycle, decisions_of(given), seen, actor or year.world.actor(tx, V)
        ),
        alone=True,
    )


def standing(year: Year) -> dict[str, tuple[str, int, str | None]]:
    statement = Sql(sa.select(D.product_name, D.state, D.year, D.cycle_id))
    return {
        name: (state, in_year, cycle)
        for name, state, in_year, cycle in year.db.read_now(lambda rtx: rtx.sql.all(statement))
    }


def test_everything_that_is_not_final_is_listed_with_a_proposal(ended: Year) -> None:
    shown = listed(ended)

    assert {each.product: (each.state, each.proposed, each.act, each.may_end) for each in shown.dossiers} == {
        "nháp": ("idea.draft", "close_unfinished", None, True),
        "đã nộp": ("idea.submitted", "carry_over", None, True),
        "Chè đã công nhận": ("dossier.preparing", "carry_over", None, True),
    }
    assert len(shown.undecided) == 3
    assert shown.next_cycle is None


def test_in_bulk_each_goes_where_the_list_proposes(ended: Year) -> None:
    before = standing(ended)

    done = closed(ended, REST)

    assert (done.carried_over, done.closed) == (2, 1)
    assert standing(ended) == {
        "nháp": ("withdrawn", 2027, ended.world.cycle),
        "đã nộp": ("idea.submitted", 2028, None),
        "Chè đã công nhận": ("dossier.preparing", 2028, None),
        "bị bác": before["bị bác"],
    }
    line = json.loads(
        ended.db.read_now(lambda rtx: read_lines(rtx, f"dossier/{ended.dossiers['đã nộp']}"))[-1][0]
    )
    assert (line["trigger"], line["reason"], line["actor"]["role"]) == (
        "carry_over",
        REST[0]["reason"],
        "province_unit",
    )
    assert ended.db.read_now(verify).findings == []


def test_one_by_one_the_first_decision_that_names_a_dossier_holds(ended: Year) -> None:
    code = next(each.code for each in listed(ended).dossiers if each.product == "đã nộp")
    given = [
        {"act": "close_unfinished", "reason": "chủ thể xin dừng", "dossiers": [code]},
        {"act": "carry_over", "reason": "còn làm tiếp", "states": ["idea.draft", "idea.submitted"]},
        *REST,
    ]

    closed(ended, given)

    assert {name: state for name, (state, _, _) in standing(ended).items()} == {
        "nháp": "idea.draft", "đã nộp": "withdrawn", "Chè đã công nhận": "dossier.preparing", "bị bác": "idea.rejected"
    }  # fmt: skip


def unchanged(year: Year, before: dict[str, Any], error: OcopError, code: str) -> None:
    assert error.code == code
    assert standing(year) == before
    reports = Sql(sa.select(sa.func.count()).select_from(REPORT_TABLE))
    assert year.db.read_now(lambda rtx: rtx.sql.value(reports)) == 0


def test_an_undecided_dossier_keeps_the_year_open(ended: Year) -> None:
    before = standing(ended)

    with pytest.raises(Refused) as refusal:
        closed(ended, [{"act": "carry_over", "reason": "tiếp", "states": ["idea.submitted"]}])

    unchanged(ended, before, refusal.value, "closing_undecided")


def test_a_list_that_is_no_longer_true_closes_nothing(ended: Year) -> None:
    seen = listed(ended, REST).digest
    ended.do("dossier", ended.dossiers["đã nộp"], "withdraw", Role.PRODUCER)
    before = standing(ended)

    with pytest.raises(Refused) as refusal:
        closed(ended, REST, digest=seen)

    unchanged(ended, before, refusal.value, "preview_outdated")


def test_a_year_that_still_runs_is_not_closed(running: Year) -> None:
    before = standing(running)

    with pytest.raises(Refused) as refusal:
        closed(running, [{"act": "carry_over", "reason": "tiếp", "rest": True}])

    unchanged(running, before, refusal.value, "wrong_state")


def test_the_officer_of_another_province_closes_nothing(ended: Year) -> None:
    before = standing(ended)

    with pytest.raises(NotFound) as refusal:
        closed(ended, REST, actor=Actor("x", "x", "web", (Held(V, "20"),)))

    unchanged(ended, before, refusal.value, "subject_not_found")


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        pytest.param([{"act": "burn", "reason": "x", "rest": True}], ["decisions.0.act"], id="no-such-act"),
        pytest.param(
            [{"act": "carry_over", "reason": " ", "rest": True}], ["decisions.0.reason"], id="no-reason"
        ),
        pytest.param(
            [{"act": "carry_over", "reason": "x" * 501, "rest": True}], ["decisions.0.reason"], id="novel"
        ),
        pytest.param([{"act": "carry_over", "reason": "x"}], ["decisions.0.dossiers"], id="about-nothing"),
        pytest.param(
            [*REST, {"act": "carry_over", "reason": "x", "dossiers": ["27-00000-9999"]}],
            ["decisions.1.dossiers"],
            id="a-dossier-that-is-not-there",
        ),
        pytest.param(
            [{"act": "carry_over", "reason": "x", "states": ["idea.drafft"]}, *REST],
            ["decisions.0.states"],
            id="a-state-that-is-not-there",
        ),
    ],
)
def test_a_decision_that_cannot_be_is_named_by_its_place(
    ended: Year, given: list[dict[str, Any]], paths: list[str]
) -> None:
    with pytest.raises(BadInput) as refusal:
        listed(ended, given)

    assert [fault.path for fault in refusal.value.fields] == paths


def test_the_report_is_kept_when_the_year_closes_and_archiving_cites_it(ended: Year) -> None:
    cycle = ended.world.cycle
    with pytest.raises(Refused):
        ended.do("cycle", cycle, "archive", V, report_document="5/BC")

    done = closed(ended, REST)
    kept = ended.db.read_now(lambda rtx: year_report(rtx, cycle))
    ended.do("cycle", cycle, "archive", V, report_document="5/BC")

    line = json.loads(ended.db.read_now(lambda rtx: read_lines(rtx, f"cycle/{cycle}"))[-1][0])
    assert done.report_digest == kept.digest == line["inputs"]["report_digest"]
    assert kept.made_at is not None
    states = Sql(sa.select(CYCLE_TABLE.c.state))
    assert ended.db.read_now(lambda rtx: rtx.sql.all(states)) == [("archived",)]


def test_the_report_counts_what_the_record_holds(ended: Year) -> None:
    closed(ended, REST)

    report = ended.db.read_now(lambda rtx: year_report(rtx, ended.world.cycle)).data

    assert report["dossiers"]["count"] == 4
    assert report["dossiers"]["carried_over"] == 2
    assert report["dossiers"]["by_kind"] == {"first": 3, "re_evaluation": 1}
    assert {each["state"]: each["count"] for each in report["dossiers"]["by_state"]} == {
        "dossier.preparing": 1, "idea.rejected": 1, "idea.submitted": 1, "withdrawn": 1
    }  # fmt: skip
    assert report["producers"]["count"] == 2
    assert report["certificates"]["expired_in_year"] == 1
    assert report["certificates"]["in_force"] == {"count": 0, "stars_3": 0, "stars_4": 0, "stars_5": 0}
    first = report["targets"][0]
    assert (first["what"], first["result"], first["fulfilment_permille"]) == (
        "Sản phẩm mới đạt 3 sao trở lên",
        0,
        0,
    )
    assert {
        each["result"] for each in report["targets"] if each["kind"] in ("coverage", "entities", "facilities")
    } == {None}
    assert [(each["level"], each["number"], each["state"]) for each in report["batches"]][2:] == [
        ("province", 1, "decided"), ("province", 2, "decided")
    ]  # fmt: skip
    assert (report["tasks"]["open"], report["tasks"]["done"]) == (3, 0)
    assert sum(report["deadlines"][name] for name in ("met", "passed", "cancelled", "ahead")) == 20


def test_the_report_of_an_open_year_is_counted_anew_each_time(running: Year) -> None:
    before = running.db.read_now(lambda rtx: year_report(rtx, running.world.cycle))
    running.idea("mới", submit=False)

    after = running.db.read_now(lambda rtx: year_report(rtx, running.world.cycle))

    assert (before.made_at, after.made_at) == (None, None)
    assert (before.data["dossiers"]["count"], after.data["dossiers"]["count"]) == (4, 5)
