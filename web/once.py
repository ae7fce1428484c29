"""A form that makes something, sent twice by a double click or a reload, makes it once.

The form carries a mark of its own (`p.once()`); the same mark with the same content is the same wish.
"""

from collections.abc import Callable
from hashlib import sha256
from json import dumps, loads

from api import idempotency
from api.idempotency import Asked
from core.tx import Tx
from web.fields import Typed
from web.visits import Visit

MARK = "once"


def once(tx: Tx, visit: Visit, path: str, typed: Typed, make: Callable[[Tx], str]) -> str:
    """Make it and return its id; of the very same form sent again, the id of what was made then."""
    if not typed.one(MARK):
        return make(tx)
    content = sorted((name, values) for name, values in typed.texts.items() if name != "csrf")
    digest = sha256(dumps(content).encode()).hexdigest()
    asked = Asked(visit.actor.account_id, digest, path, digest)
    done = idempotency.once(tx, asked, lambda inner: {"id": make(inner)})
    return str(loads(done.body)["id"])
