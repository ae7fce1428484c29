"""Every guard of a session and of an appeal on both sides of its edge, over facts alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from states.appeal.lifecycle import APPEAL
from states.council.lifecycle import SESSION
from states.engine.facts import evaluate
from states.engine.rules import Guard, MachineSpec

Facts = Mapping[str, Any]
NOW, SOON = "2027-04-12T02:00:00.000000Z", "2027-04-12T02:00:00.000001Z"

# By guard: facts with which it just holds, and facts with which it just fails.
SIDES: Mapping[str, tuple[tuple[Facts, Facts], ...]] = {
    "cycle_not_open": (({"cycle_state": "under_review"}, {"cycle_state": "closed"}),),
    "council_not_appointed": (
        ({"seats_unappointed": 0, "chairs": 1, "secretaries": 1}, {"seats_unappointed": 1, "chairs": 1, "secretaries": 1}),
        ({"seats_unappointed": 0, "chairs": 1, "secretaries": 1}, {"seats_unappointed": 0, "chairs": 0, "secretaries": 1}),
        ({"seats_unappointed": 0, "chairs": 2, "secretaries": 4}, {"seats_unappointed": 0, "chairs": 1, "secretaries": 0}),
    ),
    "agenda_empty": (({"agenda": 1}, {"agenda": 0}),),
    "load_exceeded": (
        ({"agenda": 40, "load_limit": 40, "overrule": False, "reason_given": False}, {"agenda": 41, "load_limit": 40, "overrule": False, "reason_given": True}),
        ({"agenda": 41, "load_limit": 40, "overrule": True, "reason_given": True}, {"agenda": 41, "load_limit": 40, "overrule": True, "reason_given": False}),
        ({"agenda": 900, "load_limit": None, "overrule": False, "reason_given": False}, {"agenda": 2, "load_limit": 1, "overrule": False, "reason_given": False}),
    ),
    "tourism_not_visited": (({"tourism_unvisited": 0}, {"tourism_unvisited": 1}),),
    "session_date_impossible": (({"held_on": "2027-04-12", "today": "2027-04-12"}, {"held_on": "2027-04-11", "today": "2027-04-12"}),),
    "asked_in_writing": (({"kind": "field"}, {"kind": "written"}),),
    "no_quorum": (({"products_without_quorum": 0}, {"products_without_quorum": 1}),),
    "head_absent": (({"products_without_head": 0}, {"products_without_head": 1}),),
    "reason_missing": (({"reason_given": True}, {"reason_given": False}),),
    "new_date_missing": (
        ({"adjourned_to": SOON, "now": NOW}, {"adjourned_to": NOW, "now": NOW}),
        ({"adjourned_to": SOON, "now": NOW}, {"adjourned_to": None, "now": NOW}),
    ),
    "materials_late": (
        ({"materials_on": "2027-04-09", "materials_last_day": "2027-04-09"}, {"materials_on": "2027-04-10", "materials_last_day": "2027-04-09"}),
        ({"materials_on": "2027-04-09", "materials_last_day": "2027-04-09"}, {"materials_on": None, "materials_last_day": "2027-04-09"}),
    ),
    "quorum_unconfirmed": (({"kind": "written"}, {"kind": "online"}),),
    "ballot_due_missing": (({"members_without_due": 0}, {"members_without_due": 1}),),
    "spread_within_limit": (({"widest_spread": 11, "spread_limit": 10}, {"widest_spread": 10, "spread_limit": 10}),),
    "discussion_missing": (({"discussion_given": True}, {"discussion_given": False}),),
    "ballots_missing": (({"products_unscored": 0}, {"products_unscored": 1}),),
    "spread_too_wide": (
        ({"spreads_missing": 0, "widest_spread": 10, "spread_limit": 10}, {"spreads_missing": 0, "widest_spread": 11, "spread_limit": 10}),
        ({"spreads_missing": 0, "widest_spread": 0, "spread_limit": 10}, {"spreads_missing": 1, "widest_spread": 0, "spread_limit": 10}),
    ),
    "results_missing": (({"results_missing": 0}, {"results_missing": 1}),),
    "meeting_already": (({"kind": "written"}, {"kind": "in_person"}),),
    "meeting_not_justified": (
        ({"opinions_differ": True, "complex": False}, {"opinions_differ": False, "complex": False}),
        ({"opinions_differ": False, "complex": True}, {"opinions_differ": False, "complex": False}),
    ),
    "signed_already": (({"signed_already": False}, {"signed_already": True}),),
    "results_changed": (
        ({"results_digest": "a" * 64, "results_changed": 0}, {"results_digest": "a" * 64, "results_changed": 1}),
        ({"results_digest": "a" * 64, "results_changed": 0}, {"results_digest": None, "results_changed": 0}),
    ),
    "council_report_missing": (({"report_document": "6/BC"}, {"report_document": None}),),
    "scoring_begun": (
        ({"products_being_scored": 0}, {"products_being_scored": 1}),
        ({"dossiers_being_scored": 0}, {"dossiers_being_scored": 1}),
    ),
    "dossier_not_ready": (({"dossiers_unready": 0}, {"dossiers_unready": 1}),),
    "on_an_agenda": (({"dossiers_taken": 0}, {"dossiers_taken": 1}),),
    "other_ruleset": (({"dossiers_of_other_ruleset": 0}, {"dossiers_of_other_ruleset": 1}),),
    "meeting_required": (({"dossiers_needing_meeting": 0}, {"dossiers_needing_meeting": 1}),),
    "not_on_agenda": (({"dossiers_off_agenda": 0}, {"dossiers_off_agenda": 1}),),
    "not_a_member": (
        ({"members_unknown": 0}, {"members_unknown": 1}),
        ({"member_sits": True}, {"member_sits": False}),
    ),
    "conflict_of_another": (({"may_declare": True}, {"may_declare": False}),),
    "day_in_future": (
        ({"visited_on": "2027-04-12", "today": "2027-04-12"}, {"visited_on": "2027-04-13", "today": "2027-04-12"}),
        ({"delivered_on": "2027-04-12", "today": "2027-04-12"}, {"delivered_on": "2027-04-13", "today": "2027-04-12"}),
    ),
    "due_in_past": (({"due_at": SOON, "now": NOW}, {"due_at": NOW, "now": NOW}),),
    "proxies_not_allowed": (
        ({"proxies_given": True, "proxy_allowed": True}, {"proxies_given": True, "proxy_allowed": False}),
        ({"proxies_given": False, "proxy_allowed": False}, {"proxies_given": True, "proxy_allowed": False}),
    ),
    "nothing_to_appeal": (({"about_state": "evaluation.disqualified"}, {"about_state": "decision.pending"}),),
    "appeal_already_open": (({"open_appeals": 0}, {"open_appeals": 1}),),
    "appeal_grounds_missing": (({"grounds_given": True}, {"grounds_given": False}),),
    "appeal_due_missing": (
        ({"due_on": "2027-04-12", "today": "2027-04-12"}, {"due_on": "2027-04-11", "today": "2027-04-12"}),
        ({"due_on": "2027-04-12", "today": "2027-04-12"}, {"due_on": None, "today": "2027-04-12"}),
    ),
    "conclusion_missing": (({"conclusion_given": True}, {"conclusion_given": False}),),
}  # fmt: skip
WRITING = (
    "meeting_not_justified",
    ({"dossiers_to_be_asked_in_writing": 0}, {"dossiers_to_be_asked_in_writing": 1}),
)
"""One code stands for two conditions: a meeting that is called, and a re-evaluation put on the agenda of one."""


def guards(*specs: MachineSpec) -> list[Guard]:
    """Every guard once; a condition may hold lists, so they are compared, not hashed."""
    found: list[Guard] = []
    for rule in (rule for spec in specs for rule in spec.rules):
        found += [guard for guard in rule.guards if guard not in found]
    return found


GUARDS = guards(SESSION, APPEAL)


def sides_of(guard: Guard) -> list[tuple[Facts, Facts]]:
    """The cases that speak of just the facts this guard reads."""
    names = set(guard.condition.fact_names())
    known = [*SIDES[guard.code], *([WRITING[1]] if guard.code == WRITING[0] else [])]
    return [(holds, fails) for holds, fails in known if set(holds) == names]


def named(guard: Guard) -> str:
    return f"{guard.code}-{'-'.join(dict.fromkeys(guard.condition.fact_names()))}"


@pytest.mark.parametrize("guard", GUARDS, ids=named)
def test_a_guard_holds_up_to_its_edge_and_not_beyond_it(guard: Guard) -> None:
    cases = sides_of(guard)

    assert cases, "no case speaks of this guard's facts"
    assert [evaluate(guard.condition, holds) for holds, _ in cases] == [True] * len(cases)
    assert [evaluate(guard.condition, fails) is True for _, fails in cases] == [False] * len(cases)


def test_no_case_is_left_over() -> None:
    assert set(SIDES) == {guard.code for guard in GUARDS}
