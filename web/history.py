"""History lines as sentences, moments to look back at, the way walked, and whether the history holds together.

It changes no line and hides none; what was imported looks different from what was lived here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.columns import instant_text
from core.lines import ZEROS, Line, leaf_hash, parse_line
from states.certificate.queries import CertificateRead
from states.engine import replay
from states.engine.diagram import Step, Words, draw
from states.engine.machine import Machine, Row
from states.engine.replay import fold
from states.outcomes.repairs_read import repair_in
from web import days, wording

BACK = frozenset(
    {"return_idea", "return_plan", "request_supplement", "request_completion", "send_back", "unschedule"}
)
"""Moves that lead back: they carry another icon in the list."""
ASSUMED = "assumed"
"""What an imported line says of a day that no source states."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored line with its stored hash."""

    line: Line
    text: str
    hash: str


def kept_lines(stored: Sequence[tuple[str, str]]) -> list[Kept]:
    return [Kept(parse_line(text), text, line_hash) for text, line_hash in stored]


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the list."""

    number: int | None
    title: str
    icon: str
    look: str
    at: str
    at_iso: str
    who: str
    hash: str = ""
    reason: str | None = None
    imported: bool = False
    effective: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def views(
    machine: Machine, lines: Sequence[Kept], *, commune: str | None, names: Mapping[str, str] | None = None
) -> list[LineView]:
    """The lines as sentences, the newest first; `names` says what people call the things whose ids stand in them."""
    return [
        _view(machine, kept, commune, names or {}, newest=index == len(lines) - 1)
        for index, kept in enumerate(lines)
    ][::-1]


def _view(
    machine: Machine, kept: Kept, commune: str | None, names: Mapping[str, str], *, newest: bool
) -> LineView:
    line, kind = kept.line, machine.spec.kind
    imported = line.kind == "imported"
    effective = line.effective_on if line.effective_on != days.local(line.at).date() else None
    return LineView(
        number=line.version,
        title=title_of(kind, line),
        icon="file" if imported else "back" if line.trigger in BACK else "check",
        look="old" if imported else "new" if newest else "",
        at=days.moment(line.at),
        at_iso=days.local(line.at).isoformat(timespec="seconds"),
        who=_source(line) if imported else wording.who(line.actor.role, line.actor.via, commune),
        hash=short_hash(kept.hash),
        reason=wording.reason(line.reason),
        imported=imported,
        effective=days.short(effective),
        facts=_told(line) if imported else _facts(machine, line, names),
    )


def title_of(kind: str, line: Line) -> str:
    """What a line says: the state a move led to, else what was noted."""
    if line.kind in replay.MOVING and line.dest:
        return wording.state_label(kind, line.dest)
    if line.trigger and wording.has(f"trigger.{kind}.{line.trigger}"):
        return wording.trigger_label(kind, line.trigger)
    return wording.label("line_kind", line.kind)


def _source(line: Line) -> str:
    return f"Nguồn: {line.inputs.get('document', 'không tìm thấy')}"


def _told(line: Line) -> tuple[tuple[str, str], ...]:
    """What a document says beyond the state: the mean of a council, and whether it gives the day at all."""
    told = []
    mean = line.inputs.get("mean_hundredths")
    if isinstance(mean, int):
        told.append((wording.field_label("mean"), f"{mean // 100},{mean % 100:02d}".removesuffix(",00")))
    if line.inputs.get("day") == ASSUMED:
        told.append((wording.field_label("day"), wording.label("choice.day", ASSUMED)))
    return tuple(told)


def _facts(machine: Machine, line: Line, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What was sent along and kept, or put right, in words; facts the guards read stay in the line itself."""
    repair = repair_in(line)
    if repair is not None:
        return (
            ("Văn bản", repair.document),
            *(
                (
                    wording.field_label(each.column),
                    wording.corrected(each.before, each.after, hidden=each.hidden),
                )
                for each in repair.changes
            ),
        )
    form = machine.spec.forms.get(line.trigger or "")
    kept = [each for each in form.fields if each.kept] if form else []
    return tuple(
        (wording.field_label(each.name), wording.shown(each.kind, each.name, line.inputs[each.name], names))
        for each in kept
        if line.inputs.get(each.name) is not None
    )


