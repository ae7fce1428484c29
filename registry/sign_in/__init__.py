"""Signing in: one-time links, passwords, sessions of the pages, tokens of the API, limits on guessing.

    models     the tables
    secret     random secrets and the hash by which they are stored (pure)
    links      one-time links: 24 hours, one use, looking does not use them
    passwords  Argon2id, at most two at a time, outside of every transaction; the password door
    sessions   sessions on the server: open, look up (hot), close, sign out everywhere
    tokens     tokens of the API
    limits     how often a name or an address may try

All times here are wall time: a rehearsal must not stretch a session. No secret is ever stored readable.
"""

from registry.sign_in.limits import forget_old
from registry.sign_in.links import LinkView, Purpose, ask_link, make_link, peek_link, recover, use_link
from registry.sign_in.models import ApiToken, LoginAttempt, LoginLink, WebSession
from registry.sign_in.passwords import check_new_password, hash_password, set_password, sign_in_password
from registry.sign_in.sessions import (
    Opened,
    SignedIn,
    close_session,
    open_session,
    session_actor,
    sign_out_everywhere,
    touch_session,
)
from registry.sign_in.tokens import make_token, revoke_token, token_actor, tokens_of

__all__ = [
    "ApiToken",
    "LinkView",
    "LoginAttempt",
    "LoginLink",
    "Opened",
    "Purpose",
    "SignedIn",
    "WebSession",
    "ask_link",
    "check_new_password",
    "close_session",
    "forget_old",
    "hash_password",
    "make_link",
    "make_token",
    "open_session",
    "peek_link",
    "recover",
    "revoke_token",
    "session_actor",
    "set_password",
    "sign_in_password",
    "sign_out_everywhere",
    "token_actor",
    "tokens_of",
    "touch_session",
    "use_link",
]
