"""What ``ocop cycle`` says on a terminal: a preview, a list before closing, a year report, in lines.

It computes nothing: everything comes from the data that ``--json`` prints.
"""

from collections.abc import Mapping
from typing import Any

from core.texts import text

PLACES = 5  # places of a warning that are named; the JSON names them all


def preview_lines(shown: Mapping[str, Any]) -> str:
    """The whole year in lines: what the plan says, every date, who is told, what the year begins with, what to mind."""
    sections = (
        _head(shown), _dates(shown), _moved(shown), _load(shown), _plan_lines(shown["plan"], shown["year"]),
        _told(shown), _dossiers(shown), [*map(_warning, shown["warnings"])], _shut(shown),
    )  # fmt: skip
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _head(shown: Mapping[str, Any]) -> list[str]:
    ruleset = (shown["ruleset"] or "none in force, dates only").partition("@")[0]
    mark = ", illustrative" if shown["illustrative"] else ""
    return [
        f"{shown['title']} · {shown['year']}{mark}",
        f"{shown['province']['name']}, ruleset {ruleset}, calendar {shown['calendar']}",
        f"digest {shown['digest']}",
    ]


def _dates(shown: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{one['last_day']}  {one['key']:<20} {one['stated']['bound']} {one['stated']['date']}  {one['title'] or ''}"
        f"{' [' + ' '.join(one['marks']) + ']' if one['marks'] else ''}".rstrip()
        for one in shown["deadlines"]
    ]
    lines += [f"window {one['step']:<14} {one['opens_on']} to {one['closes_on']}" for one in shown["windows"]]
    return lines + [
        f"batch {one['level']} {one['number']}: intake {one['opens_on']} to {one['propose_last_day']}, "
        f"council until {one['evaluate_last_day']}"
        for one in shown["batches"]
    ]


def _moved(shown: Mapping[str, Any]) -> list[str]:
    return [f"{one['key']}: {one['was']} -> {one['becomes']} ({one['why']})" for one in shown["moved"]]


def _load(shown: Mapping[str, Any]) -> list[str]:
    return [_day_of_council(council, day) for council in shown["councils"] for day in council["days"]]


def _plan_lines(plan: Mapping[str, Any], year: int) -> list[str]:
    """What the plan says beside its dates, the things of other years left out."""
    theme = next((one["theme"] for one in plan["themes"] if one["year"] == year), plan["theme"])
    single = {
        "theme": theme,
        "led by": plan["lead"],
        "programme": plan["programme"],
        "brand": plan["local_brand"],
    }
    lines = [f"{name}: {value}" for name, value in single.items() if value]
    lines += _money(plan, year)
    lines += [
        f"target: {one['what']} ({_measure(one)})" for one in plan["targets"] if one["year"] in (None, year)
    ]
    lines += [_task(one) for one in plan["tasks"] if one["year"] in (None, year)]
    lines += [f"{one['kind']}: {one['title']}{_when(one)}{_for(one)}" for one in plan["events"]]
    lines += [
        f"happened: {one['title']}{_when(one)}{_note(one)}"
        for one in plan["calendar"]
        if one["kind"] == "happened"
    ]
    lines += [
        f"as of {one['at']}: {_given(one, 'at', 'held', 'source')}{_fulfilled(one)}{_held(one)}"
        for one in plan["baseline"]
    ]
    lines += [
        f"survey of {one['sample']}: {_given(one, 'at', 'sample', 'source')}" for one in plan["surveys"]
    ]
    lines += [f"{one['kind']}: {one['name']}{_members(one)}{_note(one)}" for one in plan["partners"]]
    named = ("key_products", "national_candidates", "potential_products")
    return lines + [f"{name.replace('_', ' ')}: {len(plan[name])}" for name in named if plan[name]]


def _money(plan: Mapping[str, Any], year: int) -> list[str]:
    note = f" ({plan['budget_note']})" if plan["budget_note"] else ""
    whole = (
        [f"budget: {plan['budget_million_vnd']} million VND{note}"]
        if plan["budget_million_vnd"] is not None
        else []
    )
    return whole + [
        f"budget {one['year']}: {one['million_vnd']} million VND{' from ' + one['from'] if one['from'] else ''}"
        for one in plan["budgets"]
        if one["year"] == year
    ]


