"""One small function per question of law: it puts the case to the product and returns what the product answers.

Questions for the machines stand in ``machine_answers.py``; ``compare.py`` sets the answer against the case.
"""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from regulations import (
    batches,
    certificates,
    commune_check,
    council,
    deadlines,
    documents,
    levels,
    periods,
    rulesets,
    stars,
)
from regulations.settings import Settings
from regulations.vocabulary import Kind, Level, Verdict
from regulations.working_calendar import WorkingCalendar, seed
from tests.cases.case_files import Case

Answer = dict[str, Any]
VIETNAM = timezone(timedelta(hours=7))


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    return seed(range(2018, 2032))


def settings(case: Case) -> Settings:
    return Settings(case.given.get("settings") or {})


def given_ruleset(case: Case) -> rulesets.Ruleset:
    return rulesets.get(case.given["ruleset"])


def maybe(ruleset_id: str | None) -> rulesets.Ruleset | None:
    return rulesets.get(ruleset_id) if ruleset_id else None


def verdict(found: Verdict, name: str = "allowed") -> Answer:
    return {name: found.allowed, "reason": found.reason, "missing": list(found.missing)}


def ask_ruleset(case: Case) -> Answer:
    choice = rulesets.for_dossier(
        filed_on=case.when["filed_on"],
        kind=Kind(case.when["kind"]),
        decide_on=case.when.get("decide_on"),
        settings=settings(case),
        calendar=calendar(),
    )
    return {
        "ruleset": choice.ruleset.id if choice.ruleset else None,
        "complete_by": choice.complete_by,
        "allowed": choice.allowed,
        "reason": choice.reason,
    }


def ask_working_day(case: Case) -> Answer:
    return {"working": calendar().is_working(case.when["day"])}


def ask_period(case: Case) -> Answer:
    last_day = periods.period_end(
        case.when["from"], case.when["amount"], case.when["unit"], calendar(), settings(case)
    )
    return {"last_day": last_day, "closes_at": periods.closes_at(last_day, settings(case))}


def ask_in_time(case: Case) -> Answer:
    at = datetime.fromisoformat(case.when["at"])
    last_day = case.when["last_day"]
    return {
        "in_time": periods.in_time(at, last_day, settings(case)),
        "closes_at": periods.closes_at(last_day, settings(case)),
    }


def ask_batch(case: Case) -> Answer:
    batch = batches.batch_for(
        given_ruleset(case),
        Level(case.when["level"]),
        case.when["proposed_on"],
        kind=Kind(case.when.get("kind", "first")),
        settings=settings(case),
        calendar=calendar(),
    )
    if batch is None:
        return {"batch": None}
    evaluated_on = case.when.get("evaluated_on")
    return {
        "batch": {"year": batch.year, "number": batch.number},
        "propose_last_day": batch.propose.last_day,
        "evaluate_last_day": batch.evaluate.last_day,
        "evaluated_late": evaluated_on and batch.evaluate.is_late(evaluated_on),
    }


def ask_round(case: Case) -> Answer:
    rounds = [batches.Round(each["number"], each["dossiers_before"]) for each in case.given["rounds"]]
    found = batches.round_for(rounds, case.when["dossier_on"], settings(case))
    return {"round": found.number if found else None}


def ask_extra_batch(case: Case) -> Answer:
    given = case.given
    return verdict(
        batches.extra_batch(
            given_ruleset(case), in_regulation=given["in_regulation"], in_plan=given["in_plan"]
        )
    )


def ask_year_plan(case: Case) -> Answer:
    return verdict(batches.year_plan(given_ruleset(case), case.when["batches"]))


def ask_commune_check(case: Case) -> Answer:
    returns = [commune_check.Return(**each) for each in case.when.get("returns", ())]
    found = commune_check.commune_check(
        given_ruleset(case),
        case.when["received_on"],
        calendar(),
        settings(case),
        returns=returns,
        sent_on=case.when.get("sent_on"),
    )
    return {
        "last_day": found.last_day,
        "closes_at": found.closes_at,
        "raw_last_day": found.raw_last_day,
        "late": found.late,
    }


def ask_last_receipt(case: Case) -> Answer:
    last = commune_check.last_receipt(given_ruleset(case), case.when["propose_last_day"], calendar())
    return {"last_receipt_day": last}


def ask_deciders(case: Case) -> Answer:
    found = levels.deciders(rulesets.get(case.when["ruleset"]))
    return {"deciders": {str(star): level for star, level in found.items()}}


def ask_forward(case: Case) -> Answer:
    ruleset = rulesets.get(case.when["ruleset"])
    mean = levels.exact(case.when["mean"])
    return {"forward_to": levels.forward_to(ruleset, Level(case.when["level"]), mean)}


