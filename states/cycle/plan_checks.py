"""How the values of a plan file must fit together, as far as the file alone can tell.

Nothing here asks the law or the registry; each check names the place of what does not fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from states.cycle.plan_dates import OPENS, dated
from states.cycle.plan_format import BATCH_STEPS
from states.cycle.shapes import Reading

Values = Mapping[str, Any]

_COUNTED = ({"at_least"}, {"exactly"}, {"from", "to"})
_PER_AREA = ({"per_area_from"}, {"per_area_from", "per_area_to"}, {"areas"})
MEASURES: Mapping[str, tuple[set[str], ...]] = {
    "count": _COUNTED,
    "range": ({"from", "to"},),
    "transition": _COUNTED,
    "per_area": _PER_AREA,
    "entities": (*_COUNTED, {"percent"}),
    "coverage": ({"percent"},),
    "facilities": _COUNTED,
    "deliverable": (set(),),
}
"""Per kind of target the sets of keys that state its measure; one of them must stand in full."""
_MEASURE_KEYS = ("at_least", "exactly", "from", "to", "percent", "per_area_from", "per_area_to", "areas")
_FREE_KEYS = {"per_area_from", "per_area_to", "areas"}  # may stand beside the measure of any kind
_CENTRAL_STEPS = ("propose", "evaluate")


DATED = ("windows", "batches", "tasks", "calendar", "events", "councils")
"""The keys that hold dates; these are checked against each other only where all of them are well written."""


def check(values: Values, reading: Reading) -> None:
    """Note every place where two values of the plan contradict each other; what is not well written is left out."""
    if reading.clean("province", "province_name"):
        _province(values, reading)
    if reading.clean("year", "years"):
        _years(values, reading)
    if values["years"]:
        _programme(values, reading)
    if reading.clean("targets"):
        for index, target in enumerate(values["targets"] or ()):
            _target(target, f"targets[{index}]", reading)
    if reading.clean(*DATED):
        _dates(values, reading)


def _dates(values: Values, reading: Reading) -> None:
    if reading.clean("year", "years"):
        _within(values, reading)
    _windows(values["windows"] or (), reading)
    _batches(values["batches"] or (), reading)
    _tasks(values["tasks"] or (), reading)
    for index, entry in enumerate(values["calendar"] or ()):
        _entry(entry, f"calendar[{index}]", reading)
    for index, event in enumerate(values["events"] or ()):
        _ways(event, f"events[{index}]", reading, needed=False)
        _span(event, f"events[{index}]", reading)
    for index, council in enumerate(values["councils"] or ()):
        _span(council, f"councils[{index}]", reading)


def _within(values: Values, reading: Reading) -> None:
    """What a plan is to bring lies in no year before its first; only a first day may lie in the one before."""
    first = values["years"][0] if values["years"] else values["year"]
    if first is None:
        return
    happened = tuple(
        f"calendar[{index}]."
        for index, each in enumerate(values["calendar"] or ())
        if each["kind"] == "happened"
    )
    for each in dated(dict(values)):
        day = each.value
        earliest = first - each.key.endswith(OPENS)
        if isinstance(day, date) and day.year < earliest and not each.path.startswith(happened):
            reading.fault("plan_date_early", each.path, day=day.isoformat(), first=first)


def _province(values: Values, reading: Reading) -> None:
    if str(values["province"] or "").startswith("x-") and not values["province_name"]:
        reading.fault("plan_key_missing", "province", key="province_name")


def _years(values: Values, reading: Reading) -> None:
    if (values["year"] is None) == (values["years"] is None):
        reading.fault("plan_year_or_years", "years" if values["years"] else "")
    elif values["years"] and values["years"][0] > values["years"][1]:
        reading.fault("plan_backwards", "years", first=values["years"][0], last=values["years"][1])
    else:
        _inside(values, values["years"] or [values["year"], values["year"]], reading)


def _inside(values: Values, years: Sequence[int], reading: Reading) -> None:
    """Every year named somewhere lies within the plan's own; a theme is given once a year."""
    for name in (each for each in ("themes", "budgets", "targets", "tasks") if reading.clean(each)):
        for index, each in enumerate(values[name] or ()):
            year = each["year"]
            if year is not None and not years[0] <= year <= years[1]:
                reading.fault(
                    "plan_year_beyond", f"{name}[{index}].year", year=year, first=years[0], last=years[1]
                )
    themed = [each["year"] for each in values["themes"] or ()] if reading.clean("themes") else []
    for index, year in enumerate(themed):
        if year in themed[:index]:
            reading.fault("plan_year_twice", f"themes[{index}].year", year=year)


