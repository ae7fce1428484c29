"""The plan file format `ocop-plan/1` as one table: every key, its shape, and whether it must be there.

It holds no rule about how values fit together; those stand in `plan_checks.py`.
"""

from regulations.vocabulary import Bound
from states.cycle.shapes import Day, DayOrOffset, Key, Keys, ListOf, OneOf, Schema, Text, Whole, YesNo
from states.deadlines.codes import CALENDAR_CODES, MOST_BATCHES

FORMAT = "ocop-plan/1"
STEPS = ("guidance", "idea", "plan", "production", "evaluation", "promotion", "review")
BATCH_STEPS = ("file", "district_done", "propose", "evaluate", "results")
BATCH_LEVELS = ("province", "central")
DOSSIER_KINDS = ("first", "upgrade", "re_evaluation")
TARGET_KINDS = (
    "count",
    "range",
    "transition",
    "per_area",
    "entities",
    "coverage",
    "facilities",
    "deliverable",
)
AUDIENCE = ("province_unit", "commune", "producer", "council_member", "province_chair")
OWNERS = (
    "producer",
    "commune",
    "province_unit",
    "advisory",
    "chair",
    "secretary",
    "province_chair",
    "ministry",
)
EVENT_KINDS = ("training", "conference", "fair", "supply_demand", "ecommerce", "communication")
EVENT_AUDIENCE = (
    "officials_province",
    "officials_district",
    "officials_commune",
    "producers_new",
    "producers_registered",
    "producers_recognised",
    "council",
    "partners",
    "public",
)
PARTNER_KINDS = ("association", "buyer", "bank", "research", "transport", "other")
WINDOW_CODES = {
    "guidance": "GUIDANCE_WINDOW", "idea": "IDEA_WINDOW", "plan": "PLAN_WINDOW", "production": "PRODUCTION_WINDOW",
    "evaluation": "EVALUATION_WINDOW", "promotion": "PROMOTION_WINDOW", "review": "YEAR_REPORT",
}  # fmt: skip
STEP_CODES = {
    ("province", "file"): "BATCH{}_FILE", ("province", "district_done"): "BATCH{}_DISTRICT",
    ("province", "propose"): "BATCH{}_PROPOSE", ("province", "evaluate"): "BATCH{}_PROVINCE",
    ("province", "results"): "BATCH{}_RESULTS", ("central", "propose"): "CENTRAL{}_PROPOSE",
    ("central", "evaluate"): "CENTRAL{}_DONE",
}  # fmt: skip
"""The code of the deadline that a window or a step of a batch becomes."""

_BOUND = OneOf(tuple(Bound))
_YEAR = Whole(2018, 2100, "year")
_LINK = Text(600, wanted="link")
MONTH = Text(7, r"(199[0-9]|20[0-9]{2})-(0[1-9]|1[0-2])", "month")
_REF = Text(30, r"[a-z0-9][a-z0-9-]*", "ref")

