"""Asking for another due date, and answering."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .fields import DayField, StrictForm, TextField
from .progress import NonceField


class ExtensionForm(StrictForm):
    """What a unit asks: the day, and why."""

    wanted = DayField(label=gettext_lazy("Due date asked for"))
    reason = TextField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("What has changed, and what will be done by when."),
        max_length=2_000,
    )
    nonce = NonceField()


class ExtensionAnswerForm(StrictForm):
    """The office grants a day, or refuses with a reason."""

    due = DayField(label=gettext_lazy("New due date"), required=False)
    reason = TextField(
        label=gettext_lazy("Why the due date stays"), required=False, max_length=2_000
    )

    def clean(self):
        given = super().clean()
        verdict = self.data.get("verdict")
        if verdict not in ("grant", "refuse"):
            raise ValidationError(_("Grant or refuse the request."))
        if verdict == "grant" and not given.get("due") and "due" not in self.errors:
            self.add_error("due", _("Choose the new due date."))
        if verdict == "refuse" and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why the due date stays."))
        return given

    @property
    def is_granted(self) -> bool:
        return self.data.get("verdict") == "grant"
