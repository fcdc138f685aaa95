"""Counts the chain of hashes again and compares every row and every file with it."""

from itertools import islice

from django.core.management.base import BaseCommand, CommandError

from priorities.seal import is_of_an_older_version
from priorities.verify import Fault, Verification, as_stored, files_without_row

MOST = 20


class Command(BaseCommand):
    help = (
        "Finds any entry, evidence, decision, issued report or recorded change that was changed, "
        "removed or put in past the program, any plan, action, milestone, unit or person that is "
        "not as its last recorded change says, and names the first."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--head",
            default="",
            metavar="HASH",
            help="a head that was printed earlier, such as the one on an issued report: finds out "
            "whether the end of the chain was cut off since, or the whole chain made anew; its "
            "first 16 characters are enough",
        )
        parser.add_argument(
            "--no-files",
            dest="files",
            action="store_false",
            help="leave the files of evidence unread",
        )

    def handle(self, *, head: str, files: bool, **options):
        if head and len(as_stored(head)) < 16:
            raise CommandError("A head has 64 characters; give 16 of them at least.")
        if is_of_an_older_version():
            raise CommandError(
                "The database is of an older version of this program: start the program or run "
                "manage.py migrate, then verify."
            )
        verification = Verification(with_files=files, head=head)
        faults = list(islice(verification.faults(), MOST + 1))
        if files:
            self._list_files_without_row()
        if faults:
            raise CommandError(self._what_is_wrong(faults))
        rows = f"{verification.links:,} rows" + f" and {verification.files:,} files" * files
        self.stdout.write(f"{rows}: all as they were stored.")
        self.stdout.write(f"Head of the chain: {verification.head}")

    def _what_is_wrong(self, faults: list[Fault]) -> str:
        first, *others = faults
        lines = [f"Not everything is as it was stored. First: {first}."]
        lines += [f"  {fault}." for fault in others[: MOST - 1]]
        if len(faults) > MOST:
            lines.append("  There is more.")
        return "\n".join(lines)

    def _list_files_without_row(self) -> None:
        paths = list(islice(files_without_row(), MOST + 1))
        if not paths:
            return
        self.stdout.write("Files that no row names, left by uploads that were not completed:")
        for path in paths[:MOST]:
            self.stdout.write(f"  {path}")
        if len(paths) > MOST:
            self.stdout.write("  There are more.")
        self.stdout.write("They were acknowledged to nobody and can be deleted.")
