"""The demonstration as somebody starts it: built once, then read as people and checks find it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from starlette.testclient import TestClient

from core.columns import instant_text
from core.sql import Sql
from ocop import installation
from ocop.cli import run
from ocop.commands import history as history_command
from ocop.demo import build as building
from ocop.demo.ending import links, summary
from ocop.demo.people import Cast
from ocop.demo.thai_nguyen import THAI_NGUYEN
from ocop.installation import Installation
from ocop.service import page_app
from registry.roles import Role
from states.dossier.states import STATES, DossierState
from states.outcomes.year_report import certificates, outcomes, year_report

BASE = "https://ocop.example"
LEFT_OUT = {DossierState.NEW, DossierState.COUNCIL_SECOND_ROUND}
"""Nobody stands before the beginning, and Decision 26/2026 knows no second round."""
WORKING = (
    Role.PRODUCER, Role.COMMUNE, Role.PROVINCE_UNIT, Role.ADVISORY, Role.CHAIR, Role.SECRETARY, Role.COUNCIL_MEMBER,
    Role.PROVINCE_CHAIR, Role.MINISTRY,
)  # fmt: skip
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Cast]]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    opened, cast = building.build(installation.configured(folder), lambda _: None)
    yield opened, cast
    opened.close()


@pytest.fixture
def house(built: tuple[Installation, Cast]) -> Installation:
    return built[0]


def rows(house: Installation, asked: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in house.db.read_now(lambda rtx: rtx.sql.all(Sql(sa.text(asked))))]


def test_it_stays_where_it_ends(house: Installation) -> None:
    assert instant_text(house.clock.business_now()) == "2027-10-05T02:00:00.000000Z"


def test_the_whole_record_holds(house: Installation) -> None:
    answer = CliRunner().invoke(history_command.command, ["verify", "--deep"], obj=house.config.data_dir)

    assert answer.exit_code == 0, answer.output


def test_the_clock_failed_at_nothing(house: Installation) -> None:
    """The certificates of 2020 end in 2023: the year that ends then finds nothing to go on with, which is no failure."""
    assert rows(house, "select name, subject, error from job_fault") == []
    assert rows(house, "select count(*) from planning_fault") == [(0,)]
    assert rows(
        house,
        "select count(*) from deadline where code = 'CYCLE_ENDS' and fired_at is not null and met_at is null",
    ) == [(12,)]


def test_thai_nguyen_has_a_dossier_in_every_state_the_law_knows(house: Installation) -> None:
    found = rows(
        house,
        "select distinct d.state from dossier d join cycle c on c.id = d.cycle_id where c.province_code = '19'",
    )

    assert {DossierState(str(state)) for (state,) in found} == set(STATES) - LEFT_OUT


def test_twelve_products_of_2020_went_through_every_phase_and_are_marked(house: Installation) -> None:
    found = rows(
        house,
        "select product_name, kind, illustrative, state from dossier where province_code = 'x-bac-kan'"
        " and illustrative = 1 order by product_name",
    )

    assert found == [(f"Sản phẩm minh hoạ {n:02d}", "first", 1, "review.closed") for n in range(1, 13)]


@pytest.mark.parametrize("table", ["dossier", "certificate"])
def test_everything_invented_is_marked_and_nothing_real_is(house: Installation, table: str) -> None:
    found = rows(house, f"select distinct illustrative, product_name like '%minh hoạ%' from {table}")

    assert set(found) == {(0, 0), (1, 1)}


def test_the_two_real_evaluations_are_imported_lines_with_their_sources(house: Installation) -> None:
    found = rows(
        house,
        "select d.product_name, l.line from dossier d join history l on l.subject = 'dossier/' || d.id"
        " where d.illustrative = 0 order by d.product_name, l.version",
    )
    told = [(name, json.loads(str(line))) for name, line in found]
    lines = [
        (
            name,
            line["dest"],
            line["effective_on"],
            line["inputs"]["day"],
            line["inputs"].get("mean_hundredths"),
        )
        for name, line in told
        if line["kind"] == "imported"
    ]

    assert lines == [
        ("Miến dong Tài Hoan", "advisory.review", "2020-07-15", "assumed", None),
        ("Miến dong Tài Hoan", "central.received", "2020-09-04", "stated", 9400),
        ("Miến dong Tài Hoan", "central.concluded", "2021-05-26", "stated", 9114),
        ("Miến dong Tài Hoan", "recognised.5", "2021-06-30", "stated", 9114),
        ("Vi-cumax Nano curcumin", "advisory.review", "2020-07-15", "assumed", None),
        ("Vi-cumax Nano curcumin", "central.received", "2020-09-04", "stated", 9600),
        ("Vi-cumax Nano curcumin", "evaluation.not_passed", "2021-06-30", "stated", None),
    ]
    assert {line["trigger"] for _, line in told if line["kind"] != "imported"} == {"carry_over"}


def test_no_score_stands_beside_a_real_name(house: Installation) -> None:
    assert rows(house, "select count(*) from dossier where illustrative = 0 and points_sum is not null") == [
        (0,)
    ]


def test_the_real_recognitions_came_in_2027_and_know_the_producers_of_2020(house: Installation) -> None:
    found = rows(
        house,
        "select substr(created_at, 1, 10), count(*) from certificate where origin = 'imported' and illustrative = 0"
        " group by 1",
    )

    assert found == [("2027-01-04", 56)]
    assert rows(house, "select count(*) from producer where name = 'Hợp tác xã Tài Hoan'") == [(1,)]


def test_the_kept_report_of_2020_counts_who_was_heard_though_all_have_gone_on(house: Installation) -> None:
    """Every dossier left for 2021 before the cycle was closed; nobody reported sales in 2020, so there is no sum."""
    ((cycle,),) = rows(house, "select id from cycle where year = 2020")
    report = house.db.read_now(lambda rtx: year_report(rtx, str(cycle))).data

    assert report["batches"] == [
        {
            "level": "province",
            "number": 1,
            "state": "published",
            "dossiers": 12,
            "heard": 12,
            "recognised": 12,
        }
    ]
    assert {each["what"]: each["result"] for each in report["targets"]}[
        "Sản phẩm mới đạt 3 sao trở lên"
    ] == 12
    assert report["outcomes"] == {"reports": 0, "revenue_million_vnd": None}
    assert report["dossiers"]["upgraded"] == []


def test_sales_are_summed_in_the_year_they_were_reported(house: Installation) -> None:
    """In January 2021 twelve producers report 25 million for each number and year; a cycle of 2021 would show the sum."""
    span = {"first": "2021-01-01", "last": "2021-12-31"}

    found = house.db.read_now(lambda rtx: outcomes(rtx, "x-bac-kan", span))

    assert found == {"reports": 12, "revenue_million_vnd": sum(25 * (n + 12) for n in range(1, 13))}


def test_a_certificate_counts_as_revoked_in_the_year_of_its_revocation_only(house: Installation) -> None:
    def ended(province: str, year: int) -> tuple[int, int]:
        span = {"first": f"{year}-01-01", "last": f"{year}-12-31"}
        found = house.db.read_now(lambda rtx: certificates(rtx, province, span))
        return found["revoked"], found["superseded"]

    assert [ended("19", year) for year in (2026, 2027)] == [(0, 0), (1, 0)]
    assert ended("x-bac-kan", 2027) == (0, 0)  # the one that was replaced was so on paper, years before


def test_every_letter_stayed_in_the_house(house: Installation) -> None:
    assert rows(house, "select distinct channel from attempt") == [("sink",)]


def test_the_summary_counts_products_per_phase_and_state(house: Installation) -> None:
    said = "\n".join(summary(house))

    for part in (
        "Products by phase: ",
        "Products by state, 19: ",
        "review.closed 12",
        "Deadlines: ",
        "notices: ",
    ):
        assert part in said


@pytest.mark.parametrize("role", WORKING)
def test_each_role_finds_work_after_signing_in(built: tuple[Installation, Cast], role: Role) -> None:
    house, cast = built
    secret = next(line for line in links(house, cast) if line.split()[0] == role.value).rpartition("/")[2]
    browser = TestClient(page_app(house), base_url=BASE)

    assert browser.post(f"/api/v1/auth/links/{secret}/use").status_code == 200
    home = browser.get("/", follow_redirects=True)

    assert home.status_code == 200
    assert "Sản phẩm minh hoạ" in home.text or "Phiên họp" in home.text


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")

    assert run(["--data", str(tmp_path), "demo", "--no-serve"]) == 2
    assert [each.name for each in tmp_path.iterdir()] == ["note.txt"]


@pytest.fixture
def halfway(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A demonstration of its own process that has begun to play."""
    folder = tmp_path / "data"
    command = [Path(sys.executable).with_name("ocop"), "--data", str(folder), "demo", "--no-serve"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("  2020-02-12"):
            break
    yield process, folder
    process.kill()
    process.communicate()


def test_a_demonstration_somebody_stops_leaves_its_folder_empty(
    halfway: tuple[subprocess.Popen[str], Path],
) -> None:
    process, folder = halfway
    process.send_signal(signal.SIGINT)

    _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert f"nothing is left in {folder}" in said
    assert list(folder.iterdir()) == []


def test_a_demonstration_that_was_killed_is_taken_for_nothing_else(
    halfway: tuple[subprocess.Popen[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    process, folder = halfway
    process.kill()
    process.wait()

    for command in (["demo", "--no-serve"], ["up", "--port", "0"], ["doctor"], ["history", "verify"]):
        assert run(["--data", str(folder), *command]) == 2
        assert "not built to its end" in capsys.readouterr().err


def test_what_is_told_in_the_tables_is_told_in_order() -> None:
    for story in THAI_NGUYEN.stories:
        days = [step.day for step in story.steps()]
        assert days == sorted(days), story.number
