"""What a plan's preview and its copy say, in words: warnings, moved and shifted dates, council days.

It computes no date; every date comes from the preview.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from web import days, wording


def warning_name(warning: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """A warning of a preview in words: what is the matter, and where."""
    mark, _, about = str(warning["id"]).partition(":")
    councils = {
        each["key"]: each["title"] or wording.label("level", each["level"]) for each in shown["councils"]
    }
    if about in councils:
        where = councils[about]
    elif mark == "offices_missing":
        where = f"{shown['offices_missing']} xã"
    else:
        where = days.long(about) if len(about) == len("2027-01-01") else f"năm {about}"
    lines = line_numbers(place["line"] for place in warning["places"])
    return f"{wording.label('mark', mark)}: {where}{f' ({lines} của kế hoạch)' if lines else ''}"


def of_shut(shown: Mapping[str, Any]) -> list[str]:
    """Why opening would be refused as things stand; open warnings are asked for in a place of their own."""
    about = {"year": shown["year"], "province": shown["province"]["name"]}
    return [wording.refusal(code, about) for code in shown["keeps_shut"] if code != "guard_warnings_open"]


def line_numbers(numbers: Iterable[int]) -> str:
    """`dòng 17–23, 29`: neighbours together, each once."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
    return f"dòng {said}" if said else ""


def of_moved(shown: Mapping[str, Any]) -> list[dict[str, str]]:
    """The dates that stand elsewhere than in the plan: name, before, after, why."""
    names = {each["key"]: wording.deadline_name(each["code"], each["title"]) for each in shown["deadlines"]}
    return [
        {
            "name": names.get(each["key"]) or wording.date_name(each["key"]),
            "was": days.short(each["was"]),
            "becomes": days.short(each["becomes"]),
            "why": wording.label("moved", each["why"]),
        }
        for each in shown["moved"]
    ]


def of_shifts(shifts: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The dates of a cloned plan: name, former day, new day, why."""
    return [
        {
            "name": wording.date_name(each["key"]),
            "was": days.short(each["was"]),
            "becomes": days.long(each["becomes"]),
            "why": ", ".join(wording.label("plan_shift", reason) for reason in each["reasons"]),
        }
        for each in shifts
    ]


def of_councils(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every council day with what it would hear."""
    return [
        {
            "day": days.long(day["day"]),
            "name": council["title"] or f"Hội đồng {wording.label('level', council['level'])}",
            "load": f"{day['products']} trên {day['most']}" if day["most"] else day["products"] or "chưa rõ",
            "marks": [
                *((("late", wording.label("mark", "council_overload")),) if day["over"] else ()),
                *(("", wording.label("mark", mark)) for mark in day["marks"]),
            ],
        }
        for council in shown["councils"]
        for day in council["days"]
    ]
