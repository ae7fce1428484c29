"""A house for whole stories: the interface, the clock's ticker and the mail server over one database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from audit.verify import verify
from core.clock import VIETNAM, StepClock
from core.config import Config
from core.db import Database
from core.sql import Sql
from notifications.models import InboxEntry, Outbox
from registry import sign_in
from registry.tables import table
from tests.journeys.post import PostOffice
from workflows.service import Service
from workflows.steps import STEPS
from workflows.ticker import Ticker

BASE, V1 = "https://ocop.example", "/api/v1"
COLLECTIONS = {
    "dossier": "dossiers", "certificate": "certificates", "cycle": "cycles", "batch": "batches", "session": "sessions"
}  # fmt: skip


def vn(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def vietnam(instant: datetime) -> str:
    """An instant as people there write it, to the minute."""
    return instant.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


class Letter(NamedTuple):
    """One letter that reached the server."""

    to: str
    subject: str
    body: str


@dataclass
class House:
    """What a story plays in; `clients` are programs with a token, one per account."""

    config: Config
    db: Database
    clock: StepClock
    app: FastAPI
    ticker: Ticker
    mail: PostOffice
    clients: dict[str, TestClient] = field(default_factory=dict)
    read: int = 0
    auditor_account: str = ""

    @property
    def auditor(self) -> TestClient:
        return self.by(self.auditor_account)

    def nobody(self, **given: Any) -> TestClient:
        return TestClient(self.app, base_url=BASE, raise_server_exceptions=False, **given)

    def by(self, account: str) -> TestClient:
        """A program that acts for an account."""
        if account not in self.clients:
            token = self.db.write_now(lambda tx: sign_in.make_token(tx, account, "câu chuyện"))
            self.clients[account] = self.nobody(headers={"authorization": f"Bearer {token}"})
        return self.clients[account]

    def on(self, when: str) -> list[str]:
        """Let time pass up to an instant, from due instant to due instant; where the clock stopped on the way."""
        return [vietnam(stop) for stop in self.ticker.step_to(vn(when))]

    def step(self, name: str) -> dict[str, Any]:
        """One step of the clock alone, at the instant it stands at."""
        return STEPS[name](Service(self.db, self.clock, self.config), self.clock.business_now())

    def settle(self) -> None:
        """Let the clock do what people's acts have brought up, at the instant it stands at."""
        self.ticker.step_to(self.clock.business_now())

    def letters(self) -> list[Letter]:
        """The letters that came since one last looked."""
        new = self.mail.letters[self.read :]
        self.read += len(new)
        return [Letter(str(one["To"]), str(one["Subject"]), _text(one)) for one in new]

    def inbox(self, account: str) -> list[dict[str, Any]]:
        """Everything in a person's inbox, the oldest first, read page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = good(
                self.by(account).get(
                    f"{V1}/inbox", params={"limit": 100, **({"cursor": cursor} if cursor else {})}
                )
            )
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found[::-1]

    def rows(self, source: Any, *columns: str, **where: Any) -> list[tuple[Any, ...]]:
        """Rows of a table with these values, for what no page shows."""
        chosen = [source.c[name] for name in columns]
        found = select(*chosen).where(*(source.c[name] == value for name, value in where.items()))
        return self.db.read_now(lambda rtx: rtx.sql.all(Sql(found.order_by(*chosen))))

    def findings(self) -> list[str]:
        """What the check of the whole record finds: lines, chains, copies, rows, log, triggers."""
        return [str(one) for one in self.db.read_now(verify).findings]

    def told_twice(self) -> list[tuple[Any, ...]]:
        """Notices that stand more than once for one cause, person and kind, or that have not exactly one entry."""
        outbox, inbox = table(Outbox), table(InboxEntry)
        key = (outbox.c.cause, outbox.c.recipient, outbox.c.kind)
        doubled = select(*key, func.count()).group_by(*key).having(func.count() > 1)
        bare = (
            select(*key)
            .select_from(outbox.outerjoin(inbox, inbox.c.id == outbox.c.id))
            .where(inbox.c.id.is_(None))
        )
        return self.db.read_now(lambda rtx: [*rtx.sql.all(Sql(doubled)), *rtx.sql.all(Sql(bare))])


def _text(letter: Any) -> str:
    part = letter.get_body(("plain",))
    return str(part.get_content())


def good(answer: Any, status: int = 200) -> dict[str, Any]:
    """What a request that went well says."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of a request that was turned down."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]
