#!/usr/bin/env python
"""Django's command line; a wrong setting is answered with one line."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reading one loads them all
    except ImproperlyConfigured as error:
        sys.exit(f"tracker: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
