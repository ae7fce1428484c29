"""Fixtures of this room: the pages over a settled province on both databases, and browsers signed in by cookie."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.service import Service
from core.clock import StepClock
from core.config import Config
from core.db import Database
from registry.roles import Role
from tests.api.conftest import db, place, service, settled_database, settled_file
from tests.api.people import BASE
from tests.story import signed_in, vn
from tests.world import World
from web.app import mount

__all__ = ["db", "place", "service", "settled_database", "settled_file"]
FAR = "0192a000-0000-7000-8000-00000000dead"


INLINE = frozenset({"a", "b", "span", "time", "code", "svg", "use"})


class Page(HTMLParser):
    """What a test looks for in a page: its words, links, forms, and what must not be there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.words, self.links, self.ids = text, "", [], []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.forms: list[dict[str, object]] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self._inside_label = 0
        self._hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.words += "" if tag in INLINE else " "
        self.attributes.update(given)
        self._hidden += tag in ("textarea", "title")
        if tag == "label":
            self._inside_label += 1
            self.labelled.add(given.get("for") or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "form":
            self.forms.append(
                {"method": given.get("method", "get"), "action": given.get("action", ""), "names": []}
            )
        if tag in ("input", "select", "textarea"):
            given["_label"] = "inside" if self._inside_label else None
            self.controls.append(given)
            if self.forms:
                self.forms[-1]["names"].append(given.get("name"))
        if given.get("id"):
            self.ids.append(given["id"])

    def handle_endtag(self, tag: str) -> None:
        self.words += "" if tag in INLINE else " "
        self._inside_label -= tag == "label"
        self._hidden -= tag in ("textarea", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data

    @property
    def said(self) -> str:
        return " ".join(self.words.split())


@dataclass
class Browser:
    """One browser: it follows no redirect by itself, and carries tokens like a person's does."""

    client: TestClient
    csrf: str = ""

    def get(self, address: str, expect: int = 200) -> Page:
        answer = self.client.get(address)
        assert answer.status_code == expect, (address, answer.status_code, answer.text[:400])
        return Page(answer.text)

    def goes_to(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 303
        return answer.headers["location"]

    def post(
        self, address: str, data: dict[str, object] | None = None, *, token: str | None = None, **more: object
    ):
        body = {"csrf": self.csrf if token is None else token, **(data or {})}
        return self.client.post(address, data=body, **more)

    def sends(self, address: str, data: dict[str, object] | None = None) -> str:
        """A form that is taken: where it leads."""
        answer = self.post(address, data)
        assert answer.status_code == 303, (address, answer.status_code, Page(answer.text).said[:400])
        return answer.headers["location"]

    def refused(self, address: str, data: dict[str, object], status: int) -> Page:
        answer = self.post(address, data)
        assert answer.status_code == status, (address, answer.status_code, Page(answer.text).said[:400])
        return Page(answer.text)


@dataclass
class Site:
    """The pages over one database."""

    service: Service
    world: World
    clock: StepClock
    open: Callable[[], TestClient]
    browsers: dict[str, Browser] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.service.db

    def nobody(self) -> Browser:
        return Browser(self.open())

    def account(self, account_id: str) -> Browser:
        if account_id not in self.browsers:
            opened = signed_in(self.db, account_id)
            client = self.open()
            client.cookies.set("__Host-ocop", opened.session_id)
            self.browsers[account_id] = Browser(client, opened.csrf)
        return self.browsers[account_id]

    def role(self, role: Role) -> Browser:
        return self.account(self.world.account[role])

    def on(self, when: str) -> None:
        self.clock.move_to(vn(when))


@pytest.fixture
def site(service: Service, place: tuple[Config, World], clock: StepClock) -> Iterator[Site]:
    app = mount(create_app, service)
    with ExitStack() as stack:

        def client() -> TestClient:
            made = TestClient(app, base_url=BASE, follow_redirects=False)
            return stack.enter_context(made)

        yield Site(service, deepcopy(place[1]), clock, client)


def id_in(address: str) -> str:
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", address)
    assert found, address
    return found[0]
