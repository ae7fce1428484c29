"""Takes over past recognitions as ``imported`` facts with their sources, and watches the certificates still in force.

Importing twice changes nothing. A fact that lies ahead of the business clock is left out and said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from core.clock import VIETNAM
from core.errors import BadInput, FieldError
from core.lines import ActorRef, canonical
from core.tx import ReadTx, Tx
from registry import places, unit_successors
from registry.imported import Origin
from registry.names import match_key
from registry.producers import ProducerData, ProducerType, producers_named, register_producer
from registry.products import products_of, register_product
from states.certificate.states import CertificateState
from states.engine.permissions import IMPORTER
from states.outcomes import past_certificates
from states.outcomes.past_certificates import Past
from states.outcomes.recognitions import Recognition
from states.outcomes.tables import cell_fault, refuse

TYPES: Mapping[str | None, ProducerType] = {
    "doanh_nghiep": ProducerType.SMALL_MEDIUM_ENTERPRISE,
    "htx": ProducerType.COOPERATIVE,
    "to_hop_tac": ProducerType.COOPERATIVE_GROUP,
    "ho_kinh_doanh": ProducerType.REGISTERED_HOUSEHOLD,
    None: ProducerType.NOT_STATED,
}
NOBODY_NAMED = "(nguồn không nêu tên chủ thể)"
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)


@dataclass(frozen=True, slots=True)
class TableFile:
    """The file a table was read from."""

    name: str = ""
    digest: str = ""


@dataclass(slots=True)
class Report:
    """What an import did, by line: taken over, known already, not yet known on the day, and what stays unknown."""

    imported: int = 0
    known: int = 0
    ahead: list[int] = field(default_factory=list)
    term_unknown: list[int] = field(default_factory=list)
    stars_unknown: list[int] = field(default_factory=list)
    in_force: int = 0
    superseded: list[int] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return {
            "imported": self.imported, "known": self.known, "ahead": self.ahead, "term_unknown": self.term_unknown,
            "stars_unknown": self.stars_unknown, "in_force": self.in_force, "superseded": self.superseded,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recognition was made, and where producer and product are registered on the day of the import."""

    province: str
    commune: str | None
    province_today: str
    commune_today: str | None


def take_over(
    tx: Tx,
    rows: Sequence[Recognition],
    *,
    observed_on: date,
    file: TableFile | None = None,
    actor: ActorRef = IMPORTER,
) -> Report:
    """Take over past recognitions; ``observed_on`` is the day the table was drawn up.

    A row without any date counts as known from ``observed_on`` on.

    Raises:
        BadInput: a province that is not among the units.
    """
    today = tx.now.astimezone(VIETNAM).date()
    report, new = sorted_out(tx, rows, observed_on)
    book = _Book(tx, today, observed_on, file or TableFile(), actor)
    pasts = [book.past(row) for row in new]
    for row, done in zip(new, past_certificates.write(tx, pasts, today=today, actor=actor), strict=True):
        report.imported += 1
        report.in_force += done.in_force
        for named, lines in (
            (not done.term_known, report.term_unknown),
            (not done.stars_known, report.stars_unknown),
            (done.state == CertificateState.SUPERSEDED, report.superseded),
        ):
            if named:
                lines.append(row.line)
    return report


def sorted_out(
    rtx: ReadTx, rows: Sequence[Recognition], observed_on: date
) -> tuple[Report, list[Recognition]]:
    """Which rows are new on this day; what is known, and what lies ahead, stands in the report.

    Raises:
        BadInput: a province that is not among the units.
    """
    today = rtx.now.astimezone(VIETNAM).date()
    known, report, new = set(past_certificates.imported_certificates(rtx)), Report(), []
    refuse("", list(_unknown_provinces(rtx, rows)))
    for row in rows:
        if row.key in known:
            report.known += 1
        elif row.known_on(observed_on) > today:
            report.ahead.append(row.line)
        else:
            new.append(row)
            known.add(row.key)
    return report, new