DOCUMENT = Keys(
    (
        Key("number", Text(60), required=True, what="number of the document, 959/KH-UBND"),
        Key("date", Day(), what="day it was signed"),
        Key("what", Text()),
        Key("link", _LINK, what="where the document can be read"),
    )
)
WINDOW = Keys(
    (
        Key("step", OneOf(STEPS), required=True),
        Key("opens", DayOrOffset(), required=True, what="first day"),
        Key("closes", DayOrOffset(), required=True, what="stated last day, read with bound"),
        Key("bound", _BOUND, what="before: the day itself is too late; by (default): it still counts"),
        Key("batch", Whole(1, MOST_BATCHES), what="the batch this window belongs to"),
        Key("note", Text()),
    )
)
BATCH_STEP = Keys(
    (
        Key("step", OneOf(BATCH_STEPS), required=True),
        Key("date", DayOrOffset(), required=True),
        Key("bound", _BOUND, required=True),
        Key("title", Text()),
    )
)
BATCH = Keys(
    (
        Key("level", OneOf(BATCH_LEVELS), required=True),
        Key("number", Whole(1, MOST_BATCHES), required=True),
        Key("opens", DayOrOffset(), what="first day on which dossiers are taken in"),
        Key("steps", ListOf(BATCH_STEP, 10), required=True),
        Key("products", Whole(0, 100_000), what="dossiers expected"),
        Key("note", Text()),
    )
)
_MEASURE = (
    Key("at_least", Whole()),
    Key("exactly", Whole()),
    Key("from", Whole()),
    Key("to", Whole()),
    Key("percent", Whole(0, 100)),
    Key("about", Whole(), what="what the percentage comes to"),
)
AREA = Keys(
    (
        Key("unit", Text(120, r"[0-9]{2,5}|x-[a-z0-9-]+", "unit"), required=True),
        Key("at_least", Whole()),
        Key("exactly", Whole()),
    )
)
TARGET = Keys(
    (
        Key("kind", OneOf(TARGET_KINDS), required=True),
        Key("what", Text(), required=True, what="the target in words"),
        Key("year", _YEAR, what="in a plan over several years: the year it falls in; absent: the whole time"),
        Key("stars", Whole(1, 5), what="stars the products must have at least"),
        Key(
            "of",
            OneOf(DOSSIER_KINDS),
            what="only products that come for the first time, are raised, or come again",
        ),
        Key("from_stars", Whole(1, 5)),
        Key("to_stars", Whole(1, 5)),
        Key(
            "basis", OneOf(("participation", "results")), what="per area: counted at filing or at recognition"
        ),
        *_MEASURE,
        Key("per_area_from", Whole()),
        Key("per_area_to", Whole()),
        Key("areas", ListOf(AREA, 400)),
        Key("note", Text()),
    )
)
TASK = Keys(
    (
        Key("title", Text(), required=True),
        Key("ref", _REF, what="a name other tasks can follow"),
        Key("after", ListOf(_REF, 20), what="refs of the tasks that must be done first"),
        Key("year", _YEAR, what="in a plan over several years: the year it belongs to"),
        Key("owner", OneOf(OWNERS)),
        Key("department", Text(160), what="the body that answers for it"),
        Key("due", DayOrOffset()),
        Key("bound", _BOUND),
        Key("output", Text(), what="what stands on the table when it is done"),
        Key("note", Text()),
    )
)
EVENT = Keys(
    (
        Key("kind", OneOf(EVENT_KINDS), required=True),
        Key("title", Text(), required=True),
        Key("date", DayOrOffset()),
        Key("month", MONTH, what="where the plan names only a month"),
        Key("from", DayOrOffset()),
        Key("to", DayOrOffset()),
        Key("audience", ListOf(OneOf(EVENT_AUDIENCE), 10), what="whom it is held for"),
        Key("places", Whole(0, 100_000), what="how many can take part"),
        Key("owner", OneOf(OWNERS)),
        Key("department", Text(160)),
        Key("note", Text()),
    )
)
CALENDAR_ENTRY = Keys(
    (
        Key("code", OneOf(CALENDAR_CODES), what="a code of the deadline catalogue; absent: CALENDAR_ENTRY"),
        Key("title", Text(), required=True),
        Key("date", DayOrOffset()),
        Key("month", MONTH, what="where the plan names only a month"),
        Key("from", DayOrOffset()),
        Key("to", DayOrOffset()),
        Key("bound", _BOUND),
        Key("kind", OneOf(("planned", "happened"))),
        Key("round", Whole(1, MOST_BATCHES)),
        Key("document", Text(120)),
        Key("note", Text()),
    )
)
COUNCIL = Keys(
    (
        Key("level", OneOf(("district", "province", "central")), required=True),
        Key("batch", Whole(1, MOST_BATCHES)),
        Key("round", Whole(1, 2), what="first or second evaluation of one batch (rulesets with two rounds)"),
        Key("title", Text()),
        Key("from", DayOrOffset()),
        Key("to", DayOrOffset()),
        Key("sessions", Whole(1, 200), what="councils that sit at the same time"),
        Key("products", Whole(0, 100_000), what="products to be heard; absent: those its batch expects"),
        Key("per_day", Whole(1, 1000), what="most products one council sees in a day"),
    )
)
BASELINE = Keys(
    (
        Key("at", Day(), required=True, what="day the figures stand for"),
        *(
            Key(name, Whole(), what=what)
            for name, what in (
                ("products", "products recognised"),
                ("three_star", ""),
                ("four_star", ""),
                ("five_star", ""),
                ("target", "what had been aimed at; the fulfilment is products of target"),
                ("entities", "producers taking part"),
                ("enterprises", ""),
                ("cooperatives", ""),
                ("groups", ""),
                ("households", ""),
            )
        ),
        Key(
            "held",
            ListOf(Keys((Key("what", Text(120), required=True), Key("count", Whole(), required=True))), 40),
            what="certificates and marks held: VietGAP, HACCP, trade marks",
        ),
        Key("source", _LINK),
    )
)
SURVEY = Keys(
    (
        Key("at", Day(), what="day the figures stand for, where the source states it"),
        Key("sample", Whole(1, 100_000), required=True, what="products asked"),
        Key("revenue_million_vnd", Whole(), what="of the whole sample in a year"),
        Key("revenue_each_million_vnd", Whole()),
        Key("profit_each_million_vnd", Whole()),
        Key("growth_percent", Whole(-100, 10_000), what="against the year before recognition"),
        Key("source", _LINK),
    )
)
PARTNER = Keys(
    (
        Key("name", Text(), required=True),
        Key("kind", OneOf(PARTNER_KINDS), required=True),
        Key("members", Whole(1, 1_000_000)),
        Key("note", Text()),
    )
)
PLAN = Keys(
    (
        Key("format", OneOf((FORMAT,)), required=True),
        Key("province", Text(60, r"[0-9]{2}|x-[a-z0-9-]+|vn", "province"), required=True),
        Key("province_name", Text(120), what="needed for a province that exists no more (x-…)"),
        Key("year", _YEAR, what="the one year of the cycle"),
        Key("years", ListOf(_YEAR, exactly=2), what="first and last year of a programme"),
        Key("title", Text(), required=True),
        Key("illustrative", YesNo(), what="true: invented for showing, marked so on every page"),
        Key("theme", Text()),
        Key(
            "themes",
            ListOf(Keys((Key("year", _YEAR, required=True), Key("theme", Text(), required=True))), 30),
        ),
        Key("budget_million_vnd", Whole(), what="of the whole plan"),
        Key(
            "budget_note",
            Text(160),
            what="what to know of that sum: that the source says about, whose money it is",
        ),
        Key(
            "budgets",
            ListOf(
                Keys(
                    (
                        Key("year", _YEAR, required=True),
                        Key("million_vnd", Whole(), required=True),
                        Key("from", Text(160), what="where the money comes from"),
                    )
                ),
                100,
            ),
        ),
        Key("lead", Text(160), what="the body that leads the programme"),
        Key("programme", Text(60), what="number of the programme this yearly plan belongs to"),
        Key("ruleset", Text(40), what="absent: the one in force on the first day of the year"),
        Key("documents", ListOf(DOCUMENT, 40), required=True),
        Key("sources", ListOf(_LINK, 40)),
        Key("audience", ListOf(OneOf(AUDIENCE), 10), what="who is told; absent: communes and producers"),
        Key("windows", ListOf(WINDOW, 60)),
        Key("batches", ListOf(BATCH, 12), what="absent: the batches the law fixes"),
        Key("targets", ListOf(TARGET)),
        Key("tasks", ListOf(TASK)),
        Key("calendar", ListOf(CALENDAR_ENTRY)),
        Key("councils", ListOf(COUNCIL, 100)),
        Key("events", ListOf(EVENT, 200), what="trainings, fairs, conferences"),
        Key("baseline", ListOf(BASELINE, 40), what="where the province stands before"),
        Key("surveys", ListOf(SURVEY, 40), what="what recognition brought, asked of a sample"),
        Key("partners", ListOf(PARTNER, 200)),
        Key("local_brand", Text(120), what="brand shown beside the OCOP mark, OCOP_AG"),
        Key("key_products", ListOf(Text(), 500)),
        Key("national_candidates", ListOf(Text(), 500)),
        Key("potential_products", ListOf(Text(), 2000)),
        Key(
            "accepted",
            ListOf(
                Keys(
                    (
                        Key(
                            "warning", Text(80), required=True, what="id of a warning as the preview shows it"
                        ),
                        Key("reason", Text(), required=True),
                    )
                ),
                60,
            ),
        ),
    )
)


def plan_schema() -> Schema:
    """The format as JSON Schema 2020-12, for editors that check while one types."""
    about: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:ocop:plan:1",
        "title": FORMAT,
    }
    return about | PLAN.schema()
