"""What an action counts: its targets in one form, as the office sets and moves them."""

from copy import copy
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..measured import LONGEST_COUNTED, LONGEST_UNIT_OF_MEASURE, MOST_TARGETS
from ..models import Action, Target
from ..models.targets import SAYS
from ..plans.written.counting import FoundTarget, targets_in
from .fields import LONGEST_REASON, DayField, LineField, StrictForm
from .rows import CountedRows
from .values import ValueField

BLANK_ROWS = 2
"""Empty rows, so that targets can be added without JavaScript."""


class ReasonForm(StrictForm):
    """Why a target moves, and the state that the form was drawn from."""

    use_required_attribute = False

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    reason = LineField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Needed where a target that stands is moved or dropped."),
    )


class TargetForm(StrictForm):
    use_required_attribute = False

    id = LineField(widget=forms.HiddenInput, required=False, max_length=20)
    title = LineField(label=gettext_lazy("What is counted"), max_length=LONGEST_COUNTED)
    measured_in = LineField(
        label=gettext_lazy("Unit of measure"), max_length=LONGEST_UNIT_OF_MEASURE, required=False
    )
    start_value = ValueField(label=gettext_lazy("Start value"))
    target_value = ValueField(label=gettext_lazy("Target value"))
    due = DayField(label=gettext_lazy("Due"), required=False)

    def clean(self):
        said = super().clean()
        start, target = said.get("start_value"), said.get("target_value")
        if start is not None and start == target:
            self.add_error(
                "target_value",
                _("The target must differ from the start value: between the two the percent lies."),
            )
        return said


class _TargetRows(CountedRows):
    """The targets of an action: those that stand, and rows for new ones."""

    def __init__(self, data=None, *, action: Action):
        self.action, self.found = action, []
        self.stored = {str(target.pk): target for target in action.targets.standing()}
        initial = [
            {"id": pk, **{name: getattr(target, name) for name in SAYS}}
            for pk, target in self.stored.items()
        ]
        super().__init__(data, prefix="targets", auto_id="t-%s", initial=initial)
        if not self.is_bound and not initial:
            self._propose(targets_in(action.text))

    def _propose(self, found: list[FoundTarget]) -> None:
        """What the words of the action count stands in the empty rows, to be saved or changed."""
        self.found, self.extra = found, max(BLANK_ROWS, len(found) + 1)

    def get_form_kwargs(self, index):
        """The row of what was found; of a target that is to fall nobody knows from where."""
        options = super().get_form_kwargs(index)
        if index is not None and index < len(self.found):
            found = self.found[index]
            start = None if found.falls else Decimal(0)
            options["initial"] = {
                "title": found.title,
                "measured_in": found.measured_in,
                "start_value": start,
                "target_value": found.value,
            }
        return options

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("drop")
        form.fields["start_value"].initial = Decimal(0)

    def clean(self):
        titles = set()
        for form in self._kept():
            title = form.cleaned_data["title"]
            if title in titles:
                form.add_error("title", _("The action already has a target of this name."))
            if form.cleaned_data.get("id", "") not in ("", *self.stored):
                form.add_error("title", _("Somebody dropped this target meanwhile."))
            titles.add(title)
        if any(form.errors for form in self._kept()):
            raise ValidationError(_("See the notes at the targets."))

    def _kept(self) -> list[TargetForm]:
        in_use = [form for form in self.forms if form.has_changed() or form.initial]
        return [
            form
            for form in in_use
            if getattr(form, "cleaned_data", {}).get("title")
            and not form.cleaned_data.get("DELETE")
        ]

    def targets(self) -> list[Target]:
        """What the valid rows say, on the stored rows where they are meant.

        A target goes only where its row says so, not where its row did not arrive.
        """
        said = {form.cleaned_data.get("id") for form in self.forms}
        unsaid = {t.title: t for pk, t in self.stored.items() if pk not in said}
        rows = [self._target(form.cleaned_data, unsaid) for form in self._kept()]
        return [*unsaid.values(), *rows]

    def _target(self, said: dict, unsaid: dict[str, Target]) -> Target:
        """A new row of a name that stands is the other half of a double click."""
        stored = self.stored.get(said["id"]) or unsaid.pop(said["title"], None)
        target = copy(stored) if stored else Target()
        for name in SAYS:
            setattr(target, name, said[name])
        return target


Targets = forms.formset_factory(
    TargetForm,
    formset=_TargetRows,
    extra=BLANK_ROWS,
    can_delete=True,
    max_num=MOST_TARGETS,
    absolute_max=MOST_TARGETS + BLANK_ROWS,
    validate_max=True,
)


def fingerprint(action: Action) -> str:
    """Names what stands: the last change of any of the action's targets."""
    last = Target.history.filter(action_id=action.pk).order_by("-history_id")
    return str(last.values_list("history_id", flat=True).first() or 0)
