"""A subject as far as a case states it: the case's words put where the product's fact functions look for them.

Instants, stars, windows and dates come from the product's own arithmetic; a word without a place here is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from core.clock import VIETNAM
from core.columns import instant_text
from registry.actors import SYSTEM_ACTOR
from regulations import batches, rulesets
from regulations.levels import exact
from regulations.periods import closes_at
from regulations.settings import Settings
from regulations.vocabulary import Level
from regulations.working_calendar import WorkingCalendar
from states.dossier.changes import stars_of
from states.engine.decide import Move
from states.engine.machine import Asked, Machine
from tests.cases.stated import UNSTATED, Moment, Stated

NOON = time(12, tzinfo=VIETNAM)
LEVELS = {"new": "commune", "idea": "commune", "plan": "commune", "production": "commune", "dossier": "commune",
          "commune": "commune", "central": "central"}  # fmt: skip
"""The level of a dossier by the first word of its state; the province where none is named."""


@dataclass
class Subject:
    """Columns, what is sent, what stands above, and facts that are already the product's own; all as stated."""

    machine: Machine
    ruleset: rulesets.Ruleset
    settings: Settings
    calendar: WorkingCalendar
    day: date | None = None
    row: Stated = field(default_factory=Stated)
    data: Stated = field(default_factory=Stated)
    above: Stated = field(default_factory=Stated)
    direct: Stated = field(default_factory=Stated)
    reason: Any = UNSTATED
    rows: Any = UNSTATED
    put: dict[str, set[tuple[int, str]]] = field(default_factory=dict)

    def asked(self, trigger: str, *, day: date | None = None, data: Mapping[str, Any] | None = None) -> Asked:
        """The question as the product's facts and changes see it, at noon of the day stated."""
        on = day or self.day
        moment: Any = Moment(datetime.combine(on, NOON).astimezone(UTC), self.rows) if on else UNSTATED
        return Asked(
            moment, self.row, trigger, self.data if data is None else data, self.reason, SYSTEM_ACTOR,
            moment.now_text if on else UNSTATED, (), lambda *_: self.above,
            cache={"settings": self.settings, "calendar": self.calendar},
        )  # fmt: skip

    def end_of(self, day: date) -> str:
        return instant_text(closes_at(day, self.settings))

    def names(self) -> set[tuple[int, str]]:
        """Every place that holds something, by its container's number."""
        return {(number, name) for number, held in enumerate(self._containers()) for name in held}

    def unread(self) -> list[str]:
        """The case's words of which nobody looked at any place."""
        read = {(number, name) for number, held in enumerate(self._containers()) for name in held.read}
        return sorted(word for word, places in self.put.items() if places and not places & read)

    def forget_reading(self) -> None:
        for held in self._containers():
            held.read.clear()

    def _containers(self) -> tuple[Stated, ...]:
        return self.row, self.data, self.above, self.direct


def subject(
    machine: Machine, state: str, given: Mapping[str, Any], *, settings: Settings, calendar: WorkingCalendar
) -> Subject:
    """A subject in a state under a ruleset and of a kind, with nothing else known of it yet."""
    ruleset = rulesets.get(given["ruleset"])
    made = Subject(machine, ruleset, settings, calendar)
    level = LEVELS.get(state.partition(".")[0], "province")
    made.row.update(
        state=state, level=level, kind=given.get("kind", "first"), ruleset=ruleset.pin, cycle_id=None
    )
    return made


def place(found: Subject, facts: Mapping[str, Any], when: Mapping[str, Any]) -> None:
    """Put a case's facts, its day and the stars its decision names where the product looks for them."""
    if when.get("day"):
        found.day = when["day"]
        found.data["event_on"] = when["day"].isoformat()
    for word, value in facts.items():
        before = found.names()
        PLACES[word](found, value)
        found.put[word] = found.names() - before
    if "points_sum" in found.row:
        _rate(found)
    if "stars" in when:
        _decide(found, when["trigger"], when["stars"])
    found.forget_reading()


def _rate(found: Subject) -> None:
    """The stars follow from the mean and the floors by the product; stars that a case also states must agree."""
    before = found.names()
    found.row.setdefault("floor_stars", None)
    stars = stars_of(found.asked("record_council_facts"), found.row)
    assert found.row.setdefault("stars", stars) == stars, "the case's stars do not follow from its mean"
    for word in MEANS & set(found.put):
        found.put[word] |= found.names() - before


def _decide(found: Subject, trigger: str, stars: int | None) -> None:
    """The stars of a decision: sent where the decider chooses them, else those of the record."""
    form = found.machine.spec.forms.get(trigger)
    if form and "decided_stars" in form.fact_names():
        found.data["decided_stars"] = stars
    else:
        assert found.row.setdefault("stars", stars) == stars, (
            "the decision's stars are not those of the record"
        )


def _column(name: str) -> Callable[[Subject, Any], None]:
    return lambda found, value: found.row.update({name: value})


def _sent(*names: str) -> Callable[[Subject, Any], None]:
    def put(found: Subject, value: Any) -> None:
        found.data.update(dict.fromkeys(names, value.isoformat() if isinstance(value, date) else value))

    return put


