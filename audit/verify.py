"""Checks the whole record against itself: lines, chains, copies, subject rows, the log, the triggers, the rules.

It must never hold more than a piece of it in memory, and never write.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

import sqlalchemy as sa

from audit.chains import COLUMNS, Chain
from audit.findings import Finding, Notes, Report
from core import guardrails
from core.errors import NotFound
from core.history import HEAD_COLUMNS, HISTORY, LOG_ENTRY, UNSEQUENCED, subject_tables
from core.ids import split_subject
from core.sql import Sql
from core.tx import ReadTx, Row

PIECE = 500  # subjects whose rows are looked up together
LISTED = 1000  # findings kept by name
_ALWAYS = frozenset((*HEAD_COLUMNS, "state", "level"))

DeepCheck = Callable[[ReadTx], Iterator[Finding]]
DEEP: list[DeepCheck] = []
"""What `--deep` adds; a room above puts its check here when it is assembled."""

_same_line = sa.and_(LOG_ENTRY.c.subject == HISTORY.c.subject, LOG_ENTRY.c.version == HISTORY.c.version)
_queued = sa.exists().where(
    UNSEQUENCED.c.subject == HISTORY.c.subject, UNSEQUENCED.c.version == HISTORY.c.version
)
_LINE_COLUMNS = (*(HISTORY.c[name] for name in COLUMNS), LOG_ENTRY.c.leaf_hash, LOG_ENTRY.c.seq)
_LINES = Sql(
    sa.select(*_LINE_COLUMNS)
    .join_from(HISTORY, LOG_ENTRY, _same_line, isouter=True)
    .order_by(HISTORY.c.subject, HISTORY.c.version)
)
_OF_ONE = Sql(
    sa.select(*_LINE_COLUMNS)
    .join_from(HISTORY, LOG_ENTRY, _same_line, isouter=True)
    .where(HISTORY.c.subject == sa.bindparam("subject"))
    .order_by(HISTORY.c.version)
)
_NOT_IN_LOG = Sql(
    sa.select(HISTORY.c.subject, HISTORY.c.version)
    .join_from(HISTORY, LOG_ENTRY, _same_line, isouter=True)
    .where(LOG_ENTRY.c.seq.is_(None), ~_queued)
)
_SEQ = Sql(sa.select(LOG_ENTRY.c.seq).order_by(LOG_ENTRY.c.seq))
_LOG_ONLY = Sql(
    sa.select(LOG_ENTRY.c.subject, LOG_ENTRY.c.version, LOG_ENTRY.c.seq)
    .where(~sa.exists().where(_same_line))
    .order_by(LOG_ENTRY.c.seq)
)


def verify(
    rtx: ReadTx, *, deep: bool = False, kinds: Mapping[str, sa.Table] | None = None, listed: int = LISTED
) -> Report:
    """Check everything; `kinds` are the subject tables, all those of the imported rooms unless given.

    Every finding names the subject, the line where there is one, and a stable code.
    """
    notes = Notes(listed)
    tables = subject_tables() if kinds is None else kinds
    lines = subjects = 0
    for name in guardrails.missing(rtx):
        notes.add(None, None, "trigger_missing", name=name)
    chains = _chains(rtx.sql.stream(_LINES), notes)
    while piece := list(islice(chains, PIECE)):
        subjects += len(piece)
        lines += sum(chain[1] for chain in piece)
        _check_rows(rtx, [chain for chain, _ in piece], tables, notes)
    for kind, table in tables.items():
        _check_rows_without_lines(rtx, kind, table, notes)
    _check_log(rtx, notes)
    for check in DEEP if deep else ():
        for finding in check(rtx):
            notes.add(finding.subject, finding.version, finding.code, **finding.params)
    return Report(lines, subjects, notes.kept, notes.unlisted)


def verify_subject(rtx: ReadTx, subject: str, *, kinds: Mapping[str, sa.Table] | None = None) -> Report:
    """Check one subject: its lines, and that its row says what they lead to.

    Raises:
        NotFound: the subject has no lines.
    """
    notes = Notes(LISTED)
    chains = list(_chains(rtx.sql.all(_OF_ONE, subject=subject), notes))
    if not chains:
        raise NotFound("subject_unknown", subject=subject)
    _check_rows(rtx, [chain for chain, _ in chains], subject_tables() if kinds is None else kinds, notes)
    return Report(chains[0][1], 1, notes.kept, notes.unlisted)


def _chains(rows: Iterable[Row], notes: Notes) -> Iterator[tuple[Chain, int]]:
    """Every subject's chain, walked to its end, with its number of lines."""
    chain: Chain | None = None
    count = 0
    for row in rows:
        if chain is None or chain.subject != row[0]:
            if chain is not None:
                yield chain, count
            chain, count = Chain(row[0]), 0
        chain.follow(row, notes)
        count += 1
        leaf, seq = row[-2:]
        if leaf is not None and leaf != chain.head:
            notes.add(chain.subject, chain.version, "log_differs")
        chain.numbered(seq, notes)
    if chain is not None:
        yield chain, count


