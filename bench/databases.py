"""Filled databases: made once for each size and kept, copied for each run, because a run writes."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from .servers import ROOT

FOLDER = ROOT / "var" / "bench"
FILLED_BY = ("bench/words.py", "bench/bare/models.py", "bench/management/commands/fill.py")


@dataclass(frozen=True)
class Size:
    name: str
    plans: int = 1
    notes: int = 52
    wide: int = 0

    @property
    def arguments(self) -> list[str]:
        return [f"--plans={self.plans}", f"--notes={self.notes}", f"--wide={self.wide}"]


SMALL = Size("41-52")
LONG = Size("41-520", notes=520)
MANY = Size("100-plans", plans=100)
WIDE = Size("2000-actions", wide=2000)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def fingerprint() -> str:
    """Changes when what fills the databases does; new migrations a start brings to an old copy."""
    digest = hashlib.sha256()
    for name in FILLED_BY:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:12]


def run(command: str, url: str, settings: str, *arguments: str) -> str:
    """One of the commands that fill or sign in; what it prints."""
    env = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY_FILE": str(FOLDER / "secret_key"),
    }
    words = [sys.executable, "-m", "django", command, *arguments]
    done = subprocess.run(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def fill(url: str, size: Size) -> None:
    run("fill", url, "bench.settings", *size.arguments)


def sign_in(url: str) -> dict[str, str]:
    lines = run("sign_in", url, "bench.settings", "boss", "user0").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def fill_bare(url: str) -> dict[str, str]:
    return {"user": run("fill_bare", url, "bench.bare.settings").strip()}


def sqlite(size: Size) -> str:
    """The address of a copy of its own, with the figures of this size."""
    kept = FOLDER / f"{size.name}-{fingerprint()}.sqlite3"
    if not kept.exists():
        say(f"filling {size.name} on SQLite; kept for the next run")
        for old in FOLDER.glob(f"{size.name}-*"):
            old.unlink()
        fresh = _empty(FOLDER / f"{size.name}.filling")
        fill(f"sqlite:///{fresh}", size)
        fresh.rename(kept)
    copy = _empty(FOLDER / f"{size.name}.sqlite3")
    shutil.copyfile(kept, copy)
    return f"sqlite:///{copy}"


def bare_sqlite() -> str:
    return f"sqlite:///{_empty(FOLDER / 'bare.sqlite3')}"


def _empty(file: Path) -> Path:
    """A place without a database, nor the journals of one."""
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    return file


def postgres(name: str) -> str:
    """A new database in the cluster that ``bin/postgres`` has started."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url.replace("/tracker?", "/postgres?"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return url.replace("/tracker?", f"/{name}?")
