"""Which changes are asked for: person, unit, action, period; and where the page goes on."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..history import Asked
from ..legible import in_short
from ..models import Action, Plan, Unit
from ..typed import is_of_a_plan, plain
from .fields import DayField, LineField, StrictForm
from .filters import AskedPersonField
from .units import AskedUnitField

LONGEST = 60


class HistoryFilterForm(StrictForm):
    """People and units by key as links carry them, or by name as they are typed."""

    person = AskedPersonField(label=gettext_lazy("Who"))
    unit = AskedUnitField(label=gettext_lazy("Unit"), required=False)
    action = LineField(label=gettext_lazy("Action"), required=False, max_length=LONGEST)
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)
    before = LineField(required=False, max_length=LONGEST, widget=forms.HiddenInput)

    def __init__(self, data, *, plan: Plan):
        super().__init__(data)
        self.plan = plan
        self.fields["person"].widget.attrs["list"] = "people"
        self.fields["unit"].offer(Unit.objects.all())

    def clean_action(self) -> Action | None:
        number = self.cleaned_data["action"]
        if not number:
            return None
        found = Action.objects.of_plan(self.plan).numbered(plain(number)).first()
        if found is None:
            words = {"number": in_short(number)}
            raise ValidationError(_("There is no action %(number)s.") % words)
        return found

    def clean_before(self) -> datetime | None:
        moment = self.cleaned_data["before"]
        if not moment:
            return None
        try:
            found = datetime.fromisoformat(moment)
            if not is_of_a_plan(found):
                raise ValueError
            return timezone.make_aware(found)
        except (ValueError, OverflowError):
            raise ValidationError(_("This moment cannot be read.")) from None

    def clean(self):
        asked = super().clean()
        first, last = asked.get("first"), asked.get("last")
        if first and last and first > last:
            self.add_error("first", _("The first day must not lie after the last one."))
        return asked

    def asked(self, *, with_accounts: bool) -> Asked:
        return Asked(**self.cleaned_data, with_accounts=with_accounts)
