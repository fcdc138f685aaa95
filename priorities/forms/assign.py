"""Who does an action and by when: for one action with its milestones, and for many at once."""

from collections.abc import Iterable
from copy import copy

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..legible import in_short
from ..models import Action, Milestone, Unit, User
from .fields import (
    LONGEST_REASON,
    DayField,
    LineField,
    OneOfField,
    SomeOfField,
    StrictForm,
    TextField,
    longest,
)
from .rows import CountedRows
from .units import UnitField, UnitsField
from .versions import (
    NOTHING,
    THEIRS,
    Difference,
    VersionedForm,
    kept_name,
    preselected,
    values_in,
)

MOST_MILESTONES = 40
BLANK_ROWS = 2
"""Empty rows for milestones, so that some can be added without JavaScript."""

MOST_AT_ONCE = 300


def units_offered(*held: Unit | None) -> list[Unit]:
    """The units to choose from: the active ones, and those that an action still has."""
    units = list(Unit.objects.active())
    return units + [unit for unit in held if unit and unit not in units]


class OwnerField(OneOfField):
    """A person, offered among the people of each unit; in the form a user name."""

    def __init__(self, **options):
        super().__init__(**options)
        self.people: dict[str, User] = {}

    def offer(self, held: User | None = None, lead_unit: Unit | None = None) -> None:
        """Load the people; who owns the action already stays to be chosen."""
        groups = _people_by_unit()
        if held and lead_unit and held not in groups.setdefault(lead_unit.short_name, []):
            groups[lead_unit.short_name].append(held)
        self.people = {person.username: person for people in groups.values() for person in people}
        named = {unit: [(p.username, str(p)) for p in people] for unit, people in groups.items()}
        self.choices = [("", _("nobody")), *named.items()]

    def clean(self, value):
        return self.people.get(super().clean(value))


def _people_by_unit() -> dict[str, list[User]]:
    active = User.units.through.objects.filter(user__is_active=True, unit__is_active=True)
    rows = active.select_related("user", "unit")
    groups: dict[str, list[User]] = {}
    for row in rows.order_by("unit__order", "unit__name_order", "user__name_order", "user_id"):
        groups.setdefault(row.unit.short_name, []).append(row.user)
    return groups


class WhoAndWhen(StrictForm):
    """What one assignment and a bulk change have in common."""

    lead_unit = UnitField(label=gettext_lazy("Lead unit"), required=False)
    supporting_units = UnitsField(label=gettext_lazy("Supporting units"), required=False)
    owner = OwnerField(label=gettext_lazy("Owner"), required=False)
    start = DayField(label=gettext_lazy("Start"), required=False)
    due = DayField(label=gettext_lazy("Due"), required=False)
    reason = LineField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Needed where a due date moves that was set before."),
    )

    def offer(self, units: list[Unit], *, held: User | None = None, lead: Unit | None = None):
        self.fields["lead_unit"].offered = units
        self.fields["supporting_units"].offered = units
        self.fields["owner"].offer(held, lead)


