"""``ocop history``: show, replay and verify; exit 1 on any difference, naming subject and reason."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from audit.verify import verify as check
from core.clock import VIETNAM
from core.errors import NotFound
from core.history import read_lines
from core.lines import Line, parse_line
from ocop import installation, schema
from ocop.arguments import DAY, INSTANT
from states.engine.replay import Replayed, effective_day, fold


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
    lines = [line for line in _lines(data, subject) if _kept(line, at, effective)]
    if as_json:
        click.echo(json.dumps([json.loads(line.to_text()) for line in lines], ensure_ascii=False, indent=1))
        return
    for line in lines:
        click.echo(_readable(line))


def _kept(line: Line, at: datetime | None, effective: date | None) -> bool:
    return (at is None or line.at <= at) and (effective is None or effective_day(line) <= effective)


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

    Example: ocop history replay dossier/0192…
    """
    found = fold(_lines(data, subject), until=at, effective=effective)
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        click.echo(
            f"{subject}: {found.state}, level {found.level}, {found.version} lines, {found.move_version} moves"
        )
        for problem in found.problems:
            click.echo(f"{subject} line {problem.version}: {problem.code} {problem.detail or ''}".rstrip())
    return 1 if found.problems else 0


def _as_json(found: Replayed) -> dict[str, Any]:
    return {
        "state": found.state, "level": found.level, "ruleset": found.ruleset, "version": found.version,
        "move_version": found.move_version, "attested": list(found.attested),
        "problems": [{"version": one.version, "code": one.code, "detail": one.detail} for one in found.problems],
    }  # fmt: skip


@command.command("verify")
@click.option("--deep", is_flag=True, help="Also the log, files, notices and scores, as far as they exist.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def verify(data: Path | None, deep: bool, as_json: bool) -> int:
    """Check hashes, chains, triggers, copied columns and replay; 1 on any difference, naming subject and reason.

    Example: ocop history verify --deep
    """
    schema.import_tables()  # every room's subjects, those above the audit too
    opened = installation.opened(installation.configured(data), seed=False)
    try:
        report = opened.db.read_now(lambda tx: check(tx, deep=deep))
    finally:
        opened.close()
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        for finding in report.findings:
            where = f"{finding.subject or 'installation'}" + (
                f" line {finding.version}" if finding.version else ""
            )
            click.echo(f"{where}: {finding.text('en')} [{finding.code}]")
        verdict = (
            "intact" if report.intact else f"NOT INTACT ({len(report.findings) + report.unlisted} findings)"
        )
        click.echo(f"{report.lines} lines of {report.subjects} subjects: {verdict}")
    return 0 if report.intact else 1


def _lines(data: Path | None, subject: str) -> list[Line]:
    opened = installation.opened(installation.configured(data), seed=False)
    try:
        found = opened.db.read_now(lambda tx: read_lines(tx, subject))
    finally:
        opened.close()
    if not found:
        raise NotFound("subject_unknown", subject=subject)
    return [parse_line(text) for text, _ in found]
