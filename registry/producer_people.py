"""The people behind a producer: personal data in a row of its own, erased without touching the producer.

Nothing of it may enter a history line, a public page or a log; digests of it use the row's salt and die with it.
Source: `users.md` §4 and §12.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from secrets import token_hex

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from core.columns import Choice, Flag
from core.db import ReadTx, Tx
from core.sql import Sql
from registry import contact
from registry.names import match_key, tidy
from registry.refusals import bad_field
from registry.tables import table

_MAJORITY = frozenset({"kinh", "việt"})


class Gender(StrEnum):
    """As the legal representative states it; the ballots ask whether it is a woman."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class ProducerPerson(SQLModel, table=True):
    """The erasable row; `id_tail` is a household's personal tax code with all but four digits covered."""

    __tablename__ = "producer_person"

    producer_id: str = Field(primary_key=True, max_length=36, foreign_key="producer.id")
    salt: str = Field(max_length=64)
    name: str | None = Field(default=None, max_length=200)
    gender: Gender | None = Field(default=None, sa_type=Choice(Gender))
    ethnicity: str | None = Field(default=None, max_length=60)
    disability: bool | None = Field(default=None, sa_type=Flag)
    phone: str | None = Field(default=None, max_length=16)
    second_phone: str | None = Field(default=None, max_length=16)
    email: str | None = Field(default=None, max_length=254)
    address: str | None = Field(default=None, max_length=300)
    id_tail: str | None = Field(default=None, max_length=12)


@dataclass(frozen=True, slots=True)
class Representative:
    """The legal representative and how to reach the producer; empty means not stated."""

    name: str | None = None
    gender: Gender | None = None
    ethnicity: str | None = None
    disability: bool | None = None
    phone: str | None = None
    second_phone: str | None = None
    email: str | None = None
    address: str | None = None

    @property
    def counts_for_the_ballot(self) -> bool | None:
        """Say whether the one point for a woman, an ethnic minority or a disability is due; None if nothing is stated.

        Source: criterion "Đại diện pháp luật là nữ, đồng bào dân tộc thiểu số hoặc người khuyết tật".
        """
        minority = None if self.ethnicity is None else match_key(self.ethnicity) not in _MAJORITY
        stated = (None if self.gender is None else self.gender is Gender.FEMALE, minority, self.disability)
        if True in stated:
            return True
        return False if False in stated else None


@dataclass(frozen=True, slots=True)
class PersonRead:
    """The erasable row as those entitled to it see it."""

    representative: Representative
    id_tail: str | None


_T = table(ProducerPerson)
_COLUMNS = (
    "name",
    "gender",
    "ethnicity",
    "disability",
    "phone",
    "second_phone",
    "email",
    "address",
    "id_tail",
)
_READ = Sql(
    sa.select(*(_T.c[name] for name in _COLUMNS)).where(_T.c.producer_id == sa.bindparam("producer_id"))
)
_SALT = Sql(sa.select(_T.c.salt).where(_T.c.producer_id == sa.bindparam("producer_id")))
_ADD = Sql(sa.insert(_T))
_CHANGE = Sql(
    sa.update(_T)
    .where(_T.c.producer_id == sa.bindparam("of_producer"))
    .values({name: sa.bindparam(name, type_=_T.c[name].type) for name in _COLUMNS})
)
_FORGET = Sql(sa.delete(_T).where(_T.c.producer_id == sa.bindparam("producer_id")))


def person_of(rtx: ReadTx, producer_id: str) -> PersonRead | None:
    """Return the people of a producer, None if none were entered or they are erased; whoever asks is the caller's care."""
    row = rtx.sql.one(_READ, producer_id=producer_id)
    if row is None:
        return None
    name, gender, ethnicity, disability, phone, second, email, address, id_tail = row
    return PersonRead(
        Representative(
            name=name,
            gender=None if gender is None else Gender(gender),
            ethnicity=ethnicity,
            disability=None if disability is None else bool(disability),
            phone=phone,
            second_phone=second,
            email=email,
            address=address,
        ),
        id_tail,
    )


def personal_digest(rtx: ReadTx, producer_id: str, value: str) -> str | None:
    """Return a salted digest by which a line can refer to a personal value; None once the person is erased."""
    salt = rtx.sql.value(_SALT, producer_id=producer_id)
    return None if salt is None else digest_of(str(salt), value)


def digest_of(salt: str, value: object) -> str | None:
    """Return the salted digest of a value; None for what is not stated."""
    return None if value is None else sha256(f"{salt}:{value}".encode()).hexdigest()


def salt_of(tx: Tx, producer_id: str) -> str:
    """Return the producer's salt; a producer without people gets a row that holds nothing else."""
    if person_of(tx, producer_id) is None:
        put_person(tx, producer_id, Representative(), personal_tax_code=None)
    return str(tx.sql.value(_SALT, producer_id=producer_id))


def put_person(
    tx: Tx, producer_id: str, person: Representative | None, *, personal_tax_code: str | None
) -> bool:
    """Write the people of a producer and say whether anything changed; None leaves what is there.

    A personal tax code is kept covered only: nothing in this service needs the whole number.

    Raises:
        BadInput: `bad_phone`, `old_phone`, `bad_email`, `too_long`.
    """
    before = person_of(tx, producer_id)
    if person is None and personal_tax_code is None:
        return False
    tail = contact.masked(personal_tax_code) if personal_tax_code else before and before.id_tail
    shown = person if person is not None else before.representative if before else Representative()
    values = {**checked_person(shown), "id_tail": tail}
    if before is None:
        tx.sql.run(_ADD, producer_id=producer_id, salt=token_hex(16), **values)
        return True
    tx.sql.run(_CHANGE, of_producer=producer_id, **values)
    return person_of(tx, producer_id) != before


def forget_person(tx: Tx, producer_id: str) -> None:
    """Delete the row; digests made with its salt can no longer be led back to anybody."""
    tx.sql.run(_FORGET, producer_id=producer_id)


def checked_person(person: Representative) -> dict[str, object]:
    """Return the row's values in canonical form.

    Raises:
        BadInput: `bad_phone`, `old_phone`, `bad_email`, `too_long`, at `representative.<field>`.
    """
    path = "representative"
    return {
        "name": _text(person.name, f"{path}.name", 200),
        "gender": person.gender and person.gender.value,
        "ethnicity": _text(person.ethnicity, f"{path}.ethnicity", 60),
        "disability": person.disability,
        "phone": contact.phone(person.phone, f"{path}.phone") if person.phone else None,
        "second_phone": contact.phone(person.second_phone, f"{path}.second_phone")
        if person.second_phone
        else None,
        "email": contact.email(person.email, f"{path}.email") if person.email else None,
        "address": _text(person.address, f"{path}.address", 300),
    }


def _text(text: str | None, path: str, longest: int) -> str | None:
    clean = tidy(text or "")
    if len(clean) > longest:
        raise bad_field(path, "too_long", longest=longest)
    return clean or None
