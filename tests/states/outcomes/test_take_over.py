"""Past recognitions: read strictly, taken over once, watched until their day."""

from datetime import date, datetime
from pathlib import Path

import pytest

from core.clock import StepClock
from core.db import Database
from core.errors import BadInput
from core.history import read_lines
from core.lines import parse_line
from core.tx import ReadTx, Tx
from registry.units_seed import seed_units
from states.engine.replay import fold
from states.outcomes.recognitions import SPEC, read
from states.outcomes.take_over import Report, take_over

REAL = Path(__file__).parents[3] / "ocop" / "demo" / "data" / "bac-kan-products.csv"
OBSERVED = date(2026, 11, 22)
HEAD = ",".join(SPEC.names)


def row(**values: str) -> str:
    filled = {"product_name": "Trà", "province": "Bắc Kạn", "source_url": "https://example.org/1", **values}
    return ",".join(filled.get(column, "") for column in SPEC.names)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"stars": "6"}, ("2.stars", "cell_whole")),
        ({"decision_date": "29/12/2021"}, ("2.decision_date", "cell_excel_day")),
        ({"year_recognised": "năm 2021"}, ("2.year_recognised", "cell_whole")),
        ({"source_url": ""}, ("2.source_url", "source_missing")),
        ({"product_name": " "}, ("2.product_name", "cell_required")),
        ({"entity_type": "tap_doan"}, ("2.entity_type", "cell_choice")),
        (
            {"decision_date": "2021-12-29", "certificate_expires": "2021-12-29"},
            ("2.certificate_expires", "term_reversed"),
        ),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(values: dict[str, str], fault: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as caught:
        read(f"{HEAD}\n{row(**values)}\n", "table.csv")

    assert [(field.path, field.code) for field in caught.value.fields] == [fault]


def test_another_head_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        read("name,stars\nTrà,3\n", "table.csv")

    assert caught.value.code == "import_head"


@pytest.fixture
def real(db: Database) -> Database:
    db.write_now(seed_units, alone=True)
    return db


def import_real(db: Database) -> Report:
    rows = read(REAL.read_text(encoding="utf-8"), REAL.name)
    return db.write_now(lambda tx: take_over(tx, rows, observed_on=OBSERVED), alone=True)


def lines(tx: ReadTx) -> list[tuple[str, str, str | None]]:
    from states.certificate.models import CERTIFICATE_TABLE

    connection = tx.session.connection() if isinstance(tx, Tx) else None
    assert connection is not None
    found = connection.execute(CERTIFICATE_TABLE.select()).mappings().all()
    return [(one["id"], one["state"], str(one["last_valid_day"])) for one in found]


def test_a_second_import_changes_nothing(real: Database) -> None:
    first = import_real(real)
    before = real.write_now(lines)

    second = import_real(real)

    assert (first.imported, second.imported, second.known) == (56, 0, 56)
    assert real.write_now(lines) == before


def test_every_imported_certificate_replays_to_its_row(real: Database) -> None:
    import_real(real)

    for certificate, state, _ in real.write_now(lines):
        subject = f"certificate/{certificate}"
        stored = real.read_now(lambda tx, subject=subject: read_lines(tx, subject))
        replayed = fold(parse_line(text) for text, _ in stored)
        assert (replayed.state, replayed.problems) == (state, ())


def test_what_lies_ahead_of_the_clock_is_left_out(clock: StepClock, real: Database) -> None:
    """The clock stands in 2027: everything observed by then is known, and only terms that run on are in force."""
    report = import_real(real)

    assert report.ahead == []
    assert clock.business_now() > datetime.fromisoformat("2026-11-22T00:00+07:00")
    assert report.in_force == sum(
        state == "valid" and day != "None" for _, state, day in real.write_now(lines)
    )


@pytest.mark.parametrize(
    ("values", "day", "known"),
    [
        pytest.param({"year_recognised": "2026"}, "2026-11-21", False, id="the-list-is-not-drawn-up"),
        pytest.param({"year_recognised": "2026"}, "2026-11-22", True, id="the-day-the-list-was-drawn-up"),
        pytest.param({"year_recognised": "2025"}, "2025-12-31", False, id="its-year-is-not-over"),
        pytest.param({"year_recognised": "2025"}, "2026-01-01", True, id="its-year-is-over"),
        pytest.param({"year_recognised": "2027"}, "2026-12-31", False, id="a-year-after-the-list"),
        pytest.param({"decision_date": "2026-12-01"}, "2026-11-30", False, id="before-the-decision"),
        pytest.param({"decision_date": "2026-12-01"}, "2026-12-01", True, id="the-day-of-the-decision"),
        pytest.param({}, "2026-11-21", False, id="nothing-stated-before-the-list"),
        pytest.param({}, "2026-11-22", True, id="nothing-stated"),
    ],
)
def test_a_fact_is_known_from_its_decision_or_its_year_and_at_the_latest_from_its_list(
    values: dict[str, str], day: str, known: bool
) -> None:
    (fact,) = read(f"{HEAD}\n{row(**values)}\n", "table.csv")

    assert (fact.known_on(OBSERVED) <= date.fromisoformat(day)) is known
