"""Changes of a producer: a mistake corrected, a legal form that became another, people taken out; each an act with its line.

No personal value enters a line: of names, numbers and people it keeps salted digests, which die with the salt.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date

from core.clock import VIETNAM
from core.db import ReadTx, Tx
from core.history import Written, append, read_lines
from core.lines import ActorRef, Line, parse_line
from registry.producer_people import (
    PersonRead,
    Representative,
    digest_of,
    forget_person,
    person_of,
    put_person,
    salt_of,
)
from registry.producers import (
    NOT_PERSONAL,
    PRODUCER,
    LegalForm,
    ProducerData,
    ProducerType,
    check_form,
    checked_producer,
    get_producer,
    tax_code_holder,
    write_producer,
)
from registry.refusals import bad_field, required_text
from registry.tables import day

FORM = ("type", "legal_form", "community_majority")
"""What a ballot asks of the kind of organisation."""
HIDDEN = ("name", "tax_code")
"""Columns of the producer itself that may name a person; a line keeps digests of them."""
LONGEST_DOCUMENT = 300
_PERSON = tuple(each.name for each in fields(Representative))


@dataclass(frozen=True, slots=True)
class FormOfTime:
    """The legal form from a day on, empty for the one it was registered with."""

    since: date | None
    type: ProducerType
    legal_form: LegalForm | None
    community_majority: bool | None
    document: str | None


def correct_producer(
    tx: Tx, producer_id: str, data: ProducerData, *, actor: ActorRef, reason: str, document: str
) -> Written:
    """Correct what was entered wrongly: the line has reason, document, and before and after.

    Raises:
        NotFound: `unknown_producer`, `unknown_unit`.
        BadInput: as `register_producer`, and `nothing_changed`.
    """
    why = required_text(reason, "reason")
    paper = required_text(document, "document", longest=LONGEST_DOCUMENT)
    before, person = asdict(get_producer(tx, producer_id)), person_of(tx, producer_id)
    values, personal = checked_producer(tx, data)
    holder = values["tax_code"] and tax_code_holder(tx, str(values["tax_code"]))
    if holder not in (None, producer_id):
        raise bad_field("tax_code", "tax_code_taken")
    salt = salt_of(tx, producer_id)
    write_producer(tx, producer_id, values)
    put_person(tx, producer_id, data.representative, personal_tax_code=personal)
    was, is_now = _people(person), _people(person_of(tx, producer_id))
    hidden = _hidden(
        {**was, **{name: before[name] for name in HIDDEN}},
        {**is_now, **{name: values[name] for name in HIDDEN}},
        salt,
    )
    said = [name for name in NOT_PERSONAL if before[name] != values[name]]
    if not said and not hidden:
        raise bad_field("name", "nothing_changed")
    return append(
        tx, PRODUCER, producer_id, "repaired", actor=actor, reason=why, trigger="repair",
        inputs={
            "document": paper, "changed": sorted([*said, *hidden]), "digests": hidden,
            "before": {name: before[name] for name in said}, "after": {name: values[name] for name in said},
        },
    )  # fmt: skip


def _people(person: PersonRead | None) -> dict[str, object]:
    """The person's fields and the covered id number, by flat names."""
    if person is None:
        return {}
    values = {f"representative_{name}": getattr(person.representative, name) for name in _PERSON}
    return {**values, "id_tail": person.id_tail}


