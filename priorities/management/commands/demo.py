"""Fills an empty installation with the demonstration: a believable 2022 up to 30 September."""

from collections.abc import Iterator

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from priorities import demo
from priorities.loading import OF_DEMO, loaded_at
from priorities.models import Action, Plan, ProgressEntry, User
from priorities.models.people import Role
from priorities.state.stored import recorded_since

from .first_admin import random_password

RESET = "--reset-password"


class Command(BaseCommand):
    help = "Fills an empty installation with the demonstration, and prints its accounts."

    def add_arguments(self, parser):
        parser.add_argument(
            RESET,
            action="store_true",
            help="give the demonstration's accounts a new password and print it",
        )

    def handle(self, *, reset_password: bool, **options):
        if not connection.introspection.table_names():
            with loaded_at(OF_DEMO):
                call_command("migrate", interactive=False, verbosity=0)
        if is_filled():
            self._say_what_is_there(reset_password)
            return
        if reset_password:
            raise CommandError(
                "This database holds no demonstration; its accounts stay as they are."
            )
        refuse_what_holds_work()
        password = random_password()
        demo.fill(password)
        self.stdout.write("\n  The demonstration was filled: 2022 up to 30 September.")
        self._print_accounts(password)

    def _say_what_is_there(self, reset_password: bool) -> None:
        self.stdout.write("\n  The demonstration is there already; its data stays as it is.")
        if not reset_password:
            self._print_accounts("shown when it was made")
            self.stdout.write(f"  For a new password:  {this_command()} {RESET}\n")
            return
        password = random_password()
        demo.set_password(password)
        self._print_accounts(password)

    def _print_accounts(self, password: str) -> None:
        self.stdout.write(f"\n  One password for all accounts:  {password}\n")
        self.stdout.write(f"  {'role':<14} {'user name':<58} who")
        for role, names, who in rows():
            self.stdout.write(f"  {role:<14} {names:<58} {who}")
        for user in User.objects.filter(role=Role.ADMINISTRATOR).exclude(pk__in=demo.accounts()):
            self.stdout.write(f"  administrator  {user.username}, with the password it has had")
        self.stdout.write("")


def this_command() -> str:
    """How to call this command on the database in use, which may not be the default one."""
    where = ""
    if connection.vendor == "sqlite":
        where = f"DATABASE_URL=sqlite:///{connection.settings_dict['NAME']} "
    return f"{where}.venv/bin/python manage.py demo"


def is_filled() -> bool:
    return Plan.objects.filter(slug=demo.SLUG, is_sample=True).exists()


def refuse_what_holds_work() -> None:
    """Made-up data must never land among real work. Raises CommandError with the reason."""
    if not Plan.objects.filter(slug=demo.SLUG).exists():
        raise CommandError("The plan of 2022 is missing: run manage.py migrate first.")
    if ProgressEntry.objects.exists() or Action.objects.filter(lead_unit__isnull=False).exists():
        raise CommandError("This database holds real work; the demonstration wants an empty one.")
    if User.objects.count() > 1 or User.objects.exclude(role=Role.ADMINISTRATOR).exists():
        raise CommandError("This database has accounts; the demonstration wants an empty one.")
    if recorded_since(Plan.objects.get(slug=demo.SLUG)) != OF_DEMO.date():
        raise CommandError(
            "The plan of 2022 was loaded in earnest here, and what was recorded is never dated "
            "anew: `make demo` makes the demonstration a database of its own."
        )


def rows() -> Iterator[tuple[str, str, str]]:
    """Role, user names, and who they are; the reporters of a unit share a line."""
    there = set(demo.accounts().values_list("username", flat=True))
    for name in demo.accounts().filter(role=Role.ADMINISTRATOR).values_list("username", flat=True):
        yield "administrator", name, "系统管理员"
    units: dict[str, list[str]] = {}
    for row in demo.people():
        if row["username"] not in there:
            continue
        if row["role"] != Role.REPORTER:
            yield row["role"], row["username"], row["post"]
        else:
            units.setdefault(row["units"][0], []).append(row["username"])
    for unit, names in units.items():
        yield "reporter", " ".join(names), f"{unit}（末位为联络员）"
