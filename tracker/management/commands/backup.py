"""A copy of the database that is whole even while people work."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from tracker import backups


class Command(BaseCommand):
    help = "Writes a copy of the database into BACKUP_DIR, named by the time, and counts its rows."

    requires_system_checks = ()  # a copy must be possible where the program could not start

    def handle(self, **options):
        try:
            target, contents = backups.make()
        except (DatabaseError, OSError) as error:
            said = " ".join(str(error).split())
            raise CommandError(f"The database could not be copied: {said}") from error
        size = target.stat().st_size
        self.stdout.write(f"Database copied to {target} ({size:,} bytes): {contents}.")
        self.stdout.write(
            f"Evidence is not in it: copy the folder {settings.EVIDENCE_DIR} as well. "
            "Its files are added and never changed, so copy it after the database."
        )
