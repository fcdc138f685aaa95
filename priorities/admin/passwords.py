"""A password that was typed well and must not be typed again because another field was wrong.

The page that comes back holds its hash, signed and bound to this very form; the password itself
never leaves the server again.
"""

from django.core import signing

SALT = "priorities.admin.passwords"
LASTS = 60 * 60
"""Seconds: as long as somebody may take to mend the other fields."""


def sealed(password_hash: str, *, nonce: str) -> str:
    return signing.dumps([password_hash, nonce], salt=SALT)


def opened(token: str, *, nonce: str) -> str:
    """The hash that was sealed for this form; nothing where it is too old, or not ours."""
    try:
        password_hash, of = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return ""
    return password_hash if of == nonce else ""