def _above(name: str) -> Callable[[Subject, Any], None]:
    def put(found: Subject, value: Any) -> None:
        found.above[name] = value.isoformat() if isinstance(value, date) else value

    return put


def _direct(name: str) -> Callable[[Subject, Any], None]:
    return lambda found, value: found.direct.update({name: value})


def _mean(found: Subject, text: str) -> None:
    mean = exact(text)
    found.row.update(points_sum=mean.numerator, points_count=mean.denominator)


def _floors(found: Subject, missed: Mapping[int, list[str]]) -> None:
    found.row["floor_stars"] = min(map(int, missed)) - 1 if missed else None


def _spread(found: Subject, text: str) -> None:
    spread = exact(text)
    assert spread.denominator == 1, "the product keeps a spread in whole points"
    found.row["spread"] = spread.numerator


def _decision(found: Subject, decision: Mapping[str, Any] | None) -> None:
    if decision is None:
        found.data.update(decision_number=None, decision_on=None, signer=None)
    else:
        found.data.update(decision_number=decision["number"], decision_on=decision["signed_on"].isoformat())


def _step_2_open(found: Subject, is_open: bool) -> None:
    found.direct["cycle_state"] = "open" if is_open else "published"


def _window(found: Subject, last_day: date) -> None:
    found.direct.update(dict.fromkeys(("idea_closes_at", "plan_closes_at"), found.end_of(last_day)))


def _reason(found: Subject, reason: str | None) -> None:
    found.reason = reason


def _returned(found: Subject, day: date) -> None:
    """The due instant, by the very change that the move into this state makes."""
    spec, state = found.machine.spec, found.row["state"]
    rule = next(one for one in spec.rules if one.dest == state and one.trigger in found.machine.changes)
    unsent = spec.forms[rule.trigger].clean(None)
    change = found.machine.changes[rule.trigger]
    found.row.update(
        change(found.asked(rule.trigger, day=day, data=unsent), Move(rule, next(iter(rule.roles))))
    )


def _batch(found: Subject, batch: Mapping[str, int]) -> None:
    """The batch a dossier stands in; the cycles of all years hold their statutory batches."""
    found.rows = StatutoryBatches(found)
    found.row.update(cycle_id=str(batch["year"]), batch_id=f"{batch['year']}-{batch['number']}")


@dataclass(frozen=True)
class StatutoryBatches:
    """The rows a cycle's batches would have, answered from the ruleset: a cycle is named by its year."""

    of: Subject

    def all(self, _: object, *, cycle_id: str, level: str) -> list[tuple[str, str]]:
        found = batches.batches_of(
            self.of.ruleset, Level(level), int(cycle_id), self.of.settings, self.of.calendar
        )
        return [(f"{cycle_id}-{each.number}", each.propose.last_day.isoformat()) for each in found]

    def one(self, statement: object, *, id: str) -> tuple[str]:  # noqa: A002 -- the name of the statement's parameter
        in_year = dict(self.all(statement, cycle_id=id.partition("-")[0], level=Level.PROVINCE))
        return (in_year[id],)


def _proxy(found: Subject, _: str) -> None:
    assert not found.settings["proxy"], "a proxy's ballot counts only where the setting allows it"


def _verified(found: Subject, verified: bool) -> None:
    """The product knows no verification apart from the conclusion or confirmation with its day."""
    found.data.setdefault("conclusion_on", None)
    stated = found.data["conclusion_on"] or dict(found.data).get("commune_confirmation_on")
    assert bool(stated) == verified, "verified without a conclusion, or a conclusion not verified"


PLACES: Mapping[str, Callable[[Subject, Any], None]] = {
    "mean": _mean,
    "central_mean": _mean,
    "floors_missed": _floors,
    "decision": _decision,
    "documents": _direct("documents"),
    "producer_type": _column("producer_type"),
    "product_group": _column("product_group"),
    "step_2_open": _step_2_open,
    "window_last_day": _window,
    "reason": _reason,
    "returned_on": _returned,
    "attempts": _column("attempts"),
    "matters": _sent("matters"),
    "form_03_signed": _sent("form_03_signed"),
    "batch": _batch,
    "certificate_state": _above("certificate_state"),
    "certificate_expires_on": _above("certificate_expires_on"),
    "certificate_last_valid_day": _above("certificate_last_valid_day"),
    "open_dossiers": _direct("open_dossiers"),
    "ballots": _column("ballots"),
    "required_ballots": _column("required_ballots"),
    "proxy_for": _proxy,
    "spread": _spread,
    "quorum_met": _column("quorum_met"),
    "ministry_request": _sent("ministry_document"),
    "stars": _column("stars"),
    "ground": _sent("ground"),
    "conclusion_on": _sent("conclusion_on"),
    "commune_confirmation_on": _sent("commune_confirmation_on"),
    "verified": _verified,
    "open_dossiers_unsettled": _direct("dossiers_unsettled"),
}
"""Where each word of the cases is found by the product."""
MEANS = frozenset({"mean", "central_mean", "floors_missed"})
