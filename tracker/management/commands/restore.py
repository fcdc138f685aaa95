"""Puts a backup in the place of the database, and keeps what stood there."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from tracker import backups, restoring


class Command(BaseCommand):
    help = (
        "Puts a copy made by `manage.py backup` in the place of the database: checks it, brings "
        "it up to date, verifies it, and keeps what it replaces. Stop the program before."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the copy that `manage.py backup` made")
        parser.add_argument(
            "--evidence",
            type=Path,
            metavar="FOLDER",
            help="a copy of the folder of evidence: its files are put where they lack or differ",
        )
        parser.add_argument(
            "--despite-faults",
            action="store_true",
            help="restore even where `manage.py verify` finds that not all is as it was stored",
        )

    def handle(self, *, file: Path, evidence: Path | None, despite_faults: bool, **options):
        if not file.is_file():
            raise CommandError(f"there is no file {file}")
        if evidence and not evidence.is_dir():
            raise CommandError(f"there is no folder {evidence}")
        try:
            self._restore(file, evidence, despite_faults)
        except (DatabaseError, OSError) as error:
            said = " ".join(str(error).split())
            raise CommandError(f"{file} could not be restored: {said}") from error

    def _restore(self, file: Path, evidence: Path | None, despite_faults: bool) -> None:
        aside = restoring.Aside()
        with restoring.gathered(file) as whole, restoring.alone():
            contents = backups.contents(whole)
            if evidence:
                count = restoring.put_evidence(evidence, aside)
                self.stdout.write(f"Evidence: {count:,} files put into {settings.EVIDENCE_DIR}.")
            restore = restoring.restore_sqlite if settings.IS_SQLITE else restoring.restore_dump
            said = restore(whole, aside, despite_faults=despite_faults)
        self.stdout.write(f"Restored from {file}: {contents}.")
        self.stdout.write(said)
        if aside.folder.exists():
            self.stdout.write(f"What was replaced lies in {aside.folder}: {aside}.")
