from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

from . import seal, version, waiting  # noqa: F401 - importing registers what follows a migration


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = _("Priority tracker")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Nobody's log-ins are kept (DOMAIN): each would also be a row in the account's history."""
        user_logged_in.disconnect(dispatch_uid="update_last_login")
