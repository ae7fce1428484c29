"""Producers as an office sees them: the list, one producer with everything kept of it, and the form of a new one.

People's data is read only for those who look after the producer, or act for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.queries import registered
from api.rights import appointer_ref
from core.columns import instant_text
from core.errors import Forbidden, NotFound
from core.tx import ReadTx
from registry import contact, units
from registry.actors import Actor
from registry.producer_changes import FormOfTime, legal_forms
from registry.producer_people import Gender, PersonRead, person_of
from registry.producer_years import BallotFacts, CooperativeGrade, YearFacts, ballot_facts, years_of
from registry.producers import LegalForm, ProducerRead, ProducerType, get_producer, producers_named
from registry.products import ProductRead, products_of
from registry.roles import Role
from states.certificate import queries as certificates
from states.engine import permissions
from states.outcomes.repairs import may_repair
from states.outcomes.repairs_read import RepairRead, repairs_of, row_seen
from web import days, wording
from web.fields import Input, Typed

PAGE = 50
CARERS = frozenset({Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADMIN})
"""Who sees the people behind a producer."""
REGISTRARS = (Role.PROVINCE_UNIT, Role.COMMUNE)


@dataclass(frozen=True, slots=True)
class ProducerLine:
    """One row of the list."""

    id: str
    name: str
    type: str
    commune: str


def page_of(rtx: ReadTx, actor: Actor, words: str, after: str) -> tuple[list[ProducerLine], str]:
    """A page of the producers in reach, and after which one the next page begins."""
    found = registered.producers(rtx, actor, after=after, limit=PAGE, words=words)
    names: dict[str, str] = {}
    lines = []
    for row in found[:PAGE]:
        place = row["commune_code"] or row["province_code"]
        if place not in names:
            names[place] = units.get(rtx, place).name_vi
        lines.append(
            ProducerLine(row["id"], row["name"], wording.label("producer_type", row["type"]), names[place])
        )
    return lines, lines[-1].id if len(found) > PAGE else ""


@dataclass(frozen=True, slots=True)
class ProducerPage:
    """One producer; `person` is None for whoever does not look after it."""

    producer: ProducerRead
    type: str
    place: str
    person: PersonRead | None
    phone: str
    forms: list[tuple[FormOfTime, str]]
    years: list[YearFacts]
    ballot: BallotFacts
    year: int
    products: list[tuple[ProductRead, list[certificates.CertificateRead]]]
    repairs: list["RepairView"]
    may_repair: bool
    may_change: bool
    may_state: bool
    may_appoint: bool


@dataclass(frozen=True, slots=True)
class RepairView:
    """A repair in words."""

    at: str
    at_iso: str
    reason: str
    document: str
    changes: list[tuple[str, str]]


def repair_views(found: Sequence[RepairRead]) -> list[RepairView]:
    """Repairs in words, the newest first."""
    return [
        RepairView(
            at=days.moment(one.at),
            at_iso=instant_text(one.at),
            reason=one.reason,
            document=one.document,
            changes=[
                (
                    wording.field_label(each.column),
                    wording.corrected(each.before, each.after, hidden=each.hidden),
                )
                for each in one.changes
            ],
        )
        for one in reversed(found)
    ]


def producer_page(rtx: ReadTx, actor: Actor, producer_id: str) -> ProducerPage:
    """Everything kept of a producer.

    Raises:
        NotFound: `unknown_producer`, also for one that is not theirs to see.
    """
    row = row_seen(rtx, "producer", producer_id, actor)
    if row is None:
        raise NotFound("unknown_producer", producer=producer_id)
    roles, producer = permissions.roles_at(actor, row), get_producer(rtx, producer_id)
    person = person_of(rtx, producer_id) if roles & CARERS else None
    phone = person.representative.phone if person else None
    held = certificates.of_producers(rtx, [producer_id])
    this_year = days.local(rtx.now).year
    return ProducerPage(
        producer=producer,
        type=form_words(producer.type, producer.legal_form, producer.community_majority),
        place=_place(rtx, producer),
        person=person,
        phone=contact.shown_phone(phone) if phone else "",
        forms=[(each, form_words(each.type, each.legal_form, each.community_majority))
               for each in reversed(legal_forms(rtx, producer_id))],
        years=years_of(rtx, producer_id)[::-1],
        ballot=ballot_facts(rtx, producer_id, this_year),
        year=this_year,
        products=[(each, [one for one in held if one.product_id == each.id])
                  for each in products_of(rtx, producer_id)],
        repairs=repair_views(repairs_of(rtx, f"producer/{producer_id}")),
        may_repair=may_repair(actor, row),
        may_change=bool(roles & frozenset(REGISTRARS)),
        may_appoint=may_appoint(actor, producer),
        may_state=bool(roles & frozenset({Role.PRODUCER, *REGISTRARS})),
    )  # fmt: skip


def may_appoint(actor: Actor, producer: ProducerRead) -> bool:
    """Whether this person gives rights for this producer."""
    try:
        appointer_ref(actor, Role.PRODUCER, home_unit(producer), producer.province_code)
    except Forbidden:
        return False
    return True


def home_unit(producer: ProducerRead) -> str:
    """The unit in which its people are appointed."""
    return producer.commune_code or producer.province_code


def _place(rtx: ReadTx, producer: ProducerRead) -> str:
    codes = [code for code in (producer.commune_code, producer.province_code) if code]
    names = [units.get(rtx, code).name_vi for code in codes]
    return ", ".join([*names[:1], *map(wording.lower_unit, names[1:])])


def form_words(kind: ProducerType, form: LegalForm | None, majority: bool | None) -> str:
    """The kind of organisation in words, as the ballots tell them apart."""
    parts = [wording.label("producer_type", kind)]
    if form is not None:
        parts.append(wording.label("legal_form", form))
    if majority is not None:
        parts.append("vốn cộng đồng địa phương từ 51%" if majority else "vốn cộng đồng địa phương dưới 51%")
    return ", ".join(parts)


def communes_open_to(rtx: ReadTx, actor: Actor) -> list[tuple[str, str]]:
    """The communes in force in which this person may register a producer, with their names."""
    today = days.local(rtx.now).date()
    found: dict[str, str] = {}
    for held in actor.appointments:
        if held.taken_over:
            continue
        if held.role is Role.COMMUNE:
            found[held.unit_code] = units.get(rtx, held.unit_code).name_vi
        elif held.role is Role.PROVINCE_UNIT:
            found |= {unit.code: unit.name_vi for unit in units.communes(rtx, held.unit_code, today)}
    return list(found.items())


def words_of(group: str, members: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(each.value), wording.label(group, each)) for each in members)


def form_inputs(typed: Typed | None) -> list[Input]:
    """The fields that say what kind of organisation it is."""
    types = words_of("producer_type", [each for each in ProducerType if each is not ProducerType.NOT_STATED])
    return [
        _input("type", "choice", typed, choices=types, required=True),
        _input("legal_form", "choice", typed, choices=words_of("legal_form", list(LegalForm)),
               hint="Chỉ ghi cho doanh nghiệp."),
        _input("community_majority", "ternary", typed, hint="Chỉ ghi cho công ty cổ phần."),
    ]  # fmt: skip


def new_inputs(communes: Sequence[tuple[str, str]], typed: Typed | None) -> list[Input]:
    """The fields of a new producer."""
    person = [
        _input("representative_name", "line", typed),
        _input("representative_gender", "choice", typed, choices=words_of("gender", list(Gender))),
        _input("representative_ethnicity", "line", typed),
        _input("representative_disability", "ternary", typed),
        _input("representative_phone", "line", typed, hint="Số để nhắc hạn, ví dụ 0900 000 000."),
        _input("representative_email", "line", typed),
        _input("representative_address", "line", typed),
    ]
    return [
        _input("name", "line", typed, required=True, hint="Đúng như trong giấy đăng ký."),
        *form_inputs(typed),
        _input("tax_code", "line", typed, hint="10 số, 13 số nếu là chi nhánh, 12 số nếu là hộ kinh doanh."),
        _input("commune_code", "choice", typed, choices=tuple(communes), required=True),
        *person,
    ]


def year_inputs(typed: Typed | None) -> list[Input]:
    """The fields of one stated year."""
    numbers = [
        _input(name, "whole", typed, required=name == "year")
        for name in ("year", "workers", "local_workers", "women_workers", "minority_workers", "revenue_million_vnd",
                     "profit_million_vnd")
    ]  # fmt: skip
    grade = words_of("cooperative_grade", list(CooperativeGrade))
    return [
        *numbers,
        _input("cooperative_grade", "choice", typed, choices=grade, hint="Chỉ ghi cho hợp tác xã."),
    ]


def _input(
    name: str,
    look: str,
    typed: Typed | None,
    *,
    choices: tuple[tuple[str, str], ...] = (),
    required: bool = False,
    hint: str = "",
) -> Input:
    return Input(
        name=name,
        label=wording.label("producer_field", name),
        look=look,
        hint=hint,
        value=typed.one(name) if typed else "",
        choices=choices,
        required=required,
    )


class NamesakesError(Exception):
    """Others of this very name are there, and nobody has said yet that this is another one."""

    def __init__(self, found: Sequence[Any]) -> None:
        super().__init__("namesakes")
        self.found = found


def check_namesakes(found: Sequence[Any]) -> None:
    """Stop before another of the same name is registered.

    Raises:
        NamesakesError: there are some.
    """
    if found:
        raise NamesakesError(found)


def namesakes(rtx: ReadTx, name: str, commune_code: str) -> list[ProducerRead]:
    """Producers of the province that carry this very name: a hint before another one is registered."""
    if not name.strip() or units.find(rtx, commune_code) is None:
        return []
    return producers_named(rtx, name, units.province_of(rtx, commune_code))
