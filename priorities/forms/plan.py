"""Forms about the plan as a whole."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from ..models import Plan
from .fields import DayField
from .versions import VersionedForm

NO_DAY = "none"


class StatusDateForm(VersionedForm):
    """The day that pages and forms take for today; empty for the real today.

    Its version is the day itself: the rest of the plan may change without a conflict.
    """

    status_date = DayField(label=_("Status date"), required=False)

    def __init__(self, data=None, *, plan: Plan, **options):
        self.plan = plan
        super().__init__(data, initial={"status_date": plan.status_date}, **options)

    @property
    def version(self) -> str:
        return version_of_day(self.plan)

    def values_at(self, seen: str) -> dict[str, object]:
        if seen == NO_DAY:
            return {"status_date": None}
        try:
            return {"status_date": date.fromisoformat(seen)}
        except ValueError:
            return {}


def version_of_day(plan: Plan) -> str:
    return plan.status_date.isoformat() if plan.status_date else NO_DAY
