"""A copy of the database that is whole even while people work."""

import os
import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Writes a copy of the database into BACKUP_DIR, named by the time."

    def handle(self, **options):
        target = new_file(Path(settings.BACKUP_DIR))
        draft = target.with_name(f"{target.name}.part")
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            copy_sqlite(draft) if settings.IS_SQLITE else copy_postgresql(draft)
            sync(draft)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"Database copied to {target} ({target.stat().st_size:,} bytes).")
        self.stdout.write(
            f"Evidence is not in it: copy the folder {settings.EVIDENCE_DIR} as well. "
            "Its files are added and never changed, so copy it after the database."
        )


def new_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(ZoneInfo(settings.TIME_ZONE))
    return folder / f"{now:%Y-%m-%d-%H%M%S}.{'sqlite3' if settings.IS_SQLITE else 'dump'}"


def copy_sqlite(target: Path) -> None:
    """Copying the file itself would miss what is being written."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])


def copy_postgresql(target: Path) -> None:
    database = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    access = {names[key]: str(database[key]) for key in names if database[key]}
    command = ["pg_dump", "--format=custom", f"--file={target}", database["NAME"]]
    try:
        subprocess.run(command, env=os.environ | access, check=True)
    except FileNotFoundError as error:
        raise CommandError("pg_dump is missing: install PostgreSQL's client programs") from error
    except subprocess.CalledProcessError as error:
        raise CommandError("pg_dump failed; its own message stands above") from error


def sync(file: Path) -> None:
    with open(file, "rb") as handle:
        os.fsync(handle.fileno())
