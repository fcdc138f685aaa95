"""What changes a plan during its year: words, withdrawal, splitting and merging, each with why."""

import uuid
from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..legible import in_short
from ..models import Action, Milestone, Priority, Unit
from ..models.amending import MOST_PARTS, MOST_SOURCES, Part
from ..typed import day_of, is_of_a_plan, whole_number_of
from .assign import MOST_MILESTONES, WhoAndWhen, fingerprint, units_offered
from .fields import (
    LONGEST_REASON,
    LineField,
    SomeOfField,
    StrictForm,
    TextField,
    WholeNumberField,
    longest,
)
from .progress import NonceField
from .versions import VersionedForm, last_change, values_in

LONGEST_SENTENCE = 5_000
LONGEST_MEASURE = 2_000
LEAST_PARTS, SEEN_PARTS = 2, 3
"""Of a split: how many there must be, and for how many there is room at first."""


class Why(VersionedForm):
    """Every act has a reason, a nonce, and knows what it was drawn from."""

    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Stays in the history, and is shown beside what changed."),
    )
    nonce = NonceField()

    def __init__(self, data=None, *, initial: dict | None = None, **options):
        super().__init__(data, initial={"nonce": uuid.uuid4(), **(initial or {})}, **options)

    @property
    def version(self) -> str:
        return ""

    def values_at(self, seen: str) -> dict[str, object]:
        return {}

    @property
    def last(self):
        """The last change of what the form speaks of, for who comes too late."""
        return None

    @property
    def shown(self) -> list[forms.BoundField]:
        """What is asked, in order; the reason stands last."""
        hidden = ("seen", "nonce", "reason")
        return [self[name] for name in self.fields if name not in hidden]


class ActOnAction(Why):
    """An act on an action that is there."""

    def __init__(self, data=None, *, action: Action, **options):
        self.action = action
        super().__init__(data, auto_id="am-%s", **options)

    @property
    def version(self) -> str:
        return fingerprint(self.action)

    @property
    def last(self):
        return last_change(self.action.history)


class WithdrawForm(ActOnAction):
    """Why the action is not followed up any more."""


class WordsOfAction(StrictForm):
    """What an action says, of one that is there or is to be."""

    text = LineField(label=gettext_lazy("Action"), max_length=longest(Action, "text"))
    measure = TextField(
        label=gettext_lazy("Measure of success"),
        required=False,
        max_length=LONGEST_MEASURE,
        widget=forms.Textarea({"rows": 2}),
    )


class ActionWordsForm(ActOnAction, WordsOfAction):
    """Other words for an action."""

    field_order = ["text", "measure", "reason"]

    def __init__(self, data=None, *, action: Action, **options):
        initial = {"text": action.text, "measure": action.measure}
        super().__init__(data, action=action, initial=initial, **options)

    def values_at(self, seen: str) -> dict[str, object]:
        return _then(self.action.history, seen.partition(".")[0], ("text", "measure"))

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("text", "measure")}


OF_PRIORITY = ("title", "sentence", "premise", "goal")


class PriorityWordsForm(Why):
    """The words of a priority: of a new one, or other words for one that is there."""

    title = LineField(label=gettext_lazy("Title"), max_length=longest(Priority, "title"))
    sentence = TextField(
        label=gettext_lazy("Official sentence"),
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("As it stands in the document that sets it."),
    )
    premise = TextField(
        label=gettext_lazy("Premise"),
        required=False,
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea({"rows": 2}),
    )
    goal = TextField(
        label=gettext_lazy("Goal"),
        required=False,
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = [*OF_PRIORITY, "reason"]

    def __init__(self, data=None, *, priority: Priority | None = None, **options):
        self.priority = priority
        initial = {name: getattr(priority, name) for name in OF_PRIORITY} if priority else {}
        super().__init__(data, initial=initial, auto_id="am-%s", **options)

    @property
    def last(self):
        return last_change(self.priority.history) if self.priority else None

    @property
    def version(self) -> str:
        record = self.last
        return str(record.history_id) if record else ""

    def values_at(self, seen: str) -> dict[str, object]:
        return _then(self.priority.history, seen, OF_PRIORITY) if self.priority else {}

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in OF_PRIORITY}