def short_hash(value: str) -> str:
    """`c41e 77a0 … 9d12`."""
    return f"{value[:4]} {value[4:8]} … {value[-4:]}"


def past_certificates(found: Sequence[CertificateRead]) -> list[LineView]:
    """Recognitions taken over from documents, the newest first: shown apart from what was lived here."""
    return [
        LineView(
            number=None,
            title=f"Công nhận {one.stars} sao" if one.stars else "Công nhận",
            icon="file",
            look="old",
            at=days.short(one.issued_on) or "Ngày: không tìm thấy",
            at_iso=one.issued_on or "",
            who=f"Quyết định {one.decision_number or 'không tìm thấy số'} · nguồn: {one.source or 'không tìm thấy'}",
            imported=True,
        )
        for one in reversed(found)
        if one.origin == "imported"
    ]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was recomputed: lines whose hash fits and chain holds, moves the rules allow, and the row at the end."""

    lines: int
    whole: int
    moves: int
    lawful: int
    same_row: bool
    attested: int
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.whole == self.lines and self.lawful == self.moves and self.same_row and not self.problems


def prove(row: Row, lines: Sequence[Kept]) -> Proof:
    """Recompute every hash, the chain, every move by its recorded rules, and hold the end against the stored row."""
    whole = sum(_is_whole(kept, before) for kept, before in zip(lines, [None, *lines], strict=False))
    replayed = fold(kept.line for kept in lines)
    moves = [kept.line.version for kept in lines if replay.moved(kept.line)]
    bad = {problem.version for problem in replayed.problems}
    end = lines[-1].hash if lines else ZEROS
    return Proof(
        lines=len(lines),
        whole=whole,
        moves=len(moves),
        lawful=sum(version not in bad for version in moves),
        same_row=not replay.differing(replayed, row) and row["head"] == end,
        attested=len(replayed.attested),
        problems=tuple(f"{each.version}: {each.code} ({each.detail})" for each in replayed.problems),
    )


def _is_whole(kept: Kept, before: Kept | None) -> bool:
    return leaf_hash(kept.text.encode()) == kept.hash and kept.line.prev == (before.hash if before else ZEROS)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line as a place to look back from."""

    number: int
    after: bool
    current: bool


def upto(lines: Sequence[Kept], *, number: int | None, instant: datetime | None) -> int:
    """How many lines were written at a line number or an instant; all of them where neither is given."""
    if number is not None:
        return max(0, min(number, len(lines)))
    if instant is None:
        return len(lines)
    return sum(instant_text(kept.line.at) <= instant_text(instant) for kept in lines)


def moments(lines: Sequence[Kept], chosen: int) -> list[Moment]:
    return [
        Moment(kept.line.version, kept.line.version > chosen, kept.line.version == chosen) for kept in lines
    ]


def visited(lines: Sequence[Kept]) -> list[str]:
    """Every state the lines led to, in order."""
    return [kept.line.dest for kept in lines if replay.moved(kept.line) and kept.line.dest]


def picture(machine: Machine, lines: Sequence[Kept]) -> str:
    """The state diagram with the way these lines walked."""
    kind = machine.spec.kind
    steps = [
        Step(
            kept.line.source or "new",
            kept.line.dest,
            days.short(kept.line.effective_on or days.local(kept.line.at).date()),
        )
        for kept in lines
        if replay.moved(kept.line) and kept.line.dest
    ]
    here = steps[-1].dest if steps else None
    return draw(machine.spec, steps, here=here, words=words_of(kind))


def words_of(kind: str) -> Words:
    return Words(
        state=lambda state: wording.state_label(kind, state),
        phase=lambda phase: wording.label("phase", phase),
        title="Sơ đồ trạng thái; đường đã đi được tô đậm, cùng nội dung với danh sách lịch sử",
        here="đang ở đây",
        many="{count} lần, gần nhất {day}",
        both="{first} và {last}",
    )