def _given(one: Mapping[str, Any], *left_out: str) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value}"
        for name, value in one.items()
        if name not in left_out and value not in (None, [], "")
    )


def _measure(target: Mapping[str, Any]) -> str:
    areas = f"; {len(target['areas'])} areas named" if target["areas"] else ""
    return _given(target, "kind", "what", "year", "areas", "note") + areas or target["kind"]


def _task(task: Mapping[str, Any]) -> str:
    owner = task["department"] or task["owner"]
    return (
        f"task: {task['title']}{f', {owner}' if owner else ''}{_when({'date': task['due']})}"
        f"{' -> ' + task['output'] if task['output'] else ''}"
    )


def _when(one: Mapping[str, Any]) -> str:
    span = f"{one['from']} to {one['to']}" if one.get("from") else None
    day = one.get("date") or one.get("month") or span
    return f", {day}" if day else ""


def _for(event: Mapping[str, Any]) -> str:
    places = f", {event['places']} places" if event["places"] is not None else ""
    return (f", for {', '.join(event['audience'])}" if event["audience"] else "") + places


def _note(one: Mapping[str, Any]) -> str:
    return f" ({one['note']})" if one["note"] else ""


def _fulfilled(one: Mapping[str, Any]) -> str:
    """Products of the target in per cent, cut to a tenth."""
    if one["products"] is None or not one["target"]:
        return ""
    permille = one["products"] * 1000 // one["target"]
    return f" ({permille // 10}.{permille % 10} % of the target)"


def _held(one: Mapping[str, Any]) -> str:
    return "".join(f", {each['what']} {each['count']}" for each in one["held"])


def _members(one: Mapping[str, Any]) -> str:
    return f", {one['members']} members" if one["members"] else ""


def _told(shown: Mapping[str, Any]) -> list[str]:
    return [
        f"{one['who']}: {one['count']}, with an account {one['reached']}; each gets {one['notices']} notices in "
        f"{one['messages']} messages at most"
        for one in shown["notices"]
    ] + [
        f"by {one['channel']}: {one['people']} people, {one['messages']} messages at most, {one['price_vnd']} VND"
        for one in shown["channels"]
    ]


def _dossiers(shown: Mapping[str, Any]) -> list[str]:
    """Counts only: a province may have thousands; the JSON names the first of them."""
    renewals, carried = shown["renewals"], shown["carried"]
    return [
        f"renewals falling due: {renewals['count']}, dossiers to open: {renewals['to_open']}",
        f"carried over into this year: {carried['count']}",
    ]


def _shut(shown: Mapping[str, Any]) -> list[str]:
    said = {"province": shown["province"]["name"], "year": shown["year"]}
    lines = (
        [f"Accepted, but nothing warns of it: {', '.join(shown['accepted_unused'])}"]
        if shown["accepted_unused"]
        else []
    )
    return lines + [f"Opening would be refused: {text(code, 'en', **said)}" for code in shown["keeps_shut"]]


def _day_of_council(council: Mapping[str, Any], day: Mapping[str, Any]) -> str:
    load = f"{day['products']} of {day['most']}" if day["most"] else f"{day['products']}"
    return f"{day['day']}  {council['key']:<20} {load} products{' OVER' if day['over'] else ''}"


def _warning(one: Mapping[str, Any]) -> str:
    places = [f"{place['line']}:{place['column']}" for place in one["places"]]
    more = f" and {len(places) - PLACES} more" if len(places) > PLACES else ""
    where = ", ".join(places[:PLACES]) + more
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
    lines += [
        f"went up from {each['from']} to {each['to']} stars: {each['count']}"
        for each in dossiers.get("upgraded", ())
    ]
    sales = report.get("outcomes", {})
    if sales.get("reports"):
        lines.append(
            f"sales reported {sales['revenue_million_vnd']} million VND in {sales['reports']} reports"
        )
    for target in report["targets"]:
        result = "not in the record" if target["result"] is None else target["result"]
        lines.append(f"- {target['what']}: {result}")
    return "\n".join(lines)