def _then(history, seen: str, names: Iterable[str]) -> dict[str, object]:
    """What stood in these fields as a version names it; empty where it names none."""
    if not (seen.isascii() and seen.isdigit() and len(seen) <= 18):
        return {}
    record = history.filter(history_id=seen).first()
    values = values_in(record) if record else {}
    return {name: values[name] for name in names if name in values}


class StepsField(TextField):
    """Milestones, one a line: the day planned, a blank, and what is to be done by then."""

    def __init__(self, **options):
        widget = forms.Textarea({"rows": 2, "spellcheck": "false"})
        super().__init__(max_length=MOST_MILESTONES * 120, widget=widget, **options)

    def clean(self, value):
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_MILESTONES:
            raise ValidationError(
                _("At most %(most)d milestones; these are %(n)d.")
                % {"most": MOST_MILESTONES, "n": len(lines)}
            )
        steps = tuple(_step(line) for line in lines)
        titles = [title for _planned, title in steps]
        for title in titles:
            if titles.count(title) > 1:
                raise ValidationError(
                    _("Two milestones are called “%(words)s”.") % {"words": in_short(title)}
                )
        return steps

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(f"{planned} {title}" for planned, title in value)


def _step(line: str) -> tuple[date, str]:
    words, _blank, title = line.strip().partition(" ")
    day, title = day_of(words), " ".join(title.split())
    if day is None or not is_of_a_plan(day) or not title:
        raise ValidationError(
            _("“%(words)s” is no milestone. Write it as %(example)s.")
            % {"words": in_short(line.strip()), "example": _("2022-11-30 main structure up")}
        )
    limit = longest(Milestone, "title")
    if len(title) > limit:
        raise ValidationError(
            _("At most %(limit)s characters; these are %(length)s.")
            % {"limit": limit, "length": len(title)}
        )
    return day, title


class PartForm(WhoAndWhen, WordsOfAction):
    """An action that is to be: its words, and who does it by when."""

    milestones = StepsField(
        label=gettext_lazy("Milestones"),
        required=False,
        help_text=gettext_lazy("One a line: the day, a blank, the name."),
    )
    starts_at = WholeNumberField(
        label=gettext_lazy("Stands at (%)"),
        least=0,
        most=99,
        required=False,
        help_text=gettext_lazy("Counts until the unit reports; empty: from nought."),
    )
    reason = None
    field_order = [
        *("text", "starts_at", "lead_unit", "supporting_units", "owner", "start", "due"),
        *("measure", "milestones"),
    ]

    def finish(self, units: list[Unit], like: "PartForm | None", action: Action | None) -> None:
        """Offer units and people; those that another part of the form has loaded are shared."""
        lead = action.lead_unit if action else None
        if like is None:
            self.offer(units, held=action.owner if action else None, lead=lead)
        else:
            for name in ("lead_unit", "supporting_units"):
                self.fields[name].offered = units
            self.fields["owner"].people = like.fields["owner"].people
            self.fields["owner"].choices = like.fields["owner"].choices
        self.fields["owner"].widget.attrs["data-people-of"] = self["lead_unit"].id_for_label

    @property
    def at_hand(self) -> list[tuple[str, forms.BoundField]]:
        """Each with its width in columns of twelve."""
        has_start = "starts_at" in self.fields
        widths = {"text": "w9", "starts_at": "w3"} if has_start else {"text": "w12"}
        widths |= {"lead_unit": "w3", "supporting_units": "w3", "owner": "w2"}
        widths |= {"start": "w2", "due": "w2", "measure": "w6", "milestones": "w6"}
        return [(width, self[name]) for name, width in widths.items()]

    @property
    def part(self) -> Part:
        said = self.cleaned_data
        lead = said["lead_unit"]
        supporting = tuple(unit for unit in said["supporting_units"] or () if unit != lead)
        return Part(
            text=said["text"],
            measure=said["measure"],
            lead_unit=lead,
            supporting=supporting,
            owner=said["owner"],
            start=said["start"],
            due=said["due"],
            milestones=said["milestones"] or (),
            starts_at=said.get("starts_at"),
        )


