from django.apps import AppConfig

from tracker import checks, idle, waits  # noqa: F401 - importing registers them


class TrackerConfig(AppConfig):
    """The wiring: it holds no model, only checks and commands for whoever runs the program."""

    name = "tracker"