def _programme(values: Values, reading: Reading) -> None:
    """Over several years windows, batches and councils belong into the plan of each year."""
    for name in ("windows", "batches", "councils"):
        if values[name] and reading.clean(name):
            reading.fault("plan_of_one_year", name, key=name)


def _tasks(tasks: Sequence[Values], reading: Reading) -> None:
    """Names stand once, a task follows tasks that are there, and is not due before them."""
    known: dict[str, Values] = {}
    for index, task in enumerate(tasks):
        path, ref = f"tasks[{index}]", task["ref"]
        if task["bound"] and not task["due"]:
            reading.fault("plan_key_missing", path, key="due")
        if ref in known:
            reading.fault("plan_ref_twice", f"{path}.ref", ref=ref)
        for place, name in enumerate(task["after"] or ()):
            _follows(task, known.get(name), f"{path}.after[{place}]", reading, name=name)
        if ref is not None:
            known[ref] = task


def _follows(task: Values, former: Values | None, path: str, reading: Reading, *, name: str) -> None:
    """A task stands behind those it follows, so that no circle can be written."""
    if former is None:
        reading.fault("plan_ref_unknown", path, ref=name)
    elif task["due"] and former["due"] and task["due"] < former["due"]:
        reading.fault("plan_backwards", path, **_shown(former["due"], task["due"]))


def _windows(windows: Sequence[Values], reading: Reading) -> None:
    for index, window in enumerate(windows):
        if last_day(window["closes"], window["bound"]) < window["opens"].toordinal():
            reading.fault(
                "plan_backwards", f"windows[{index}].closes", **_shown(window["opens"], window["closes"])
            )
        for earlier, other in enumerate(windows[:index]):
            if _same_window(window, other) and _overlap(window, other):
                reading.fault(
                    "plan_windows_overlap", f"windows[{index}]", step=window["step"], other=earlier + 1
                )


def _same_window(one: Values, other: Values) -> bool:
    return bool(one["step"] == other["step"] and one["batch"] == other["batch"])


def _overlap(one: Values, other: Values) -> bool:
    one_ends, other_ends = (last_day(each["closes"], each["bound"]) for each in (one, other))
    return bool(one["opens"].toordinal() <= other_ends and other["opens"].toordinal() <= one_ends)


def last_day(stated: date, bound: str | None) -> int:
    """The last good day as an ordinal, "before" read as leaving the day out (the strict reading)."""
    return stated.toordinal() - (bound == "before")


def _shown(first: date, last: date) -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat()}


def _batches(batches: Sequence[Values], reading: Reading) -> None:
    seen: dict[tuple[str, int], int] = {}
    for index, batch in enumerate(batches):
        path, key = f"batches[{index}]", (batch["level"], batch["number"])
        if key in seen:
            reading.fault("plan_batch_twice", path, level=key[0], number=key[1])
        seen[key] = index
        _steps(batch, path, reading)
    for (level, number), index in seen.items():
        if number > 1 and (level, number - 1) in seen:
            former, path = batches[seen[level, number - 1]], f"batches[{index}]"
            _after(former, batches[index], path, reading)
            _intakes(former, batches[index], path, reading)


def _steps(batch: Values, path: str, reading: Reading) -> None:
    steps = batch["steps"]
    names = [step["step"] for step in steps]
    for needed in {"propose", "evaluate"} - set(names):
        reading.fault("plan_batch_step_missing", f"{path}.steps", step=needed)
    order = sorted(steps, key=lambda step: BATCH_STEPS.index(step["step"]))
    for index, step in enumerate(steps):
        at = f"{path}.steps[{index}]"
        if batch["level"] == "central" and step["step"] not in _CENTRAL_STEPS:
            reading.fault(
                "plan_not_one_of", f"{at}.step", value=step["step"], allowed=", ".join(_CENTRAL_STEPS)
            )
        if names.index(step["step"]) != index:
            reading.fault("plan_batch_step_twice", at, step=step["step"])
        for earlier in order[: order.index(step)]:
            if last_day(step["date"], step["bound"]) < last_day(earlier["date"], earlier["bound"]):
                reading.fault(
                    "plan_steps_disordered", f"{at}.date", step=step["step"], earlier=earlier["step"]
                )
    if batch["opens"] and steps:
        first = min(steps, key=lambda step: last_day(step["date"], step["bound"]))
        if last_day(first["date"], first["bound"]) < batch["opens"].toordinal():
            reading.fault("plan_backwards", f"{path}.opens", **_shown(batch["opens"], first["date"]))