def inherited(action: Action) -> dict[str, object]:
    """What a part has of the action that it comes of, unless somebody says otherwise."""
    entries = action.entries.accepted().newest_first()
    open_steps = action.milestones.filter(done=None).order_by("planned", "pk")
    return {
        "lead_unit": action.lead_unit,
        "supporting_units": list(action.supporting_units.all()),
        "owner": action.owner.username if action.owner else "",
        "start": action.start,
        "due": action.due,
        "measure": action.measure,
        "milestones": list(open_steps.values_list("planned", "title")),
        "starts_at": entries.values_list("percent", flat=True).first(),
    }


class AddActionForm(PartForm, Why):
    """A new action of a priority."""

    reason = Why.base_fields["reason"]
    nonce = NonceField()
    field_order = [*PartForm.field_order, "reason"]

    def __init__(self, data=None, **options):
        super().__init__(data, auto_id="am-%s", **options)
        del self.fields["starts_at"]
        self.units = units_offered()
        self.finish(self.units, None, None)


class MergeForm(PartForm, ActOnAction):
    """Several actions become one: which, and what it is called."""

    others = SomeOfField(label=gettext_lazy("Merged with"))
    reason = Why.base_fields["reason"]
    nonce = NonceField()
    field_order = ["others", *PartForm.field_order, "reason"]

    def __init__(self, data=None, *, action: Action, candidates: list[Action], **options):
        super().__init__(data, action=action, initial=inherited(action), **options)
        self.candidates = {one.number: one for one in candidates if one.pk != action.pk}
        self.fields["others"].choices = [(n, f"{n} {a.text}") for n, a in self.candidates.items()]
        self.fields["others"].error_messages["required"] = _("Tick at least one action.")
        self.units = units_offered(action.lead_unit, *self.initial["supporting_units"])
        self.finish(self.units, None, action)

    def clean_others(self):
        chosen = self.cleaned_data["others"]
        if len(chosen) >= MOST_SOURCES:
            raise ValidationError(
                _("%(least)d to %(most)d actions are merged into one.")
                % {"least": 2, "most": MOST_SOURCES}
            )
        return [self.candidates[number] for number in dict.fromkeys(chosen)]


class SplitForm(ActOnAction):
    """One action becomes several: the parts stand beside the form, each a form of its own."""

    def __init__(self, data=None, *, action: Action, **options):
        super().__init__(data, action=action, **options)
        like = inherited(action)
        self.units = units_offered(action.lead_unit, *like["supporting_units"])
        self.parts: list[PartForm] = []
        for place in range(self._count()):
            part = PartForm(data, prefix=f"part{place}", auto_id="am-%s", initial=like)
            part.finish(self.units, self.parts[0] if self.parts else None, action)
            part.fields["text"].required = place < LEAST_PARTS
            self.parts.append(part)

    def _count(self) -> int:
        """How many parts there is room for: as many as were sent, and more where asked for."""
        sent = whole_number_of(self.data.get("count", "")) if self.is_bound else None
        count = min(max(sent or SEEN_PARTS, LEAST_PARTS), MOST_PARTS)
        return min(count + SEEN_PARTS, MOST_PARTS) if self.wants_more else count

    @property
    def wants_more(self) -> bool:
        """Whether the form was sent for more room alone."""
        return self.is_bound and "more" in self.data

    @property
    def has_room(self) -> bool:
        return len(self.parts) < MOST_PARTS

    @property
    def said(self) -> list[PartForm]:
        """The parts that have words; of the first ones each must."""
        later = [part for part in self.parts[LEAST_PARTS:] if part["text"].data]
        return [*self.parts[:LEAST_PARTS], *later]

    def is_valid(self):
        return all([super().is_valid(), *(part.is_valid() for part in self.said)])
