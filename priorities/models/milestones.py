"""The dated steps of an action."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .changes import Recorded, history
from .plan import Action


class Milestone(Recorded):
    """A dated step of an action (节点): planned for a day, done on a day."""

    action = models.ForeignKey(
        Action, verbose_name=_("action"), related_name="milestones", on_delete=models.PROTECT
    )
    title = models.CharField(_("milestone"), max_length=100)
    planned = models.DateField(_("planned"))
    done = models.DateField(_("done"), null=True, blank=True)
    history = history()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["planned", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "title"],
                name="milestone_title_unique",
                violation_error_message=_("The action already has a milestone of this name."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if self.action_id:
            self.action.priority.plan.check_open()

    def is_same_as(self, other: "Milestone | None") -> bool:
        """Whether the other row says the same of the step."""
        fields = ("title", "planned", "done")
        return other is not None and all(getattr(self, f) == getattr(other, f) for f in fields)