def _check_rows(rtx: ReadTx, chains: list[Chain], tables: Mapping[str, sa.Table], notes: Notes) -> None:
    """Compare where the lines lead with what the subjects' rows say."""
    by_kind: dict[str, dict[str, Chain]] = {}
    for chain in chains:
        kind, row_id = split_subject(chain.subject)
        by_kind.setdefault(kind, {})[row_id] = chain
    for kind, mine in by_kind.items():
        table = tables.get(kind)
        if table is None:
            for chain in mine.values():
                notes.add(chain.subject, None, "kind_unknown", kind=kind)
            continue
        stated = sorted({name for chain in mine.values() for name in chain.reached()} - _ALWAYS)
        columns = ("id", *HEAD_COLUMNS, *(name for name in ("state", "level", *stated) if name in table.c))
        wanted: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
        look = Sql(sa.select(*(table.c[name] for name in columns)).where(table.c.id.in_(wanted)))
        found = {row[0]: row for row in rtx.sql.all(look, ids=list(mine))}
        for row_id, chain in mine.items():
            _check_row(chain, columns, found.get(row_id), notes)


def _check_row(chain: Chain, columns: tuple[str, ...], row: Row | None, notes: Notes) -> None:
    if row is None:
        notes.add(chain.subject, None, "row_missing")
        return
    stored = dict(zip(columns, row, strict=True))
    if stored["version"] > chain.version:
        notes.add(chain.subject, chain.version, "lines_missing", stored=stored["version"])
    elif stored["version"] < chain.version:
        notes.add(chain.subject, chain.version, "lines_added", stored=stored["version"])
    elif stored["head"] != chain.head:
        notes.add(chain.subject, chain.version, "head_differs")
    elif stored["last_at"] != chain.last_at:
        notes.add(chain.subject, chain.version, "row_differs", column="last_at")
    if chain.readable:
        for name, value in sorted(chain.reached().items()):
            # a version that differs is told above, with the lines that are missing or too many
            if name != "version" and name in stored and stored[name] != value:
                notes.add(chain.subject, chain.version, "row_differs", column=name)


def _check_rows_without_lines(rtx: ReadTx, kind: str, table: sa.Table, notes: Notes) -> None:
    subject = sa.literal(f"{kind}/", sa.Text) + table.c.id
    bare = Sql(
        sa.select(table.c.id).where(~sa.exists().where(HISTORY.c.subject == subject)).order_by(table.c.id)
    )
    for (row_id,) in rtx.sql.stream(bare):
        notes.add(f"{kind}/{row_id}", None, "row_without_lines")


def _check_log(rtx: ReadTx, notes: Notes) -> None:
    """The log has every place once, and the same lines as the history."""
    expected = 0
    for (seq,) in rtx.sql.stream(_SEQ):
        if seq != expected:
            notes.add(None, None, "log_gap", expected=expected, found=seq)
        expected = seq + 1
    for subject, version, seq in rtx.sql.stream(_LOG_ONLY):
        notes.add(subject, version, "log_without_line", seq=seq)
    for subject, version in rtx.sql.stream(_NOT_IN_LOG):
        notes.add(subject, version, "not_in_log")
