"""The steps of a plan's life: the reason of each, and what becomes of every open action."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..models import Ending, Lineage, Plan
from ..plans.life.steps import Decided
from ..state.day import ActionState
from .fields import LONGEST_REASON, DayField, OneOfField, PlainSelect, StrictForm, TextField

MOST_DECIDED = 300
"""Open actions that are decided one by one; all further ones are decided together."""

CARRIED, UNCOMPLETED = Ending.Verdict.CARRIED.value, Ending.Verdict.UNCOMPLETED.value
VERDICTS = [
    (CARRIED, pgettext_lazy("ending", "carried over")),
    (UNCOMPLETED, pgettext_lazy("ending", "closed uncompleted")),
]
REST = [("", gettext_lazy("each is decided by itself")), *VERDICTS]
NEXT = ""
"""The plan into which is carried: the next one that is made from this."""


class ReasonField(TextField):
    """Why a step is taken: a few words, of two lines as a rule."""

    def __init__(self, **options):
        help_text = gettext_lazy("Kept in the history, with your name and the day.")
        options = {"label": gettext_lazy("Reason"), "help_text": help_text, **options}
        super().__init__(max_length=LONGEST_REASON, **options)
        self.widget.attrs["rows"] = 2


class PlanSelect(PlainSelect):
    """Titles of plans are Chinese, whatever the page speaks."""

    def create_option(self, name, value, *args, **options):
        option = super().create_option(name, value, *args, **options)
        if value:
            option["attrs"]["lang"] = "zh-Hans"
        return option


class StepForm(StrictForm):
    """A step with nothing to be said but why."""

    reason = ReasonField()


class ClosingForm(StrictForm):
    """The day of the final state, why, and what becomes of all that is not decided by itself."""

    day = DayField(
        label=gettext_lazy("Final state as of"),
        help_text=gettext_lazy("Lights, percents and reports of this plan stay as on this day."),
    )
    reason = ReasonField(label=gettext_lazy("Reason of the closing"))
    rest = OneOfField(label=gettext_lazy("All the others"), choices=REST, required=False)
    rest_reason = ReasonField(label=gettext_lazy("Their reason"), required=False, help_text="")
    into = OneOfField(label=gettext_lazy("Carried over into"), required=False, widget=PlanSelect)

    def __init__(self, *args, into: Sequence[Plan], **options):
        super().__init__(*args, **options)
        of_plans = [(plan.slug, plan.title) for plan in into]
        later = (NEXT, gettext_lazy("the next plan that is made from this one"))
        self.fields["into"].choices = [later, *of_plans]

    def clean(self):
        given = super().clean()
        is_without = given.get("rest") == UNCOMPLETED and not given.get("rest_reason")
        if is_without and "rest_reason" not in self.errors:
            self.add_error("rest_reason", _("Say why the actions are closed uncompleted."))
        return given


@dataclass
class Fate:
    """One open action on the form, with what is said of it and what is wrong with that."""

    a: ActionState
    goes_on: Lineage | None = None
    verdict: str = ""
    reason: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def verdict_name(self) -> str:
        return f"a-{self.a.action.pk}"

    @property
    def reason_name(self) -> str:
        return f"r-{self.a.action.pk}"

    @property
    def is_carried(self) -> bool:
        return self.verdict == CARRIED

    @property
    def is_uncompleted(self) -> bool:
        return self.verdict == UNCOMPLETED

    def read(self, data: QueryDict) -> None:
        """What was sent of this action, each part checked as a field of a form is."""
        sent = set(data.getlist(self.verdict_name))
        self.verdict = next(iter(sent), "") if len(sent) < 2 else "?"
        if self.verdict not in ("", CARRIED, UNCOMPLETED):
            self.errors.append(_("Carry the action over, or close it uncompleted."))
        self.reason = data.get(self.reason_name, "")
        try:
            self.reason = ReasonField(required=False).clean(self.reason)
        except ValidationError as error:
            self.errors += error.messages
        if self.is_uncompleted and not self.reason:
            self.errors.append(_("Say why the action is closed uncompleted."))


def fates_of(
    actions: Iterable[ActionState], going_on: dict[int, Lineage], data: QueryDict | None
) -> list[Fate]:
    """The open actions, each with what was sent of it; what goes on elsewhere is decided."""
    found = []
    for a in actions:
        fate = Fate(a, going_on.get(a.action.pk))
        if fate.goes_on:
            fate.verdict, fate.reason = CARRIED, fate.goes_on.reason
        elif data is not None:
            fate.read(data)
        found.append(fate)
    return found


def decided(fates: Iterable[Fate], rest: str, rest_reason: str) -> list[Decided]:
    """What becomes of each; the rest together, where that was said."""
    return [
        Decided(f.a.action.pk, f.verdict or rest, f.reason or ("" if f.verdict else rest_reason))
        for f in fates
    ]


class CarryForm(StrictForm):
    """Where what was carried over, and has no plan yet, is to go on."""

    into = OneOfField(label=gettext_lazy("Carried over into"), widget=PlanSelect)

    def __init__(self, *args, into: Sequence[Plan], **options):
        super().__init__(*args, **options)
        self.fields["into"].choices = [(plan.slug, plan.title) for plan in into]
