"""What was handed in and is put aside until a plan comes of it, corrected step by step."""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .people import User
from .plan import Plan


class Overtaken(Exception):
    """Somebody else, or another window, was faster; nothing was stored."""


class PutAside(models.Model):
    """Whoever may make plans can go on with it; of two windows one is told that it came too late.

    What it looks like in between is only of use until the plan is made: it has no history.
    """

    MAKES = "plan"
    """The field that names the plan that came of it."""

    version = models.PositiveIntegerField(_("version"), default=1)
    at = models.DateTimeField(_("begun at"), default=timezone.now)
    changed_by = models.ForeignKey(
        User, verbose_name=_("changed by"), related_name="+", on_delete=models.PROTECT
    )
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    discarded_at = models.DateTimeField(_("thrown away at"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def plan_made(self) -> Plan | None:
        return getattr(self, self.MAKES)

    def store(self, *, by: User, seen: int, fields: Iterable[str]) -> None:
        """Store some fields, and that it was changed, where it still is the version seen.

        Raises Overtaken, with nothing stored, where it is another one.
        """
        self.changed_by, self.changed_at, self.version = by, timezone.now(), seen + 1
        names = (*fields, "changed_by", "changed_at", "version")
        values = {name: getattr(self, name) for name in names}
        if not type(self)._base_manager.filter(pk=self.pk, version=seen).update(**values):
            raise Overtaken

    def discard(self, *, by: User, seen: int) -> None:
        """Throw it away: nobody is offered it any more. Raises as ``store`` does."""
        self.discarded_at = timezone.now()
        self.store(by=by, seen=seen, fields=["discarded_at"])

    def take_back(self, *, by: User) -> None:
        """Have it back as it was thrown away. Raises as ``store`` does."""
        self.discarded_at = None
        self.store(by=by, seen=self.version, fields=["discarded_at"])

    def let_go(self, *, by: User) -> None:
        """No plan has come of it any more. Raises as ``store`` does."""
        setattr(self, self.MAKES, None)
        self.store(by=by, seen=self.version, fields=[self.MAKES])
