"""Forms about reports: what a new one is on, its heads, one passage, a comment."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from ..circular.drafting import covers
from ..models import Plan, Report
from ..periods import Period
from .fields import (
    DayField,
    LineField,
    OneOfField,
    StrictForm,
    TextField,
    WholeNumberField,
    longest,
)
from .progress import NonceField

CUSTOM = "custom"
CHINESE = "zh-Hans"
"""The language of a report, whatever the interface speaks: a browser checks spelling by it."""

LONGEST_PASSAGE = 10_000
MOST_VERSIONS = 999_999_999
LABELS = {
    "masthead": gettext_lazy("Masthead"),
    "number": gettext_lazy("Document number"),
    "title": pgettext_lazy("report", "Title"),
    "addressee": gettext_lazy("Addressee"),
    "signature": gettext_lazy("Signed by (organ)"),
}


def head_fields(*, required: bool) -> dict[str, LineField]:
    return {
        name: LineField(label=label, max_length=longest(Report, name), required=required)
        for name, label in LABELS.items()
    }


class NewReportForm(StrictForm):
    """Period and kind; a head that is left empty is made from them and from the last report."""

    use_required_attribute = False

    kind = OneOfField(
        label=gettext_lazy("Kind of report"),
        choices=[
            (Report.Kind.CIRCULAR, gettext_lazy("Circular: the full report with annexes")),
            (Report.Kind.BRIEF, gettext_lazy("Brief: one page for the leaders")),
        ],
        widget=forms.RadioSelect,
    )
    period = OneOfField(label=gettext_lazy("Period"))
    start = DayField(label=gettext_lazy("First day"), required=False)
    end = DayField(label=gettext_lazy("Last day"), required=False)
    number = head_fields(required=False)["number"]
    title = head_fields(required=False)["title"]
    addressee = head_fields(required=False)["addressee"]
    signature = head_fields(required=False)["signature"]

    HEADS = ("number", "title", "addressee", "signature")

    def __init__(self, *args, plan: Plan, defaults: dict[str, str], **options):
        super().__init__(*args, **options)
        self.plan = plan
        self.fields["period"].choices = offered_periods(plan)
        for name in self.HEADS:
            self.fields[name].widget.attrs |= {"placeholder": defaults[name], "lang": CHINESE}

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if number and Report.objects.of_plan(self.plan).filter(number=number).exists():
            raise ValidationError(_("Another report already has this document number."))
        return number

    def clean(self):
        given = super().clean()
        if given.get("period") != CUSTOM:
            return given
        start, end = given.get("start"), given.get("end")
        for name, day in (("start", start), ("end", end)):
            if day is None and name not in self.errors:
                self.add_error(name, _("Choose a day."))
        if start and end and end < start:
            self.add_error("end", _("The last day cannot lie before the first."))
        return given

    @property
    def asked(self) -> Period:
        given = self.cleaned_data
        if given["period"] == CUSTOM:
            return Period(given["start"], given["end"])
        return Period.read(given["period"])

    @property
    def heads(self) -> dict[str, str]:
        """The heads that somebody typed."""
        return {name: self.cleaned_data[name] for name in self.HEADS if self.cleaned_data[name]}


def offered_periods(plan: Plan) -> list:
    """The periods within the plan that are over on its today, the latest first of each length."""
    years = range(plan.start.year, min(plan.today(), plan.end).year + 1)
    offers = []
    for words, spans in LENGTHS_OF_PERIODS:
        periods = [Period.of_months(year, *span) for year in years for span in spans]
        over = [p for p in periods if covers(plan, p) and p.end <= plan.today()]
        choices = [(str(p), _called(p)) for p in reversed(over)]
        offers += [(words, choices)] if choices else []
    return [*offers, (CUSTOM, gettext_lazy("From one day to another …"))]


def _called(period: Period) -> str:
    """Its Chinese name for a Chinese reader; for others as it is written in commands."""
    is_chinese = (get_language() or "").startswith("zh")
    return period.dated if is_chinese else str(period)


LENGTHS_OF_PERIODS = (
    (gettext_lazy("Month"), [(n, n) for n in range(1, 13)]),
    (gettext_lazy("Since the beginning of the year"), [(1, n) for n in (2, 4, 5, 7, 8, 9, 10, 11)]),
    (gettext_lazy("Quarter"), [(1, 3), (4, 6), (7, 9), (10, 12)]),
    (gettext_lazy("Half-year"), [(1, 6), (7, 12)]),
    (gettext_lazy("Year"), [(1, 12)]),
)
"""First and last month; January to March is called the first quarter, and is offered as that."""


class EditForm(StrictForm):
    """A form that says of which version it was opened."""

    use_required_attribute = False

    version = WholeNumberField(least=1, most=MOST_VERSIONS, widget=forms.HiddenInput)


class HeadsForm(EditForm):
    """Everything on the sheet that is not the text."""

    masthead, number, title, addressee, signature = head_fields(required=True).values()
    signed_on = DayField(
        label=gettext_lazy("Date under the text"),
        required=False,
        help_text=gettext_lazy("Left empty: the day on which the report is issued."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["number"].required = False


class PassageForm(EditForm):
    """The words of one passage; empty words put the computed ones back."""

    text = TextField(
        label=pgettext_lazy("report", "Text"),
        required=False,
        max_length=LONGEST_PASSAGE,
        widget=forms.Textarea({"lang": CHINESE}),
    )


class ParagraphForm(StrictForm):
    """A paragraph of one's own, behind another one."""

    use_required_attribute = False

    text = TextField(
        label=gettext_lazy("New paragraph"),
        max_length=LONGEST_PASSAGE,
        error_messages={"required": gettext_lazy("Write something.")},
    )
    nonce = NonceField()


class CommentForm(StrictForm):
    """A word for colleagues."""

    use_required_attribute = False

    text = TextField(
        label=gettext_lazy("Comment for colleagues"),
        help_text=gettext_lazy("Stays with the draft and never gets into the issued report."),
        max_length=2_000,
        error_messages={"required": gettext_lazy("Write something.")},
    )
    nonce = NonceField()


def new_nonce() -> uuid.UUID:
    return uuid.uuid4()
