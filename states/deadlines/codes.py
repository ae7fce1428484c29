"""The deadline catalogue: one row per code, read by the plan, the sweep, the pages and the tests.

It computes no date: dates come from the law (`regulations`) or from a plan.
Source: `process.md` §2.8; QĐ 26/2026/QĐ-TTg Điều 5, 7, 8, 12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from registry.roles import Role

MOST_BATCHES = 4  # two by law (Điều 5.3), further ones by the council's regulation


class Ladder(StrEnum):
    """Which reminders lead up to a deadline."""

    ORDINARY = "ordinary"
    RENEWAL_WINDOW = "renewal_window"
    CERTIFICATE_END = "certificate_end"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CodeSpec:
    """One kind of deadline.

    ``hard``: the law or a decision fixes it, so only an extension moves it. ``on_due``: the trigger the system fires
    on the deadline's own subject from the first instant too late; None only notes the day. Its text is
    ``deadline.<code>``.
    """

    code: str
    owner: Role
    hard: bool
    basis: str
    on_due: str | None = None
    ladder: Ladder = Ladder.ORDINARY

    @property
    def label(self) -> str:
        """The key of its name in the texts."""
        return f"deadline.{self.code}"


_ART_5_1, _ART_5_2 = "QĐ 26/2026/QĐ-TTg Điều 5.1", "QĐ 26/2026/QĐ-TTg Điều 5.2"
_PRACTICE = "practice of the provinces"
_PLAN = "plan of the province"


def _batch(number: int) -> tuple[CodeSpec, ...]:
    first, central = f"BATCH{number}_", f"CENTRAL{number}_"
    return (
        CodeSpec(first + "FILE", Role.PRODUCER, False, _PLAN),
        CodeSpec(first + "DISTRICT", Role.PROVINCE_UNIT, False, _PLAN),
        CodeSpec(first + "PROPOSE", Role.COMMUNE, True, _ART_5_1, on_due="close_intake"),
        CodeSpec(first + "PROVINCE", Role.PROVINCE_UNIT, True, _ART_5_1),
        CodeSpec(first + "RESULTS", Role.PROVINCE_UNIT, False, _PLAN),
        CodeSpec(central + "PROPOSE", Role.PROVINCE_UNIT, True, _ART_5_2, on_due="close_intake"),
        CodeSpec(central + "DONE", Role.MINISTRY, False, _ART_5_2),
    )


_ROWS: tuple[CodeSpec, ...] = (
    # the cycle
    CodeSpec("GUIDANCE_WINDOW", Role.COMMUNE, False, _PLAN),
    CodeSpec("IDEA_WINDOW", Role.PRODUCER, True, _PRACTICE),
    CodeSpec("PLAN_WINDOW", Role.PRODUCER, True, _PRACTICE),
    CodeSpec("PRODUCTION_WINDOW", Role.PRODUCER, False, _PLAN),
    CodeSpec("EVALUATION_WINDOW", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("PROMOTION_WINDOW", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("YEAR_REPORT", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("RESULTS_ANNOUNCED", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("TASK", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("CALENDAR_ENTRY", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("EVENT", Role.PROVINCE_UNIT, False, _PLAN),
    CodeSpec("INSPECTION", Role.PROVINCE_UNIT, False, "QĐ 26/2026/QĐ-TTg Điều 9"),
    *(spec for number in range(1, MOST_BATCHES + 1) for spec in _batch(number)),
    # a dossier
    CodeSpec("IDEA_SUPPLEMENT", Role.PRODUCER, True, _PRACTICE, on_due="due_passed"),
    CodeSpec("PLAN_SUPPLEMENT", Role.PRODUCER, True, _PRACTICE, on_due="due_passed"),
    CodeSpec("PROGRESS_REPORT", Role.PRODUCER, False, _PLAN, on_due="flag_at_risk"),
    CodeSpec("COMMUNE_CHECK", Role.COMMUNE, True, "QĐ 26/2026/QĐ-TTg Điều 7.2"),
    CodeSpec("COUNCIL_MATERIAL", Role.SECRETARY, True, "QĐ 148/QĐ-TTg; QĐ 1048/QĐ-TTg; council regulation"),
    CodeSpec("BALLOT_DUE", Role.COUNCIL_MEMBER, True, "council regulation"),
    CodeSpec("COUNCIL_SESSION", Role.COUNCIL_MEMBER, False, "council regulation", ladder=Ladder.NONE),
    CodeSpec("APPEAL_DUE", Role.PROVINCE_UNIT, False, "set by whoever hears the appeal"),
    CodeSpec("RENEW_TOTAL", Role.PROVINCE_UNIT, True, "QĐ 26/2026/QĐ-TTg Điều 7.6.g"),
    CodeSpec("RUNOFF_FIRST", Role.PROVINCE_UNIT, True, "QĐ 26/2026/QĐ-TTg Điều 12.2"),
    CodeSpec("RUNOFF_RENEW", Role.PROVINCE_UNIT, True, "QĐ 26/2026/QĐ-TTg Điều 12.2"),
    CodeSpec("DOSSIER_SUPPLEMENT", Role.PRODUCER, False, "office, in its request for completion"),
    CodeSpec("REVIEW_OPENS", Role.SYSTEM, False, _PRACTICE, "cycle_review_due", Ladder.NONE),
    CodeSpec("CYCLE_ENDS", Role.SYSTEM, False, _PRACTICE, "next_cycle", Ladder.NONE),
    # a certificate
    CodeSpec("RENEW_OPEN", Role.PRODUCER, True, "QĐ 26/2026/QĐ-TTg Điều 7.6.a", "enter_window", Ladder.NONE),
    CodeSpec(
        "RENEW_CLOSE",
        Role.PRODUCER,
        True,
        "QĐ 26/2026/QĐ-TTg Điều 7.6.a",
        "window_missed",
        Ladder.RENEWAL_WINDOW,
    ),
    CodeSpec("EXPIRY_NOTICE", Role.PROVINCE_UNIT, True, "QĐ 148/QĐ-TTg"),
    CodeSpec("EXPIRY", Role.SYSTEM, True, "QĐ 26/2026/QĐ-TTg Điều 4.3", "expire", Ladder.CERTIFICATE_END),
    CodeSpec("GRACE_END", Role.SYSTEM, True, "QĐ 26/2026/QĐ-TTg Điều 12.3", "expire"),
    CodeSpec("REVOKE_DECISION", Role.PROVINCE_CHAIR, True, "QĐ 26/2026/QĐ-TTg Điều 8.4"),
)

CODES: Mapping[str, CodeSpec] = MappingProxyType({spec.code: spec for spec in _ROWS})
CALENDAR_CODES = ("CALENDAR_ENTRY", "RESULTS_ANNOUNCED", "YEAR_REPORT", "INSPECTION", "TASK")
"""Codes an entry of a plan's calendar may carry; those of windows and batches come from their own parts of the plan."""
