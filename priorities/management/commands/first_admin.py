"""The first account of a fresh installation."""

import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

# Without characters that look like another one when copied by hand: 0 o 1 l i.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def random_password() -> str:
    """Four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


class Command(BaseCommand):
    help = "Creates the administrator `admin` where there is no account yet; prints the password."

    def handle(self, **options):
        users = get_user_model().objects
        if users.exists():
            return
        password = random_password()
        users.create_superuser("admin", password=password)
        self.stdout.write(
            "\n  The first administrator was created; the password is shown only this once:\n"
            f"\n      user name  admin\n      password   {password}\n"
        )
