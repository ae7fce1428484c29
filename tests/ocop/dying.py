"""A process that dies by SIGKILL at a chosen write of a transaction, or right before its commit.

One helper process imports the product once and forks a child for every death: a child opens the installation as any
process would, does the act through ``db.write`` and is killed where it is told; nothing of it is left but the database.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.config import Config

ROOT = Path(__file__).parents[2]
LIVED = 7  # exit status of a child that has committed
HELPER = """
import importlib, json, os, signal, sys
from datetime import datetime
from pathlib import Path
from core.clock import StepClock
from core.config import Config
from core.db import open_database
from core.tx import WriteSql

folder, url, start, module, name, given = sys.argv[1:]
act = getattr(importlib.import_module(module), name)

def dies(left):
    def here():
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
    return here

def child(writes):
    here = dies([writes])
    def counted(original):
        def write(self, *args, **kwargs):
            here()
            return original(self, *args, **kwargs)
        return write
    def doing(tx):
        runner = type(tx.sql)
        for verb in [name for name in vars(WriteSql) if not name.startswith("_")]:
            setattr(runner, verb, counted(getattr(runner, verb)))
        act(tx, **json.loads(given))
        here()
    db = open_database(Config(Path(folder), url or None), StepClock(datetime.fromisoformat(start)))
    db.write_now(doing, alone=True)
    os._exit(7)

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        child(int(line))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@contextmanager
def dying(
    config: Config, clock: Clock, act: Callable[..., Any], **given: str
) -> Iterator[Callable[[int], bool]]:
    """A function that lets the act die at its n-th write and says whether it did; past the last one the act commits.

    ``act`` is a function of a module, called as ``act(tx, **given)``.
    """
    arguments = [
        str(config.data_dir), config.database_url or "", clock.business_now().isoformat(), act.__module__,
        act.__name__, json.dumps(given),
    ]  # fmt: skip
    helper = subprocess.Popen(
        [sys.executable, "-c", HELPER, *arguments], cwd=ROOT, env=dict(os.environ), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip

    def dies_at(writes: int) -> bool:
        assert helper.stdin is not None
        assert helper.stdout is not None
        print(writes, file=helper.stdin, flush=True)
        answer = helper.stdout.readline().strip()
        assert answer in (str(-signal.SIGKILL), str(LIVED)), answer or helper.communicate()[1]
        return answer != str(LIVED)

    try:
        yield dies_at
    finally:
        helper.kill()
        helper.communicate()


def deaths(dies_at: Callable[[int], bool], after_each: Callable[[int], None], *, most: int = 400) -> int:
    """Let the act die at every write in turn until it lives; how many deaths it took."""
    for writes in range(most):
        if not dies_at(writes):
            return writes
        after_each(writes)
    raise AssertionError(f"the act has more than {most} writes")
