"""Council sessions with what stands around them: their people, the products they hear, in the states a session needs."""

import itertools
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.sql import Sql
from core.tx import Tx
from registry.accounts.models import Appointment
from registry.roles import COUNTRY, Role
from registry.tables import table
from states.council.members import roster_of, write_members
from states.council.models import ITEM_TABLE
from tests.states.every_move.stage import RULESET, Stage, Subject, dossier_columns
from tests.states.every_move.table import STANDING
from tests.world import PROVINCE

NUMBERS = itertools.count(1)
OFFICES = {Role.CHAIR: "chair", Role.SECRETARY: "secretary", Role.COUNCIL_MEMBER: "member"}
HEARD = {
    "planned": "council.ready",
    "adjourned": "council.ready",
    "convened": "council.scheduled",
    "quorum_ok": "council.scheduled",
    "scoring": "council.tallied",
    "reconciling": "council.rescoring",
    "concluded": "council.tallied",
    "minutes_signed": "council.concluded",
}
"""Where a product of a session stands while the session stands in a state."""
RESULT = {"points_sum": 560, "points_count": 7, "spread": 6, "stars": 4}
NOBODY = "0192a000-0000-7000-8000-00000000dead"
SIGNED_AT = "2027-04-12T01:30:00.000000Z"


def session_columns(stage: Stage, **columns: Any) -> dict[str, Any]:
    """A meeting of the province's council on the morning of 12 April 2027."""
    central = columns.get("level") == "central"
    return {
        "code": f"PH-{next(NUMBERS)}", "kind": "in_person", "level": "province", "ruleset": RULESET,
        "province_code": COUNTRY if central else PROVINCE, "cycle_id": None if central else stage.world.cycle,
        "title": "Phiên họp đợt 1", "place": "Hội trường", "convened_for": "2027-04-12T01:00:00.000000Z",
        "load_overruled": 0, "round": 1, "roster": "", "illustrative": 0,
    } | columns  # fmt: skip


def session_with(
    stage: Stage, state: str, columns: Mapping[str, Any], beside: str | None = None, role: str = ""
) -> Subject:
    """A session in a state with its council and one product; ``beside`` says what is otherwise."""
    central = columns.get("level") == "central"
    people = council(stage, central=central, without=Role.SECRETARY if beside == "no_secretary" else None)
    dossier = product(stage, "council.scoring" if beside == "unscored" else HEARD[state], central=central)
    values = session_columns(
        stage, **{**STANDING["session", state], **columns}, **signatures(people, beside, role)
    )
    session = stage.put("session", state, {**values, "roster": roster_of(people)})
    seat(stage, session, people, released=state == "minutes_signed", dossier=dossier)
    return session


def session_hearing(stage: Stage, state: str, **result: Any) -> Subject:
    """A session in a state that hears a product with such a result."""
    people = council(stage)
    standing = {**STANDING["session", state], "roster": roster_of(people)}
    session = stage.put("session", state, session_columns(stage, **standing))
    seat(stage, session, people, dossier=product(stage, HEARD[state], **result))
    return session


def council(stage: Stage, *, central: bool = False, without: Role | None = None) -> list[dict[str, Any]]:
    """The chair, the secretary and one member of the province's council, or of the centre's; all there, ballots due."""
    return [
        {
            "appointment_id": appointment_of(stage, account), "account_id": account, "office": office, "seat": None,
            "required": int(role is not Role.SECRETARY), "present": 1, "by_proxy": 0,
            "due_at": "2027-04-20T10:00:00.000000Z",
        }
        for role, office in OFFICES.items()
        if role is not without
        for account in [stage.account(role, central=central)]
    ]  # fmt: skip


def appointment_of(stage: Stage, account: str) -> str:
    return stage.ids(table(Appointment), account_id=account)[0]


def product(stage: Stage, state: str, *, central: bool = False, **columns: Any) -> Subject:
    """A tea that has come to its council by the book."""
    level = "central" if central else "province"
    standing = {**STANDING["dossier", state], "level": level, **columns}
    return stage.put("dossier", state, dossier_columns(stage, **standing))


def seat(
    stage: Stage, session: Subject, people: list[dict[str, Any]], *, dossier: Subject, released: bool = False
) -> None:
    """Write the members of a session and put a product on its agenda, with its result where it has one."""
    row = stage.stored(dossier)[0]
    item = dict.fromkeys(ITEM_TABLE.c.keys()) | {
        "session_id": session.id, "dossier_id": dossier.id, "position": 1,
        "released_at": SIGNED_AT if released else None, **{name: row[name] for name in RESULT},
    }  # fmt: skip

    def write(tx: Tx) -> None:
        write_members(tx, session.id, people)
        tx.sql.bulk(ITEM_TABLE, [item])

    stage.db.write_now(write)


def signatures(people: list[dict[str, Any]], beside: str | None, role: str) -> dict[str, Any]:
    """Whose name stands under the minutes: nobody's, the other office's, or the very one's who asks."""
    if beside not in ("other_signed", "own_signed"):
        return {}
    mine = "chair" if role == "chair" else "secretary"
    other = "secretary" if mine == "chair" else "chair"
    office = other if beside == "other_signed" else mine
    account = next(one["account_id"] for one in people if one["office"] == office)
    return {f"{office}_signed_at": SIGNED_AT, f"{office}_signed_by": account}


def heard_by(stage: Stage, session: Subject) -> list[str]:
    """Ids of the dossiers on a session's agenda."""
    found = sa.select(ITEM_TABLE.c.dossier_id).where(ITEM_TABLE.c.session_id == session.id)
    return [row[0] for row in stage.db.read_now(lambda rtx: rtx.sql.all(Sql(found)))]


def filled_in(stage: Stage, session: Subject, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent along, with the words of the table made ids: ``heard``, ``free``, ``unready``, ``everybody``, ``nobody``."""
    central = stage.stored(session)[0]["level"] == "central"
    words = {
        "heard": lambda: heard_by(stage, session),
        "free": lambda: [product(stage, "council.ready", central=central).id],
        "unready": lambda: [product(stage, "advisory.review", central=central).id],
        "everybody": lambda: [one["appointment_id"] for one in council(stage, central=central)],
        "nobody": lambda: [NOBODY],
    }
    return {
        name: words[value]() if isinstance(value, str) and value in words else value
        for name, value in data.items()
    }


def appeal_columns(stage: Stage, **columns: Any) -> dict[str, Any]:
    """An appeal about a tea that has not passed."""
    dossier = stage.stored(product(stage, "evaluation.not_passed"))[0]
    copied = (
        "product_id",
        "product_name",
        "producer_id",
        "province_code",
        "commune_code",
        "illustrative",
        "level",
    )
    return {
        **{name: dossier[name] for name in copied}, "dossier_id": dossier["id"], "about_state": dossier["state"],
        "code": f"{dossier['code']}-KN1",
    } | columns  # fmt: skip