def _after(former: Values, batch: Values, path: str, reading: Reading) -> None:
    limits = [
        next((s["date"] for s in each["steps"] if s["step"] == "propose"), None) for each in (former, batch)
    ]
    if limits[0] and limits[1] and limits[1] <= limits[0]:
        reading.fault("plan_batches_disordered", path, number=batch["number"], other=former["number"])


def _intakes(former: Values, batch: Values, path: str, reading: Reading) -> None:
    """A batch takes dossiers in only when the one before it has closed; a dossier must not have two to go to."""
    closes = next((step for step in former["steps"] if step["step"] == "propose"), None)
    if closes and batch["opens"] and batch["opens"].toordinal() <= last_day(closes["date"], closes["bound"]):
        reading.fault("plan_intakes_overlap", f"{path}.opens", number=batch["number"], other=former["number"])


def _target(target: Values, path: str, reading: Reading) -> None:
    given = {name for name in _MEASURE_KEYS if target[name] is not None}
    kind = target["kind"]
    if not any(measure == given - (_FREE_KEYS - measure) for measure in MEASURES[kind]):
        ways = "; ".join(" + ".join(sorted(measure)) for measure in MEASURES[kind] if measure) or "-"
        code = "plan_target_measure" if given else "plan_target_unmeasured"
        reading.fault(code, path, kind=kind, ways=ways)
    for first, last in (("from", "to"), ("per_area_from", "per_area_to"), ("from_stars", "to_stars")):
        if target[first] is not None and target[last] is not None and target[first] > target[last]:
            reading.fault("plan_backwards", f"{path}.{last}", first=target[first], last=target[last])
    stars = (target["from_stars"], target["to_stars"])
    if kind == "transition" and None not in stars and stars[0] == stars[1]:
        reading.fault("plan_stars_same", f"{path}.to_stars", stars=stars[0])
    for needed in _needed(target):
        reading.fault("plan_key_missing", path, key=needed)
    units = [area["unit"] for area in target["areas"] or ()]
    for index, area in enumerate(target["areas"] or ()):
        if area["unit"] in units[:index]:
            reading.fault("plan_unit_twice", f"{path}.areas[{index}].unit", unit=area["unit"])
        if (area["at_least"] is None) == (area["exactly"] is None):
            reading.fault(
                "plan_target_unmeasured", f"{path}.areas[{index}]", kind="areas", ways="at_least; exactly"
            )


def _needed(target: Values) -> Iterator[str]:
    wanted = {"transition": ("from_stars", "to_stars"), "per_area": ("basis",)}.get(target["kind"], ())
    return (name for name in wanted if target[name] is None)


def _ways(entry: Values, path: str, reading: Reading, *, needed: bool) -> None:
    """A day, a month or a span, never two of them."""
    ways = [bool(entry["date"]), bool(entry["month"]), bool(entry["from"] or entry["to"])]
    if sum(ways) > 1 or (needed and not any(ways)):
        reading.fault("plan_entry_date", path)


def _entry(entry: Values, path: str, reading: Reading) -> None:
    planned = entry["kind"] != "happened"
    _ways(entry, path, reading, needed=planned)
    if planned and entry["date"] and not entry["bound"]:
        reading.fault("plan_key_missing", path, key="bound")
    _span(entry, path, reading)


def _span(entry: Values, path: str, reading: Reading) -> None:
    if bool(entry["from"]) != bool(entry["to"]):
        reading.fault("plan_key_missing", path, key="to" if entry["from"] else "from")
    elif entry["from"] and entry["from"] > entry["to"]:
        reading.fault("plan_backwards", f"{path}.to", **_shown(entry["from"], entry["to"]))
