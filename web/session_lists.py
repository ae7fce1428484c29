"""Sessions in lists and in the day's queue, those that wait for the viewer marked.

It lists only what ``states.council`` shows this person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.tx import ReadTx
from registry.actors import Actor
from registry.roles import Role
from states.council import queries
from states.council.lifecycle import SESSION
from states.council.queries import SessionLine
from web import days, wording
from web.sessions import tone_of

MOST_WAITING = 50  # sessions looked through for the queue


@dataclass(frozen=True, slots=True)
class Listed:
    """One session in a list."""

    line: SessionLine
    kind: str
    state: str
    tone: str
    when: str


def listed(lines: Sequence[SessionLine], actor: Actor) -> list[Listed]:
    """Sessions as a list shows them; those that wait for one of this person's roles stand out."""
    return [
        Listed(
            line=line,
            kind=wording.label("session_kind", line.kind),
            state=wording.state_label("session", line.state),
            tone=tone_of(line.state, mine=waits_for(line, actor)),
            when=days.moment(line.adjourned_to or line.convened_for),
        )
        for line in lines
    ]


OPEN_STATES = tuple(str(state) for state, info in SESSION.states.items() if info.waits_for)


def waiting(rtx: ReadTx, actor: Actor) -> list[Listed]:
    """The sessions in which it is this person's turn, for the day's queue."""
    found = queries.page(rtx, actor, states=OPEN_STATES, limit=MOST_WAITING)
    return listed([line for line in found if waits_for(line, actor)], actor)


def waits_for(line: SessionLine, actor: Actor) -> bool:
    """Whether it is this person's turn, by the roles held anywhere: the list holds only sessions of theirs."""
    waiting = SESSION.states[SESSION.state_of[line.state]].waits_for
    unit = Role.MINISTRY if line.level == "central" else Role.PROVINCE_UNIT
    wanted = {unit if role is Role.PROVINCE_UNIT else role for role in waiting}
    return any(actor.has(role) for role in wanted)
