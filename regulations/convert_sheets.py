"""Turns the scoring sheets and the taxonomy from YAML into the compact JSON this room ships.

Run by hand when a sheet changes: `python -m regulations.convert_sheets FOLDER`. It loses no field and adds
none; names of files and folders of the machine never get into the output.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from regulations import law_files, sheet_files
from regulations.errors import RegulationError

Json = dict[str, object]


def convert(source: Path, target: Path) -> int:
    """Write every sheet of `source` as canonical JSON into `target`, with taxonomy and index; return how many.

    Raises:
        RegulationError: `law_file_invalid`, a file of the source is no YAML, or the folder holds none.
    """
    editions: dict[str, dict[str, str]] = {}
    for path in sorted(source.glob("qd*.yaml")):
        data = law_files.read_yaml(path.read_text(encoding="utf-8"), path.name)
        name = f"{path.stem}.json"
        editions.setdefault(str(data["ruleset"]), {})[name] = _write(target / name, data)
    if not editions:
        raise RegulationError(
            "law_file_invalid", "no sheets", file=source.name, mend="name the folder of qd*.yaml"
        )
    for edition, tree in _taxonomies(source / "taxonomy.yaml").items():
        name = f"taxonomy-{edition}.json"
        editions[edition][name] = _write(target / name, tree)
    _write(target / sheet_files.INDEX, {"schema": "ocop-sheet-index/1", "editions": editions})
    return sum(len(files) - 1 for files in editions.values())


def _taxonomies(path: Path) -> Mapping[str, Json]:
    """Return the tree of each edition, its file names pointing at the JSON."""
    data = json.loads(law_files.canonical(law_files.read_yaml(path.read_text(encoding="utf-8"), path.name)))
    trees: dict[str, Json] = {}
    for edition, tree in data["rulesets"].items():
        for sector in tree["sectors"]:
            for group in sector["groups"]:
                for entry in group["sets"]:
                    entry["file"] = entry["file"] and f"{Path(entry['file']).stem}.json"
        trees[edition] = {"schema": data["schema"], "ruleset": edition, **tree}
    return trees


def _write(path: Path, data: object) -> str:
    content = law_files.canonical(data)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print(convert(Path(sys.argv[1]), sheet_files.FOLDER), "sheets")  # noqa: T201 -- a tool run by hand
