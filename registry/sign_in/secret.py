"""Random secrets for links, sessions and tokens, and the hash by which the house knows them again.

It never keeps a secret: what is stored cannot be used to sign in.
"""

from hashlib import sha256
from secrets import token_urlsafe

_BYTES = 32


def new_secret() -> str:
    """Return 256 random bits as 43 characters that may stand in an address."""
    return token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """Return the stored form; plain SHA-256 is enough for 256 random bits."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
