"""What ``ocop cycle`` says on a terminal: a preview, a list before closing, a year report, in lines.

It computes nothing: everything comes from the data that ``--json`` prints.
"""

from collections.abc import Mapping
from typing import Any


def preview_lines(shown: Mapping[str, Any]) -> str:
    lines = [f"{shown['title']} · {shown['year']}", f"digest {shown['digest']}", ""]
    for one in shown["deadlines"]:
        stated = f"{one['stated']['bound']} {one['stated']['date']}"
        lines.append(f"{one['last_day']}  {one['key']:<20} {stated}  {' '.join(one['marks'])}".rstrip())
    lines += [""] * bool(shown["moved"])
    lines += [f"{one['key']}: {one['was']} -> {one['becomes']} ({one['why']})" for one in shown["moved"]]
    lines += [
        "",
        *(_day_of_council(council, day) for council in shown["councils"] for day in council["days"]),
    ]
    lines += [
        f"{one['who']}: {one['count']}, with an account {one['reached']}; each gets {one['notices']} notices in "
        f"{one['messages']} messages at most"
        for one in shown["notices"]
    ]
    renewals = shown["renewals"]
    lines += [f"renewals falling due: {renewals['count']}, dossiers to open: {renewals['to_open']}", ""]
    return "\n".join([*lines, *map(_warning, shown["warnings"])]).rstrip()


def _day_of_council(council: Mapping[str, Any], day: Mapping[str, Any]) -> str:
    load = f"{day['products']} of {day['most']}" if day["most"] else f"{day['products']}"
    return f"{day['day']}  {council['key']:<20} {load} products{' OVER' if day['over'] else ''}"


def _warning(one: Mapping[str, Any]) -> str:
    where = ", ".join(f"{place['line']}:{place['column']}" for place in one["places"])
    return f"! {one['id']}{f' at {where}' if where else ''}{' (accepted)' if one['accepted'] else ''}"


def closing_lines(shown: Mapping[str, Any]) -> str:
    lines = [f"{shown['year']} · {shown['state']}", f"digest {shown['digest']}", ""]
    for one in shown["dossiers"]:
        decided = "goes on by itself" if one["goes_on"] else one["act"] or f"? ({one['proposed']} proposed)"
        lines.append(f"{one['code']:<16} {one['state']:<28} {decided}  {one['product']}".rstrip())
    return "\n".join([*lines, "", f"undecided: {shown['undecided']}"])


def report_lines(report: Mapping[str, Any]) -> str:
    dossiers, certificates = report["dossiers"], report["certificates"]
    lines = [
        f"{report['title']} · {report['year']}",
        f"digest {report['digest']} · {'kept ' + report['made_at'] if report['made_at'] else 'not closed yet'}",
        f"dossiers {dossiers['count']}, filed {dossiers['filed']}, carried over {dossiers['carried_over']}",
        f"recognised {dossiers['recognised']['count']}, certificates issued {certificates['issued']['count']}",
        f"certificates in force {certificates['in_force']['count']}, run out {certificates['expired_in_year']}",
        f"producers {report['producers']['count']}, tasks done {report['tasks']['done']}",
    ]
    for target in report["targets"]:
        result = "not in the record" if target["result"] is None else target["result"]
        lines.append(f"- {target['what']}: {result}")
    return "\n".join(lines)
