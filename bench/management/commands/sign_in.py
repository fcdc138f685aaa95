"""Prints a cookie for each of those who ask: one line of name and cookie."""

from django.core.management import BaseCommand

from bench.session import cookie_of
from priorities.models import User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("names", nargs="+")

    def handle(self, names, **options):
        for name in names:
            self.stdout.write(f"{name} {cookie_of(User.objects.get(username=name))}")
