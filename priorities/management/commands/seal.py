"""Makes the triggers again that keep what is written once, what waits, and count what changes.

A start says when it is needed.
"""

from django.core.management.base import BaseCommand

from priorities.seal import seal
from priorities.version import watch
from priorities.waiting import keep


class Command(BaseCommand):
    help = (
        "Makes the triggers again by which the database refuses to change what is written once, "
        "lists what waits for an answer, and counts each change."
    )
    requires_system_checks = ()

    def handle(self, **options):
        sealed, kept, watched = seal(), keep(), watch()
        for table in sealed:
            self.stdout.write(f"{table}: sealed again.")
        for table in watched:
            self.stdout.write(f"{table}: its changes are counted again.")
        if kept:
            self.stdout.write("The index of what waits is made anew.")
        if not (sealed or kept or watched):
            self.stdout.write("Every table is sealed and counted; nothing to do.")
