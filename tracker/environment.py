"""Reads settings from the environment; a wrong value gets one clear sentence.

An empty variable counts as not set. Every function raises ImproperlyConfigured, which manage.py,
`tracker.start` and gunicorn.conf.py print as a single line.
"""

import os
import re
import secrets
import stat
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "on", "true", "yes"}
NO = {"0", "off", "false", "no"}
SUB_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
HOST_AND_PORT = re.compile(r"(?P<name>\[[^\]]*\]|[^:]*)(:(?P<port>[0-9]{1,5}))?")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def choice(name: str, *, of: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in of:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(of)}; it is {value!r}")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value and value not in YES | NO:
        raise ImproperlyConfigured(f"{name} must be on or off; it is {value!r}")
    return value in YES if value else default


def number(name: str, *, default: int, low: int, high: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and low <= int(value[:9]) <= high):
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}; it is {value!r}"
        )
    return int(value)


def proxies(name: str) -> int:
    """On is one; a number says how many stand one behind another, each adding an address."""
    value = text(name).lower()
    if value.isascii() and value.isdigit() and 2 <= int(value[:9]) <= 9:
        return int(value)
    if value and value not in YES | NO:
        raise ImproperlyConfigured(
            f"{name} must be on, off, or how many proxies stand in a row, up to 9; it is {value!r}"
        )
    return int(value in YES)


def words(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Values separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def origins(name: str) -> list[str]:
    """Addresses such as https://tracker.example.org, as CSRF_TRUSTED_ORIGINS takes them."""
    values = words(name)
    for value in values:
        parts = address(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
            raise ImproperlyConfigured(
                f"{name} must hold addresses such as https://tracker.example.org; one is {value!r}"
            )
    return values


def address(value: str) -> SplitResult:
    """An address that cannot be parsed comes back empty, and is refused as such."""
    try:
        return urlsplit(value)
    except ValueError:
        return urlsplit("")


def path(name: str, *, default: Path, base: Path) -> Path:
    """A relative path counts from the checkout, whatever folder the program is started from."""
    return base / text(name, str(default))


def sub_path(name: str) -> str:
    """Where the site stands below its host name: `/tracker`, or nothing."""
    value = text(name).rstrip("/")
    if value and not SUB_PATH.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be a path such as /tracker; it is {value!r}")
    return value


def secret_key(name: str, *, key_file: Path, generate: bool) -> str:
    """The key from the environment, else from the file, which is made where it may be."""
    value = text(name)
    if value:
        if len(value) < 50:
            raise ImproperlyConfigured(f"{name} must have at least 50 characters")
        return value
    try:
        if generate and not key_file.exists():
            _write_key(key_file)
        return _read_key(name, key_file)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is not set and {key_file} cannot be read or written: {error.strerror}"
        ) from error


def _write_key(key_file: Path) -> None:
    """Write beside and link, so that two processes that start together end with one key."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    draft = key_file.with_name(f"{key_file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64) + "\n")
    try:
        os.link(draft, key_file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read_key(name: str, key_file: Path) -> str:
    if not key_file.exists():
        raise ImproperlyConfigured(f"{name} is missing: set it, or put the key into {key_file}")
    if key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(f"{key_file} can be read by others: chmod 600 {key_file}")
    key = key_file.read_text().strip()
    if len(key) < 50:
        raise ImproperlyConfigured(f"{key_file} holds a key of fewer than 50 characters")
    return key


def database(name: str, *, default: str, base: Path) -> dict:
    """Django's entry for sqlite:///relative, sqlite:////absolute or postgres://user@host/name."""
    url = address(text(name, default))
    if url.scheme == "sqlite" and not url.netloc and len(url.path) > 1:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": base / unquote(url.path[1:])}
    if url.scheme in ("postgres", "postgresql") and len(url.path) > 1:
        return _postgresql(name, url)
    raise ImproperlyConfigured(
        f"{name} must look like sqlite:///var/tracker.sqlite3 or postgres://user@host:5432/tracker"
    )


def _postgresql(name: str, url: SplitResult) -> dict:
    """Several hosts may stand there, each with a port of its own, and the folder of a socket."""
    access, _, places = url.netloc.rpartition("@")
    user, _, password = access.partition(":")
    hosts = [HOST_AND_PORT.fullmatch(place) for place in places.split(",")]
    if not all(hosts):
        raise ImproperlyConfigured(f"{name} has a port that is no number")
    ports = [host["port"] or "" for host in hosts]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": ",".join(unquote(host["name"].strip("[]")) for host in hosts),
        "PORT": ",".join(ports) if any(ports) else "",
        "OPTIONS": _options(name, url.query),
    }


WAITS = {
    "connect_timeout": "5",
    "keepalives_idle": "4",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
"""How long libpq waits for a PostgreSQL that does not answer; DATABASE_URL may say otherwise."""


def _options(name: str, query: str) -> dict:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    if any(not value for _, _, value in pairs):
        raise ImproperlyConfigured(f"{name}: write options as ?sslmode=require&connect_timeout=5")
    return {unquote(key): unquote(value) for key, _, value in pairs}
