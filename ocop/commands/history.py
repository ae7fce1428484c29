"""``ocop history``: show, replay and verify; exit 1 on any difference, naming subject and reason."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from audit.findings import Finding
from audit.replay import replay as story
from audit.verify import DEEP, verify_subject
from audit.verify import verify as check
from core.clock import VIETNAM
from core.lines import Line
from core.tx import ReadTx
from notifications.deep_check import outbox
from ocop import installation, schema
from ocop.arguments import DAY, INSTANT
from states.engine.replay import Replayed

T = TypeVar("T")


@click.group("history")
def command() -> None:
    """Show, replay and verify histories."""


@command.command("show")
@click.argument("subject")
@click.option("--at", type=INSTANT, help="What was known at this instant.")
@click.option("--effective", type=DAY, help="What was legally so on this day.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def show(data: Path | None, subject: str, at: datetime | None, effective: date | None, as_json: bool) -> None:
    """Show a subject's lines, oldest first.

    Example: ocop history show dossier/0192… --at 2027-03-01T12:00+07:00
    """
    lines = _read(data, lambda rtx: story(rtx, subject, at=at, effective=effective)).lines
    if as_json:
        click.echo(json.dumps([json.loads(line.to_text()) for line in lines], ensure_ascii=False, indent=1))
        return
    for line in lines:
        click.echo(_readable(line))


def _readable(line: Line) -> str:
    when = line.at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
    moved = f"{line.source} -> {line.dest}" if line.dest and line.dest != line.source else (line.dest or "")
    reason = f" ({line.reason})" if line.reason else ""
    return f"{line.version:>4}  {when}  {line.kind:<16} {line.trigger or '':<24} {moved}  {line.actor.role}{reason}".rstrip()


@command.command("replay")
@click.argument("subject")
@click.option("--at", type=INSTANT, help="What was known at this instant.")
@click.option("--effective", type=DAY, help="What was legally so on this day.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def replay(
    data: Path | None, subject: str, at: datetime | None, effective: date | None, as_json: bool
) -> int:
    """Walk a subject's history by the rules of its time; 1 where a line does not follow.

    The whole history is also checked: hashes, chain, copied columns, and that the record's row is where it leads.

    Example: ocop history replay dossier/0192…
    """
    schema.import_tables()
    whole = at is None and effective is None

    def walk(rtx: ReadTx) -> tuple[Replayed, list[Finding]]:
        end = story(rtx, subject, at=at, effective=effective).replayed
        return end, verify_subject(rtx, subject).findings if whole else []

    found, findings = _read(data, walk)
    if as_json:
        click.echo(json.dumps(_as_json(found, findings), ensure_ascii=False, indent=1))
    else:
        click.echo(
            f"{subject}: {found.state}, level {found.level}, {found.version} lines, {found.move_version} moves"
        )
        for problem in found.problems if not whole else ():
            click.echo(f"{subject} line {problem.version}: {problem.code} {problem.detail or ''}".rstrip())
        for finding in findings:
            click.echo(_told(finding))
    return 1 if found.problems or findings else 0


def _as_json(found: Replayed, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "state": found.state, "level": found.level, "ruleset": found.ruleset, "version": found.version,
        "move_version": found.move_version, "attested": list(found.attested),
        "problems": [{"version": one.version, "code": one.code, "detail": one.detail} for one in found.problems],
        "findings": [finding.to_json() for finding in findings],
    }  # fmt: skip


def _told(finding: Finding) -> str:
    where = finding.subject or "installation"
    line = f" line {finding.version}" if finding.version else ""
    return f"{where}{line}: {finding.text('en')} [{finding.code}]"


@command.command("verify")
@click.option("--deep", is_flag=True, help="Also the log, files, notices and scores, as far as they exist.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def verify(data: Path | None, deep: bool, as_json: bool) -> int:
    """Check hashes, chains, triggers, copied columns and replay; 1 on any difference, naming subject and reason.

    Example: ocop history verify --deep
    """
    schema.import_tables()  # every room's subjects, those above the audit too
    if deep and outbox not in DEEP:
        DEEP.append(outbox)
    report = _read(data, lambda rtx: check(rtx, deep=deep))
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        for finding in report.findings:
            click.echo(_told(finding))
        verdict = (
            "intact" if report.intact else f"NOT INTACT ({len(report.findings) + report.unlisted} findings)"
        )
        click.echo(f"{report.lines} lines of {report.subjects} subjects: {verdict}")
    return 0 if report.intact else 1


def _read(data: Path | None, fn: Callable[[ReadTx], T]) -> T:
    opened = installation.opened(installation.configured(data), seed=False)
    try:
        return opened.db.read_now(fn)
    finally:
        opened.close()