def _hidden(
    before: Mapping[str, object], after: Mapping[str, object], salt: str
) -> dict[str, dict[str, str | None]]:
    """Salted digests of what changed; None for what was or is not stated."""
    return {
        name: {"before": digest_of(salt, before.get(name)), "after": digest_of(salt, after.get(name))}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def change_legal_form(tx: Tx, producer_id: str, form: FormOfTime, *, actor: ActorRef, reason: str) -> Written:
    """Note that an organisation became another from a day on; the producer, its products and its past stay.

    Raises:
        NotFound: `unknown_producer`.
        BadInput: `required`, `nothing_changed`, `legal_form_not_expected`, `day_ahead`, `legal_form_order` (before the
            last change).
    """
    why = required_text(reason, "reason")
    paper = required_text(form.document or "", "document", longest=LONGEST_DOCUMENT)
    check_form(form.type, form.legal_form, community_majority=form.community_majority)
    found = get_producer(tx, producer_id)
    before = {"type": found.type.value, "legal_form": found.legal_form and found.legal_form.value,
              "community_majority": found.community_majority}  # fmt: skip
    after = {"type": form.type.value, "legal_form": form.legal_form and form.legal_form.value,
             "community_majority": form.community_majority}  # fmt: skip
    if before == after:
        raise bad_field("type", "nothing_changed")
    _check_since(tx, producer_id, form.since)
    write_producer(tx, producer_id, {**_public(tx, producer_id), **after})
    return append(
        tx, PRODUCER, producer_id, "fact_noted", actor=actor, reason=why, trigger="change_legal_form",
        effective_on=form.since, inputs={"document": paper, "before": before, "after": after},
    )  # fmt: skip


def _check_since(tx: Tx, producer_id: str, since: date | None) -> None:
    if since is None:
        raise bad_field("since", "required")
    if since > tx.now.astimezone(VIETNAM).date():
        raise bad_field("since", "day_ahead", day=since.isoformat())
    last = legal_forms(tx, producer_id)[-1].since
    if last is not None and since <= last:
        raise bad_field("since", "legal_form_order", day=last.isoformat())


def _public(tx: Tx, producer_id: str) -> dict[str, object]:
    """Return the row's columns as they stand, ready to be written again."""
    found = get_producer(tx, producer_id)
    data = ProducerData(found.name, found.type, found.commune_code, found.province_code, found.legal_form,
                        found.community_majority, found.tax_code)  # fmt: skip
    return checked_producer(tx, data)[0]


def legal_forms(rtx: ReadTx, producer_id: str) -> list[FormOfTime]:
    """Return every legal form a producer had, the oldest first, from its lines; a correction mends the latest."""
    found: list[FormOfTime] = []
    for text, _ in read_lines(rtx, PRODUCER.subject(producer_id)):
        line = parse_line(text)
        if line.trigger == "register_producer":
            found = [_form(None, line.inputs, None)]
        elif line.trigger == "change_legal_form":
            found.append(_form(line.effective_on, line.inputs["after"], line.inputs["document"]))
        elif line.kind == "repaired" and found:
            found[-1] = _mended(found[-1], line)
    return found


def legal_form_on(rtx: ReadTx, producer_id: str, on: date) -> FormOfTime:
    """Return the legal form a producer had on a day.

    Raises:
        NotFound: `unknown_producer`.
    """
    get_producer(rtx, producer_id)
    return [each for each in legal_forms(rtx, producer_id) if each.since is None or each.since <= on][-1]


def _form(since: date | None, values: Mapping[str, object], document: object) -> FormOfTime:
    form, majority = values["legal_form"], values["community_majority"]
    return FormOfTime(
        since=day(since),
        type=ProducerType(str(values["type"])),
        legal_form=None if form is None else LegalForm(str(form)),
        community_majority=None if majority is None else bool(majority),
        document=None if document is None else str(document),
    )


def _mended(form: FormOfTime, line: Line) -> FormOfTime:
    after = line.inputs["after"]
    values = {
        "type": form.type.value,
        "legal_form": form.legal_form and form.legal_form.value,
        "community_majority": form.community_majority,
        **{name: after[name] for name in FORM if name in after},
    }
    return _form(form.since, values, form.document)


def erase_producer_person(tx: Tx, producer_id: str, *, actor: ActorRef, reason: str) -> None:
    """Take the people out of a producer for good, salt included; the producer and its acts stay.

    Raises:
        NotFound: `unknown_producer`.
    """
    get_producer(tx, producer_id)
    forget_person(tx, producer_id)
    append(
        tx, PRODUCER, producer_id, "erased", actor=actor, reason=required_text(reason, "reason"),
        trigger="erase_producer_person",
    )  # fmt: skip
