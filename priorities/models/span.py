"""From what day to what day a plan may run: one rule for the model and every form."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_YEARS = 10
"""Weeks, months and lanes are drawn for all of a plan's time."""

ENDS_TOO_EARLY = _("The plan must end after it starts.")


def check_span(start: date, end: date) -> None:
    """Raises ValidationError, of the last day, where no plan runs from the one to the other."""
    if end <= start:
        raise ValidationError({"end": ENDS_TOO_EARLY})
    if end.year - start.year >= MOST_YEARS:
        said = _("A plan runs through %d calendar years at most.") % MOST_YEARS
        raise ValidationError({"end": said})
