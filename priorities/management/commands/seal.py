"""Makes the triggers again that keep what is written once; a start says when it is needed."""

from django.core.management.base import BaseCommand

from priorities.seal import seal


class Command(BaseCommand):
    help = "Makes the triggers again by which the database refuses to change what is written once."
    requires_system_checks = ()

    def handle(self, **options):
        tables = seal()
        for table in tables:
            self.stdout.write(f"{table}: sealed again.")
        if not tables:
            self.stdout.write("Every table is sealed; nothing to do.")