def _unknown_provinces(rtx: ReadTx, rows: Sequence[Recognition]) -> list[FieldError]:
    known = {name: places.province_named(rtx, name) for name in {row.province for row in rows}}
    return [
        cell_fault(row.line, "province", "cell_province", row.province)
        for row in rows
        if known[row.province] is None
    ]


class _Book:
    """Finds or registers the producer and the product of each row, once per name and place."""

    def __init__(self, tx: Tx, today: date, observed_on: date, file: TableFile, actor: ActorRef) -> None:
        self._tx, self._today, self._observed_on, self._file, self._actor = (
            tx,
            today,
            observed_on,
            file,
            actor,
        )
        self._places: dict[tuple[str | None, ...], Place] = {}

    def past(self, row: Recognition) -> Past:
        """The certificate of one row, ready to be written."""
        place = self._place(row)
        producer_id = self._producer(row, place)
        values = {
            **past_certificates.term_columns(self._tx, place.province, row.issued_on, row.expires_on),
            "level": row.level, "product_id": self._product(row, producer_id), "producer_id": producer_id,
            "province_code": place.province, "commune_code": place.commune, "product_name": row.product,
            "producer_name": row.producer or NOBODY_NAMED, "stars": row.stars, "decision_number": row.decision_number,
            "origin": "imported", "source": row.source[:400], "note": row.note, "import_key": row.key, "illustrative": 0,
        }  # fmt: skip
        return Past(
            values,
            row.source,
            {
                "year": row.year,
                "kind": row.kind,
                **self._origin(row, "certificate").inputs(),
                "import_key": row.key,
            },
        )

    def _place(self, row: Recognition) -> Place:
        on = row.issued_on or self._likely_day(row)
        asked = (row.province, row.district, row.commune, on.isoformat())
        if asked not in self._places:
            self._places[asked] = self._looked_up(row, on)
        return self._places[asked]

    def _likely_day(self, row: Recognition) -> date:
        """A day on which the place was called so: the end of the year, else while there were districts, else as observed."""
        if row.year:
            return date(row.year, 12, 31)
        return LAST_DAY_OF_DISTRICTS if row.district else self._observed_on

    def _looked_up(self, row: Recognition, on: date) -> Place:
        tx = self._tx
        province = places.province_named(tx, row.province)
        if province is None:
            raise BadInput("import_province", line=row.line, province=row.province)
        commune = row.commune and places.commune_named(
            tx, row.commune, on, province_code=province, district=row.district
        )
        return Place(province, commune or None, self._living(province) or province, self._living(commune))

    def _living(self, code: str | None) -> str | None:
        """The one unit that stands for this one today; None where there are two, or nobody knows."""
        after = unit_successors.living_on(self._tx, code, self._today) if code else ()
        return after[0] if len(after) == 1 else None

    def _producer(self, row: Recognition, place: Place) -> str:
        """The producer of this very name in the province, then or today, unless it is known to sit in another commune."""
        name = row.producer or NOBODY_NAMED
        here = {None, place.commune, place.commune_today}
        for province in dict.fromkeys((place.province_today, place.province)) if row.producer else ():
            for found in producers_named(self._tx, name, province):
                if found.commune_code in here or place.commune_today is None:
                    return found.id
        data = ProducerData(
            name=name,
            type=TYPES[row.producer_type],
            commune_code=place.commune_today,
            province_code=place.province_today,
        )
        return register_producer(self._tx, data, actor=self._actor, origin=self._origin(row, "producer"))

    def _product(self, row: Recognition, producer_id: str) -> str:
        for found in products_of(self._tx, producer_id):
            if match_key(found.name) == match_key(row.product):
                return found.id
        origin = self._origin(row, "product")
        return register_product(self._tx, producer_id, row.product, actor=self._actor, origin=origin)

    def _origin(self, row: Recognition, kind: str) -> Origin:
        """Where the row stands; the key of a producer or product is that of the row that first named it."""
        key = sha256(f"{kind}\x1f{row.key}".encode()).hexdigest()
        digest = sha256(canonical([row.source, row.note])).hexdigest()
        return Origin(row.source, self._file.name, self._file.digest, row.line, key, digest)