def ask_parts(case: Case) -> Answer:
    return {"parts": levels.parts(rulesets.get(case.when["ruleset"]))}


def ask_stars(case: Case) -> Answer:
    when = case.when
    mean = stars.mean_of(when["totals"]) if "totals" in when else levels.exact(when["mean"])
    found = stars.rate(
        rulesets.get(when["ruleset"]),
        Level(when["level"]),
        mean,
        floors_missed={int(star): ids for star, ids in when.get("floors_missed", {}).items()},
        rejected="rejected" in when,
        settings=settings(case),
    )
    return {"band": found.band, "stars": found.stars, "outcome": found.outcome, "mean": str(mean)}


def ask_tally(case: Case) -> Answer:
    found = stars.tally(case.when["totals"], case.when.get("conflicted", ()), settings(case))
    return {
        "mean": str(found.mean),
        "spread": str(found.spread),
        "needs_rescoring": found.needs_rescoring,
        "counted": found.counted,
    }


def ask_council_composition(case: Case) -> Answer:
    given = case.given
    existing = ["food_safety"] if given.get("food_safety_department_exists") else []
    found = council.council_composition(
        given_ruleset(case),
        Level(given["level"]),
        chair=given["chair"],
        seats=given["seats"],
        authorised=given.get("authorised", False),
        existing=existing,
    )
    return verdict(found, "valid")


def ask_session_valid(case: Case) -> Answer:
    when = case.when
    found = council.session_valid(
        when["seats"], when["present"], head_present=when["head_present"], settings=settings(case)
    )
    return verdict(found, "valid")


def ask_session_kind(case: Case) -> Answer:
    facts = case.given.get("facts", {})
    found = council.session_kind(
        given_ruleset(case),
        Kind(case.given["kind"]),
        case.when["session"],
        opinions_differ=facts.get("opinions_differ", False),
        complex_matter=facts.get("complex", False),
    )
    return verdict(found)


def ask_deadline(case: Case) -> Answer:
    found = deadlines.deadline(
        given_ruleset(case), case.when["code"], case.when["start_on"], calendar(), settings(case)
    )
    return {"last_day": found.last_day, "closes_at": found.closes_at}


def ask_certificate_dates(case: Case) -> Answer:
    found = certificates.certificate_dates(
        maybe(case.when["ruleset"]),
        case.when["issued_on"],
        settings(case),
        renewed_under=maybe(case.when.get("renewed_under")),
    )
    names = ("expires_on", "last_valid_day", "first_invalid_day", "window_opens", "window_closes")
    return {name: getattr(found, name) for name in names}


def ask_certificate_on(case: Case) -> Answer:
    given = case.given["certificate"]
    dates = certificates.certificate_dates(
        maybe(given["ruleset"]),
        given["issued_on"],
        settings(case),
        renewed_under=maybe(case.given.get("renewed_under")),
    )
    events = [
        certificates.Event(each["day"], certificates.CertificateEvent(each["event"]), each.get("stars"))
        for each in case.given.get("events", ())
    ]
    found = certificates.certificate_on(dates, given["stars"], case.when["day"], events, settings(case))
    new = found.successor
    return {
        "state": found.state,
        "valid": found.valid,
        "stars": found.stars,
        "grace_ends": found.grace_ends,
        "successor": new and {"stars": new.stars, "expires_on": new.expires_on},
    }


def ask_cohort_on(case: Case) -> Answer:
    when = case.when
    dates = certificates.certificate_dates(None, when["issued_on"], settings(case))
    expired, renewed = certificates.cohort_on(dates, when["certificates"], when["renewed"], when["day"])
    return {"expired": expired, "renewed": renewed}


def ask_notices(case: Case) -> Answer:
    ruleset = given_ruleset(case)
    issued_on = periods.add_months(case.when["expires_on"], -36)
    dates = certificates.certificate_dates(ruleset, issued_on, settings(case), renewed_under=ruleset)
    found = certificates.notice_ladder(dates, case.when.get("filed_on"))
    return {"notices": [{"kind": str(each.kind), "day": each.day} for each in found]}


def ask_documents(case: Case) -> Answer:
    when = case.when
    missing = documents.missing_documents(
        given_ruleset(case),
        when["dossier"],
        Kind(when["kind"]),
        product_group=when["product_group"],
        present=when["present"],
        samples=when.get("samples", 0),
    )
    return {"complete": not missing, "missing": list(missing)}


ANSWERS: dict[str, Callable[[Case], Answer]] = {
    name.removeprefix("ask_"): function for name, function in globals().items() if name.startswith("ask_")
}
