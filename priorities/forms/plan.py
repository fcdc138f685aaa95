"""Forms about the plan as a whole."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import DayField


class StatusDateForm(forms.Form):
    """The day that pages and forms take for today; empty for the real today."""

    status_date = DayField(label=_("Status date"), required=False)