class AssignForm(WhoAndWhen, VersionedForm):
    """One action; its milestones are the formset ``milestones`` beside it."""

    measure = TextField(
        label=gettext_lazy("Measure of success"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data=None, *, action: Action, **options):
        self.action = action
        self.slug = slug = action.number.replace(".", "-")
        self.list_id = f"units-{slug}"
        supporting = list(action.supporting_units.all())
        stones = list(action.milestones.all())
        super().__init__(
            data, auto_id=f"a{slug}-%s", initial=_values(action, supporting), **options
        )
        self.offer(
            units_offered(action.lead_unit, *supporting), held=action.owner, lead=action.lead_unit
        )
        plan = action.priority.plan
        for name, day in (("start", plan.start), ("due", plan.end)):
            if getattr(action, name) is None:
                self.fields[name].help_text = _("Empty: %(day)s") % {"day": day}
        for name in ("lead_unit", "supporting_units"):
            self.fields[name].widget.attrs["list"] = self.list_id
        self.fields["owner"].widget.attrs["data-people-of"] = f"a{slug}-lead_unit"
        keeps_theirs = self.is_bound and self.data.get(kept_name("milestones")) == THEIRS
        rows = as_rows(stones) if keeps_theirs else data
        self.milestones = Milestones(rows, action=action, stored=stones, slug=slug)

    def is_valid(self):
        return all([super().is_valid(), self.milestones.is_valid()])

    @property
    def version(self) -> str:
        return fingerprint(self.action)

    def values_at(self, seen: str) -> dict[str, object]:
        record = _recorded(self.action, seen)
        if record is None:
            return {}
        values = values_in(record)
        owner = User.objects.filter(pk=values["owner"]).first()
        return values | {
            "lead_unit": Unit.objects.filter(pk=values["lead_unit"]).first(),
            "supporting_units": list(Unit.objects.filter(pk__in=values["supporting_units"])),
            "owner": owner.username if owner else "",
        }

    @property
    def all_differences(self) -> list[Difference]:
        """The fields, and the milestones as one."""
        stones = self._difference_of_milestones()
        return [*self.differences, *([stones] if stones else [])]

    def _difference_of_milestones(self) -> Difference | None:
        stored = self.milestones.stored.values()
        mine, theirs = _lines(self.milestones.milestones()), _lines(stored)
        if mine == theirs:
            return None
        then = _milestones_at(self.action, self.data.get("seen", ""))
        before = None if then is None else _lines(then)
        return Difference(
            name="milestones",
            label=_("Milestones"),
            theirs="\n".join(theirs) or NOTHING,
            mine="\n".join(mine) or NOTHING,
            chosen=preselected(only_mine=before == theirs, only_theirs=before == mine),
        )

    @property
    def has_further(self) -> bool:
        """Whether something stands, or is wrong, in the part of the form that is folded."""
        return bool(
            self.milestones.initial_form_count()
            or self["measure"].value()
            or self["measure"].errors
            or self.milestones.total_error_count()
        )

    @property
    def changes(self) -> dict[str, object]:
        """New values by field name, as ``Action.assign`` takes them."""
        names = ("lead_unit", "supporting_units", "owner", "start", "due", "measure")
        return {name: self.cleaned_data[name] for name in names}


def _values(action: Action, supporting: list[Unit]) -> dict[str, object]:
    return {
        "lead_unit": action.lead_unit,
        "supporting_units": supporting,
        "owner": action.owner.username if action.owner else "",
        "start": action.start,
        "due": action.due,
        "measure": action.measure,
    }


def fingerprint(action: Action) -> str:
    """Names what stands: the last change of the action, and the last of its milestones."""
    both = (Action.history.filter(id=action.pk), Milestone.history.filter(action_id=action.pk))
    last = [Subquery(rows.order_by("-history_id").values("history_id")[:1]) for rows in both]
    found = Action.objects.filter(pk=action.pk).order_by().values_list(*last).first()
    return ".".join(str(number or 0) for number in found or (0, 0))


def _recorded(action: Action, seen: str):
    """The action's row of history that a version names, or None."""
    number = seen.partition(".")[0]
    return action.history.filter(history_id=number).first() if _is_key(number) else None


def _is_key(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) <= 18


def _milestones_at(action: Action, seen: str) -> list[Milestone] | None:
    """The milestones as a version names them; None where it names none."""
    number = seen.partition(".")[2]
    if not _is_key(number):
        return None
    records = Milestone.history.filter(action_id=action.pk, history_id__lte=number)
    last = {record.id: record for record in records.order_by("history_id")}
    return [record.instance for record in last.values() if record.history_type != "-"]


def _lines(milestones: Iterable[Milestone]) -> list[str]:
    rows = sorted((str(m.planned), m.title, str(m.done or "")) for m in milestones)
    return [" · ".join(filter(None, (planned, title, done))) for planned, title, done in rows]


class MilestoneForm(StrictForm):
    id = LineField(widget=forms.HiddenInput, required=False, max_length=20)
    title = LineField(label=gettext_lazy("Milestone"), max_length=longest(Milestone, "title"))
    planned = DayField(label=gettext_lazy("Planned"))
    done = DayField(label=gettext_lazy("Done"), required=False)


class _MilestoneRows(CountedRows):
    """The milestones of an action: those that it has, and rows for new ones."""

    def __init__(self, data=None, *, action: Action, stored: list[Milestone], slug: str):
        self.action = action
        self.stored = {str(milestone.pk): milestone for milestone in stored}
        initial = [
            {"id": pk, "title": m.title, "planned": m.planned, "done": m.done}
            for pk, m in self.stored.items()
        ]
        super().__init__(data, prefix="milestones", auto_id=f"a{slug}-%s", initial=initial)

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("remove")

    def clean(self):
        titles = set()
        for form in self._kept():
            title = form.cleaned_data["title"]
            if title in titles:
                form.add_error("title", _("The action already has a milestone of this name."))
            if not self._was_ours(form.cleaned_data.get("id", "")):
                form.add_error("title", _("Somebody removed this milestone meanwhile."))
            titles.add(title)
        if any(form.errors for form in self._kept()):
            raise ValidationError(_("See the notes at the milestones."))

    def _was_ours(self, pk: str) -> bool:
        """One that was removed meanwhile is a matter of the versions, not of the row."""
        if pk in ("", *self.stored):
            return True
        return _is_key(pk) and Milestone.history.filter(action_id=self.action.pk, id=pk).exists()

    def _kept(self) -> list[MilestoneForm]:
        forms_in_use = [form for form in self.forms if form.has_changed() or form.initial]
        return [
            form
            for form in forms_in_use
            if getattr(form, "cleaned_data", {}).get("title")
            and not form.cleaned_data.get("DELETE")
        ]

    def milestones(self) -> list[Milestone]:
        """What the valid rows say, on the stored rows where they are meant.

        A stored milestone goes only where its row says so, not where its row did not arrive.
        """
        said = {form.cleaned_data.get("id") for form in self.forms}
        unsaid = {m.title: m for pk, m in self.stored.items() if pk not in said}
        rows = [self._milestone(form.cleaned_data, unsaid) for form in self._kept()]
        return [*unsaid.values(), *rows]

    def _milestone(self, said: dict, unsaid: dict[str, Milestone]) -> Milestone:
        """A new row of a name that stands is the other half of a double click."""
        stored = self.stored.get(said["id"]) or unsaid.pop(said["title"], None)
        milestone = copy(stored) if stored else Milestone()
        for name in ("title", "planned", "done"):
            setattr(milestone, name, said[name])
        return milestone


def as_rows(milestones: list[Milestone]) -> dict[str, str]:
    """What a browser sends where the form shows these milestones."""
    rows = {"milestones-TOTAL_FORMS": len(milestones), "milestones-INITIAL_FORMS": len(milestones)}
    for place, milestone in enumerate(milestones):
        for name in ("id", "title", "planned", "done"):
            rows[f"milestones-{place}-{name}"] = str(getattr(milestone, name) or "")
    return rows


Milestones = forms.formset_factory(
    MilestoneForm,
    formset=_MilestoneRows,
    extra=BLANK_ROWS,
    can_delete=True,
    max_num=MOST_MILESTONES,
    absolute_max=MOST_MILESTONES + BLANK_ROWS,
    validate_max=True,
)


class PickField(SomeOfField):
    """Actions by number, or ``all`` that the list shows."""

    def clean(self, value):
        unknown = [number for number in value if not self.valid_number(number)]
        if unknown:
            raise ValidationError(
                _("There is no action %(number)s in this plan, or it is cancelled.")
                % {"number": in_short(unknown[0], 20)}
            )
        if not value:
            raise ValidationError(_("Tick at least one action."))
        return list(dict.fromkeys(value))

    def valid_number(self, number: str) -> bool:
        return any(number == offered for offered, _words in self.choices)


CHANGEABLE = ("lead_unit", "supporting_units", "owner", "start", "due")


class BulkForm(WhoAndWhen):
    """Only the fields named by ``change`` are set, on the actions named by ``pick``."""

    change = SomeOfField(label=gettext_lazy("Change"), required=False)
    pick = PickField(label=gettext_lazy("Actions"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, numbers: Iterable[str], units: list[Unit], **options):
        super().__init__(data, auto_id="b-%s", **options)
        self.offer(units)
        self.fields["owner"].widget.attrs["data-people-of"] = "b-lead_unit"
        for name in CHANGEABLE:
            words = _("New value: %(field)s") % {"field": self.fields[name].label}
            self.fields[name].widget.attrs["aria-label"] = words
        self.fields["change"].choices = [(name, self.fields[name].label) for name in CHANGEABLE]
        self.fields["pick"].choices = [(number, number) for number in ("all", *numbers)]

    @property
    def changeable(self) -> list[forms.BoundField]:
        return [self[name] for name in CHANGEABLE]

    @property
    def at_hand(self) -> list[forms.BoundField]:
        """What the bar under the list shows at once; the rest opens."""
        return [self[name] for name in ("lead_unit", "owner", "due")]

    @property
    def further(self) -> list[forms.BoundField]:
        return [self[name] for name in ("supporting_units", "start")]

    def clean(self):
        cleaned = super().clean()
        wanted = cleaned.get("change")
        if wanted is None:
            return
        for name in CHANGEABLE:
            if cleaned.get(name) and name not in wanted:
                self.add_error(name, _("Tick this field too, so that it is changed."))

    @property
    def changes(self) -> dict[str, object]:
        """New values by field name, as ``Action.assign`` takes them."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data["change"]}
