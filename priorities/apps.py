from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from . import seal  # noqa: F401 - importing registers its check and what follows a migration


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = _("Priority tracker")
    default_auto_field = "django.db.models.BigAutoField"
