"""Two clocks at once over one house, and a house whose clock stood still for ten days: nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from core.columns import instant_text
from core.history import HISTORY
from core.jobs import JobRun
from notifications.models import Outbox
from registry.roles import Role
from registry.tables import table
from states.certificate.models import CERTIFICATE_TABLE
from states.cycle.models import BATCH_TABLE
from states.deadlines.entries import DEADLINE, REMINDER
from states.dossier.papers import REQUIRED
from states.outcomes.recognitions import Recognition
from states.outcomes.take_over import take_over
from tests.journeys.house import V1, House, good, vn
from tests.world import World, settled

DAILY = ("certificate_watch", "close_cycle", "seal_log")
PAST = Recognition(
    2, "Miến dong", "Hợp tác xã cũ", "htx", "Thái Nguyên", "province", 2024, 4, "5/QĐ", date(2024, 2, 24),
    date(2027, 2, 24), "bản giấy", None,
)  # fmt: skip


class Pair:
    """Two services over one folder, each with its own ticker; nobody leads."""

    def __init__(self, build: Callable[[], House]) -> None:
        self.houses = (build(), build())
        self.one = self.houses[0]

    def poke(self) -> None:
        """Both at once, again and again, until neither finds anything to do."""
        with ThreadPoolExecutor(2) as pool:
            for _ in range(100):
                if not sum(pool.map(lambda house: house.ticker.poke(), self.houses)):
                    return
        raise AssertionError("the clocks do not come to rest")

    def on(self, when: str) -> None:
        self.one.clock.move_to(vn(when))
        self.poke()


@pytest.fixture
def pair(build: Callable[[], House]) -> Pair:
    return Pair(build)


def an_idea_sent_back(house: House, world: World) -> str:
    """By HTTP: registered, submitted, sent back with seven days."""
    producer, commune = house.by(world.account[Role.PRODUCER]), house.by(world.account[Role.COMMUNE])
    body = {"product_id": world.product, "cycle_id": world.cycle}
    dossier = f"{V1}/dossiers/" + good(producer.post(f"{V1}/dossiers", json=body), 201)["id"]
    good(producer.put(f"{dossier}/forms/idea", json={"data": dict.fromkeys(REQUIRED["idea"], "đã điền")}))
    good(producer.post(f"{dossier}/transitions", json={"trigger": "submit_idea", "expected_version": 1}))
    back = {"trigger": "return_idea", "expected_version": 2, "reason": "Thiếu", "data": {"due_days": 7}}
    good(commune.post(f"{dossier}/transitions", json=back))
    return dossier


@pytest.mark.parametrize(
    "instants",
    [
        pytest.param(
            [f"2027-02-{day}T{hour}" for day in range(20, 29) for hour in ("00:00", "08:00")], id="day-by-day"
        ),
        pytest.param([], id="after-ten-days-of-standing-still"),
    ],
)
def test_two_clocks_lose_nothing_and_double_nothing(pair: Pair, instants: list[str]) -> None:
    house = pair.one
    world = settled(house.db)
    house.db.write_now(lambda tx: take_over(tx, [PAST], observed_on=date(2026, 11, 22)), alone=True)
    pair.on("2027-02-17T09:00")
    dossier = an_idea_sent_back(house, world)
    pair.on("2027-02-19T09:00")

    for instant in instants:
        pair.on(instant)
    pair.on("2027-03-01T09:00")

    assert good(house.by(world.account[Role.COMMUNE]).get(dossier))["state"] == "idea.deferred_next_cycle"
    assert house.rows(CERTIFICATE_TABLE, "state") == [("expired",)]
    assert sorted(house.rows(BATCH_TABLE, "level", "number", "state"))[2:] == [
        ("province", 1, "intake_open"), ("province", 2, "planned")
    ]  # fmt: skip
    nothing_waits_that_is_due(house)
    each_thing_happened_once(house)
    every_day_was_worked_once(house)
    assert house.told_twice() == []
    assert house.findings() == []


def nothing_waits_that_is_due(house: House) -> None:
    now = instant_text(house.clock.business_now())
    live = house.rows(DEADLINE, "due_at", "fired_at", "met_at", "cancelled_at")
    waiting = house.rows(REMINDER, "due_at", "fired_at", "cancelled_at")
    unsent = house.rows(table(Outbox), "not_before", "settled_at", "state")

    assert [row for row in live if row[0] <= now and not any(row[1:])] == []
    assert [row for row in waiting if row[0] <= now and not any(row[1:])] == []
    assert [row for row in unsent if row[0] <= now and row[1] is None] == []


def each_thing_happened_once(house: House) -> None:
    """One line for a deadline that passed, one move of the system, one letter for a message."""
    lines = house.rows(HISTORY, "subject", "kind", "trigger")
    fired = Counter(subject for subject, kind, _ in lines if kind == "deadline_fired")
    moved = Counter(key for key in lines if key[2] in ("due_passed", "expire", "open_intake"))
    passed = [at for (at,) in house.rows(DEADLINE, "fired_at") if at is not None]
    sent = Counter(str(letter["Message-ID"]) for letter in house.mail.letters)
    messages = {one for (one,) in house.rows(table(Outbox), "message_id", state="sent") if one is not None}

    assert (len(fired), set(fired.values())) == (len(passed), {1})
    assert Counter(key[2] for key in moved.elements()) == {"due_passed": 1, "expire": 1, "open_intake": 2}
    assert set(sent.values()) == {1}
    assert len(sent) == len(messages)


def every_day_was_worked_once(house: House) -> None:
    """Daily jobs ran at each midnight since the first poke on 17 February, each once."""
    runs = Counter((name, at) for name, at in house.rows(table(JobRun), "name", "due_at") if name in DAILY)
    midnights = [instant_text(vn(f"2027-02-{day}T00:00")) for day in range(18, 29)] + [
        instant_text(vn("2027-03-01T00:00"))
    ]

    assert runs == Counter((name, at) for name in DAILY for at in midnights)
