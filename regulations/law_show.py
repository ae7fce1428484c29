"""The law in readable text and as plain data, for `ocop law list`, `show` and `diff`.

Prints what the files say, with unit, source and how sure; decides nothing.
"""

import json
from collections.abc import Iterator, Mapping

from regulations.ruleset_models import RulesetData
from regulations.rulesets import Ruleset, all_rulesets, get
from regulations.sheets import edition_sheets

Json = dict[str, object]
_SOURCE_KEYS = ("source", "basis", "note", "unit")
_DIFF_SKIPS = ("id", "label", "schema", "sheet_digests")
_NAMING_KEYS = ("code", "key", "id", "number", "star", "level", "vi")


def list_data() -> list[Json]:
    """Return one record per ruleset, in order of force."""
    return [_summary(each) for each in all_rulesets()]


def list_text() -> str:
    """Return one line per ruleset: id, documents, days in force, sheets."""
    rows = [("ruleset", "document", "from", "until", "sheets")]
    for each in list_data():
        until = str(each["valid_to"] or "open")
        rows.append(
            (str(each["id"]), str(each["document"]), str(each["valid_from"]), until, str(each["sheets"]))
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def show_data(ruleset_id: str) -> Json:
    """Return everything a ruleset says, with its pin.

    Raises:
        RegulationError: `ruleset_unknown`.
    """
    ruleset = get(ruleset_id)
    return {"pin": ruleset.pin, **_content(ruleset)}


def show_text(ruleset_id: str) -> str:
    """Return a ruleset line by line: path, value and unit, then source and how sure; then the doubts of its sheets.

    Raises:
        RegulationError: `ruleset_unknown`.
    """
    ruleset = get(ruleset_id)
    lines = [f"{ruleset.id}: {ruleset.document}", f"pin {ruleset.pin}", ""]
    content = _content(ruleset)
    for path, entry in _entries(content):
        lines += _shown(path, entry)
    doubts = [
        f"  {sheet.set} {sheet.vi}: {caveat}"
        for sheet in edition_sheets(ruleset.sheet_edition).values()
        for caveat in sheet.caveats
    ]
    return "\n".join([*lines, "", "doubts in its sheets:", *(doubts or ["  none"])]) + "\n"


def diff_data(before: str, after: str) -> list[Json]:
    """Return where two rulesets differ: path, value before, value after (None = not stated); sources left out.

    Raises:
        RegulationError: `ruleset_unknown`.
    """
    old, new = (dict(_values(_content(get(each)))) for each in (before, after))
    return [
        {"path": path, "before": old.get(path), "after": new.get(path)}
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]


def diff_text(before: str, after: str) -> str:
    """Return one line per difference, `-` what only the first says, `+` the second, `~` both but otherwise.

    Raises:
        RegulationError: `ruleset_unknown`.
    """
    lines = [f"{before} -> {after}"]
    for each in diff_data(before, after):
        old, new = each["before"], each["after"]
        if new is None:
            lines.append(f"- {each['path']}: {_compact(old)}")
        elif old is None:
            lines.append(f"+ {each['path']}: {_compact(new)}")
        else:
            lines.append(f"~ {each['path']}: {_compact(old)} -> {_compact(new)}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "no difference"]) + "\n"


def sourced_paths(ruleset: Ruleset) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Go through every path of a ruleset that states something, with the sources it names."""
    for path, entry in _entries(_content(ruleset)):
        source = entry["source"]
        yield path, tuple(str(each) for each in source) if isinstance(source, list) else (str(source),)


def _summary(ruleset: Ruleset) -> Json:
    return {
        "id": ruleset.id,
        "label": ruleset.data.label,
        "document": ruleset.document,
        "valid_from": ruleset.valid_from.isoformat(),
        "valid_to": ruleset.valid_to.isoformat() if ruleset.valid_to else None,
        "sheets": ruleset.sheet_edition,
        "features": sorted(ruleset.features),
        "pin": ruleset.pin,
    }


def _content(ruleset: Ruleset) -> Json:
    """Return what the file says, in the order of the file's shape."""
    content: Json = json.loads(ruleset.canonical)
    names = (each.alias or name for name, each in RulesetData.model_fields.items())
    return {name: content[name] for name in names if name in content}


def _entries(node: object, path: str = "") -> Iterator[tuple[str, Json]]:
    """Go through the sourced entries in the order of their paths."""
    if isinstance(node, dict):
        if "source" in node:
            yield path, node
            return
        for key, child in node.items():
            yield from _entries(child, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for child in node:
            yield from _entries(child, f"{path}.{_name(child)}")


def _shown(path: str, entry: Json) -> list[str]:
    unit = entry.get("unit")
    said = {key: value for key, value in entry.items() if key not in _SOURCE_KEYS}
    value = said["value"] if set(said) == {"value"} else said
    text = _compact(value) if value != {} else "yes"
    head = f"{path}: {text}" + (f" [{unit}]" if unit not in (None, "none") else "")
    source = entry["source"]
    cited = "; ".join(str(each) for each in source) if isinstance(source, list) else str(source)
    lines = [head, f"    {entry['basis']}: {cited}"]
    return [*lines, f"    note: {entry['note']}"] if "note" in entry else lines


def _values(node: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Go through path and value of everything stated, without sources."""
    if isinstance(node, dict):
        plain = {key: child for key, child in node.items() if key not in _SOURCE_KEYS}
        if not plain and "source" in node:
            yield path, True
        for key, child in plain.items():
            if path or key not in _DIFF_SKIPS:
                yield from _values(child, f"{path}.{key}" if path else key)
    elif isinstance(node, list) and node and all(isinstance(each, dict) for each in node):
        for child in node:
            yield from _values(child, f"{path}.{_name(child)}")
    else:
        yield path, "null" if node is None else node


def _name(child: object) -> str:
    """Return what tells an entry of a list from its neighbours."""
    if not isinstance(child, Mapping):
        return str(child)
    return next((str(child[key]) for key in _NAMING_KEYS if key in child), _compact(dict(child)))


def _compact(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(_compact(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_compact(each)}" for key, each in value.items())
    return json.dumps(value, ensure_ascii=False)
