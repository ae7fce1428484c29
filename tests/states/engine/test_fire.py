"""``fire`` on real rows: who, when, with what; what is refused leaves nothing behind."""

import threading
from collections.abc import Callable

import pytest

from core.db import Database
from core.errors import BadInput, Forbidden, NotFound, OcopError, Refused, StaleVersion
from core.history import read_lines
from core.tx import ReadTx, Tx
from registry.roles import Role
from states import moves
from states.dossier.commands import MACHINE, save_form
from states.dossier.papers import REQUIRED
from states.engine.fire import Fired
from tests.world import World, person, settled

P, C = Role.PRODUCER, Role.COMMUNE


class Draft:
    """A complete idea, not yet submitted."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.world: World = settled(db)
        db.clock.move_to(db.clock.business_now().replace(month=3))  # type: ignore[attr-defined]  # a StepClock

        def make(tx: Tx) -> str:
            fired = moves.open_idea(
                tx, product_id=self.world.product, cycle_id=self.world.cycle, actor=self.world.actor(tx, P)
            )
            save_form(
                tx,
                fired.id,
                "idea",
                dict.fromkeys(REQUIRED["idea"], "đã điền"),
                actor=self.world.actor(tx, P),
            )
            return fired.id

        self.id = db.write_now(make)

    def fire(self, trigger: str, role: Role, **options: object) -> Fired:
        def step(tx: Tx) -> Fired:
            return moves.fire(tx, "dossier", self.id, trigger, actor=self.world.actor(tx, role), **options)  # type: ignore[arg-type]

        return self.db.write_now(step)

    def stored(self) -> tuple[object, list[tuple[str, str]]]:
        def read(tx: ReadTx) -> tuple[object, list[tuple[str, str]]]:
            return MACHINE.load(tx, self.id), read_lines(tx, f"dossier/{self.id}")

        return self.db.read_now(read)


@pytest.fixture
def draft(db: Database) -> Draft:
    return Draft(db)


def stranger(draft: Draft) -> Callable[[Tx], Fired]:
    """A commune officer of another commune."""

    def step(tx: Tx) -> Fired:
        world = draft.world
        account = person(
            tx, C, World(world.other_commune, world.commune, world.producer, world.product), name="stranger"
        )
        world.account[Role.COMMUNE] = account
        return moves.fire(tx, "dossier", draft.id, "commune_screen_ok", actor=world.actor(tx, C))

    return step


@pytest.mark.parametrize(
    ("attempt", "error", "code"),
    [
        pytest.param(
            lambda d: d.fire("approve_plan", Role.PROVINCE_UNIT), Refused, "wrong_state", id="wrong-state"
        ),
        pytest.param(lambda d: d.fire("submit_idea", C), Forbidden, "wrong_actor", id="wrong-role"),
        pytest.param(
            lambda d: d.fire("submit_idea", P, expected_version=7), StaleVersion, "stale_version", id="stale"
        ),
        pytest.param(lambda d: d.fire("fly", P), BadInput, "unknown_trigger", id="no-such-trigger"),
        pytest.param(
            lambda d: d.fire("submit_idea", P, data={"inputs": {"idea_gaps": 0}}),
            BadInput,
            "bad_fields",
            id="forged-facts",
        ),
        pytest.param(
            lambda d: d.db.write_now(stranger(d)), NotFound, "subject_not_found", id="other-commune"
        ),
    ],
)
def test_a_refusal_says_why_and_writes_nothing(
    draft: Draft, attempt: Callable[[Draft], Fired], error: type[OcopError], code: str
) -> None:
    before = draft.stored()

    with pytest.raises(error) as caught:
        attempt(draft)

    assert (caught.value.code, draft.stored()) == (code, before)


def test_a_guard_refuses_with_its_own_code_and_the_missing_form(db: Database) -> None:
    draft = Draft(db)
    draft.db.write_now(
        lambda tx: save_form(
            tx, draft.id, "idea", {"description": "chỉ một mục"}, actor=draft.world.actor(tx, P)
        )
    )

    with pytest.raises(Refused) as caught:
        draft.fire("submit_idea", P)

    assert caught.value.code == "guard_idea_incomplete"


def test_of_two_with_the_same_version_exactly_one_moves(draft: Draft) -> None:
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            outcomes.append(draft.fire("submit_idea", P, expected_version=1).dest)
        except StaleVersion as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["idea.submitted", "stale_version"]


def test_a_note_moves_neither_state_nor_move_version(draft: Draft) -> None:
    before, _ = draft.stored()

    noted = draft.fire("notify_result", Role.PROVINCE_UNIT, data={"notice_number": "1/TB"})

    assert (noted.source, noted.dest, noted.move_version) == ("idea.draft", "idea.draft", 1)
    assert noted.version == before["version"] + 1  # type: ignore[index]


def test_the_line_names_actor_role_facts_and_the_chain(draft: Draft) -> None:
    fired = draft.fire("submit_idea", P)
    _, lines = draft.stored()

    assert lines[-1][1] == fired.hash
    assert fired.inputs["idea_gaps"] == 0
    assert draft.world.account[P] in lines[-1][0]
    assert "đã điền" not in lines[-1][0]
