"""Backup and restore of a data folder: one tar with a list of digests, made while the service runs.

Must never leave half a copy: everything is written beside its place and moved there at the end.
"""

import json
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from hashlib import file_digest
from pathlib import Path

from core.config import Config
from core.errors import BadInput
from core.sqlite_driver import retell
from ocop.installation import FORMAT, is_empty

MANIFEST = "MANIFEST.json"
FOLDERS = ("files", "keys")


def backup(config: Config, dest: Path) -> int:
    """Write the copy and return its size in bytes.

    Raises:
        BadInput: the destination exists, there is no installation, or the database is PostgreSQL's own to copy.
    """
    if config.database_url is not None:
        raise BadInput("backup_postgresql")
    if dest.exists():
        raise BadInput("backup_exists", file=str(dest))
    if not config.database_file.is_file():
        raise BadInput("no_installation", folder=str(config.data_dir))
    if not dest.parent.is_dir():
        raise BadInput("backup_folder_missing", folder=str(dest.parent))
    with tempfile.TemporaryDirectory(dir=dest.parent) as scratch:
        folder, half = Path(scratch) / "ocop", Path(scratch) / "half.tar"
        folder.mkdir()
        _copy_database(config.database_file, folder / "ocop.db")
        shutil.copy2(config.data_dir / "FORMAT", folder / "FORMAT")
        for name in FOLDERS:
            shutil.copytree(config.data_dir / name, folder / name)
        _write_manifest(folder)
        with tarfile.open(half, "w") as archive:
            archive.add(folder, arcname="ocop")
        half.chmod(0o600)
        half.rename(dest)
    return dest.stat().st_size


def _copy_database(source: Path, dest: Path) -> None:
    """SQLite's own online copy: a single moment of the database, however busy the service is."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(dest)) as copy,
    ):
        try:
            live.backup(copy)
        except sqlite3.Error as error:
            retell(error)


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            with path.open("rb") as content:
                found[path.relative_to(folder).as_posix()] = file_digest(content, "sha256").hexdigest()
    return found


def _write_manifest(folder: Path) -> None:
    content = {"format": FORMAT, "files": _digests(folder)}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


def restore(config: Config, src: Path) -> None:
    """Unpack a copy into an empty folder after checking every file.

    Raises:
        BadInput: the folder is not empty, the file is no backup, or a file differs from its digest.
    """
    target = config.data_dir
    if not is_empty(target):
        raise BadInput("folder_not_empty", folder=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = _unpacked(src, Path(scratch))
        manifest = _manifest(folder, src)
        if _digests(folder) != manifest["files"]:
            raise BadInput("backup_damaged", file=str(src))
        (folder / MANIFEST).unlink()
        for name in ("prefect", "log", "backup"):
            (folder / name).mkdir(mode=0o700)
        _shut(folder)
        if target.exists():
            target.rmdir()
        folder.rename(target)


def _shut(folder: Path) -> None:
    """Nobody but the owner: an archive forgets that."""
    for path in (folder, *(folder / name for name in FOLDERS)):
        path.chmod(0o700)


def _unpacked(src: Path, scratch: Path) -> Path:
    try:
        with tarfile.open(src) as archive:
            archive.extractall(scratch, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise BadInput("no_backup", file=str(src)) from error
    return scratch / "ocop"


def _manifest(folder: Path, src: Path) -> dict[str, dict[str, str]]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput("no_backup", file=str(src)) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or "files" not in manifest:
        raise BadInput("no_backup", file=str(src))
    return manifest
