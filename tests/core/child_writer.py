"""A process that writes a thousand changes at once and says which were answered; its parent kills it on the way."""

import asyncio
import os
import sys
from pathlib import Path

from core.clock import parse_clock
from core.config import Config
from core.db import Database, Tx, open_database
from tests.core.subjects import add, move

COUNT = 1000


def change(tx: Tx, number: int) -> int:
    add(tx, f"t{number:04}")
    return move(tx, "shared")


async def one(db: Database, number: int) -> None:
    moved = await db.write(lambda tx: change(tx, number))
    os.write(1, f"{number} {moved}\n".encode())


async def main(db: Database) -> None:
    await asyncio.gather(*(one(db, number) for number in range(COUNT)))


if __name__ == "__main__":
    folder, url = Path(sys.argv[1]), sys.argv[2] or None
    clock = parse_clock("2027-01-04T08:00+07:00 step")
    asyncio.run(main(open_database(Config(data_dir=folder, database_url=url), clock)))
