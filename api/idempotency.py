"""The same create sent twice is done once: the first answer is kept and given again.

The key is written in the transaction of what it stands for; a refused create keeps nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

import orjson
import sqlalchemy as sa
from fastapi import Header, Request
from pydantic import BaseModel
from sqlmodel import Field, SQLModel
from starlette.responses import Response

from api.answers import raw_answer
from api.service import Service
from core.columns import Instant
from core.errors import Refused
from core.sql import Sql, insert_ignore
from core.tx import Tx
from registry.actors import Actor

KEPT = timedelta(days=2)
REPLAYED = "idempotency-replayed"
KeyHeader = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$",
           description="Any text of your own; the same key with the same body is done once within two days"),
]  # fmt: skip


class IdempotencyKey(SQLModel, table=True):
    """A key one account has used, with what was asked (`digest`) and answered; `status` 0 while it is being done."""

    __tablename__ = "idempotency_key"

    account_id: str = Field(primary_key=True, max_length=36)
    key: str = Field(primary_key=True, max_length=100)
    route: str = Field(max_length=200)
    digest: str = Field(max_length=64)
    status: int
    body: str = Field(sa_type=sa.Text)
    created_at: datetime = Field(sa_type=Instant)


_K = SQLModel.metadata.tables["idempotency_key"]
_MINE = sa.and_(_K.c.account_id == sa.bindparam("account_id"), _K.c.key == sa.bindparam("key"))
_CLAIM = Sql(insert_ignore(_K))
_KEPT = Sql(sa.select(_K.c.route, _K.c.digest, _K.c.status, _K.c.body).where(_MINE))
_SETTLE = Sql(
    sa.update(_K)
    .where(_K.c.account_id == sa.bindparam("of_account"), _K.c.key == sa.bindparam("of_key"))
    .values(status=sa.bindparam("status"), body=sa.bindparam("body"))
)
_FORGET = Sql(
    sa.delete(_K).where(
        _K.c.account_id == sa.bindparam("account_id"),
        _K.c.created_at < sa.bindparam("before", type_=_K.c.created_at.type),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One create as asked for: by whom, under which key, where, with which body."""

    account_id: str
    key: str
    route: str
    digest: str


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a create, and whether it is an earlier one."""

    status: int
    body: bytes
    replayed: bool = False

    def response(self) -> Response:
        return raw_answer(self.body, self.status, {REPLAYED: "true"} if self.replayed else None)


async def create(
    request: Request,
    service: Service,
    body: BaseModel,
    make: Callable[[Tx], dict[str, Any]],
    *,
    actor: Actor,
    key: str | None,
    alone: bool = False,
) -> Response:
    """Make something once and answer 201 with what `make` returns; the same key again gives the same answer.

    Raises:
        Refused: `idempotency_key_reused`, the key was used for something else.
    """
    digest = sha256(body.model_dump_json().encode()).hexdigest()
    asked = Asked(actor.account_id, key, request.url.path, digest) if key else None
    done = await service.db.write(lambda tx: once(tx, asked, make), alone=alone)
    return done.response()


def once(tx: Tx, asked: Asked | None, make: Callable[[Tx], dict[str, Any]]) -> Done:
    """Make something under a key, or return what was answered under it before."""
    if asked is None:
        return Done(201, orjson.dumps(make(tx)))
    earlier = _claim(tx, asked)
    if earlier is not None:
        return earlier
    done = Done(201, orjson.dumps(make(tx)))
    tx.sql.run(
        _SETTLE, of_account=asked.account_id, of_key=asked.key, status=done.status, body=done.body.decode()
    )
    return done


def _claim(tx: Tx, asked: Asked) -> Done | None:
    """Take the key, or return the answer it was given before; of two at once the second waits for the first."""
    now = tx.clock.wall_now()
    tx.sql.run(_FORGET, account_id=asked.account_id, before=now - KEPT)
    if tx.sql.run(
        _CLAIM, account_id=asked.account_id, key=asked.key, route=asked.route, digest=asked.digest, status=0, body="",
        created_at=now,
    ):  # fmt: skip
        return None
    kept = tx.sql.one(_KEPT, account_id=asked.account_id, key=asked.key)
    if kept is None or (kept[0], kept[1]) != (asked.route, asked.digest):
        raise Refused("idempotency_key_reused")
    return Done(kept[2], kept[3].encode(), replayed=True)
