"""A reform of units: which, in what they go on, who takes over what, why."""

import uuid
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..legible import in_short
from ..models import Amendment, Unit
from ..models.reforming import MOST_UNITS
from ..names import fold
from .fields import LONGEST_REASON, DayField, LineField, StrictForm, TextField
from .progress import NonceField
from .units import UnitsField, find_unit

Kind = Amendment.Kind

WAYS = {
    "rename": (Kind.UNIT_RENAMED, gettext_lazy("Rename")),
    "merge": (Kind.UNITS_MERGED, gettext_lazy("Merge")),
    "split": (Kind.UNIT_SPLIT, gettext_lazy("Split")),
    "dissolve": (Kind.UNIT_DISSOLVED, pgettext_lazy("unit", "Dissolve")),
}
"""By the word in the address."""

INTO = {
    "rename": (
        gettext_lazy("New name"),
        gettext_lazy("The short name, a blank, the full name. Its address stays what it is."),
    ),
    "merge": (
        gettext_lazy("Into"),
        gettext_lazy("The short name of a unit; of a new one also a blank and the full name."),
    ),
    "split": (
        gettext_lazy("Into"),
        gettext_lazy("One a line: a short name; of a new unit also a blank and the full name."),
    ),
    "dissolve": (
        gettext_lazy("Taken over by"),
        gettext_lazy("One a line: the units that take over; none where nobody does."),
    ),
}

SELF, NOBODY = "self", "nobody"


class NewUnitsField(TextField):
    """Units one a line; ``offered`` are those that are there, others come out not stored yet."""

    offered: list[Unit] = []

    def __init__(self, **options):
        widget = forms.Textarea({"rows": 2, "spellcheck": "false"})
        super().__init__(max_length=MOST_UNITS * 140, widget=widget, **options)

    def clean(self, value) -> list[Unit]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        units = [self._unit(line) for line in lines if line]
        if len(units) > MOST_UNITS:
            raise ValidationError(_("At most %(most)d units at once.") % {"most": MOST_UNITS})
        names = [unit.short_name for unit in units]
        for name in names:
            if names.count(name) > 1:
                raise ValidationError(_("“%(name)s” stands here twice.") % {"name": name})
        return units

    def _unit(self, line: str) -> Unit:
        short, _blank, full = line.partition(" ")
        known = {fold(unit.short_name): unit for unit in self.offered}
        if not full:
            return known.get(fold(short)) or find_unit(line, self.offered)
        if fold(short) in known:
            raise ValidationError(
                _("There is a unit “%(name)s” already; write its short name alone.")
                % {"name": in_short(short)}
            )
        return Unit(short_name=short, name=full)


class ReformForm(StrictForm):
    """One reform of one kind; what goes where is chosen beside the preview."""

    units = UnitsField(label=gettext_lazy("Unit"))
    into = NewUnitsField()
    stays = forms.BooleanField(
        label=gettext_lazy("The unit itself goes on, with what is not given to others"),
        required=False,
    )
    on = DayField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy(
            "Today: people and actions move as they stand. For a coming day open this page on that "
            "day; days that are over keep the units that they had."
        ),
    )
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Stays in the history, and is shown beside what changed."),
    )
    nonce = NonceField()

    def __init__(self, data=None, *, way: str, offered: list[Unit], today: date, **options):
        initial = {"nonce": uuid.uuid4(), "on": today, **options.pop("initial", {})}
        super().__init__(data, initial=initial, auto_id="rf-%s", **options)
        self.way, self.today = way, today
        self.fields["units"].offered = self.fields["into"].offered = offered
        self.fields["into"].label, self.fields["into"].help_text = INTO[way]
        self.fields["into"].required = way != "dissolve"
        if way == "merge":
            self.fields["units"].label = _("Units that end")
        if way != "split":
            del self.fields["stays"]

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in ("nonce", "stays")]

    def clean_on(self) -> date:
        day = self.cleaned_data["on"]
        if day < self.today:
            raise ValidationError(
                _("This day is over: it keeps the units that it had. Choose today, %(day)s.")
                % {"day": self.today}
            )
        if day > self.today:
            raise ValidationError(
                _("A reform is carried out on its day, with what the units hold then.")
            )
        return day

    def clean_units(self) -> list[Unit]:
        units = self.cleaned_data["units"]
        if len(units) > (MOST_UNITS if self.way == "merge" else 1):
            most = MOST_UNITS if self.way == "merge" else 1
            raise ValidationError(_("At most %(most)d units at once.") % {"most": most})
        return units

    def clean_into(self) -> list[Unit]:
        into = self.cleaned_data["into"]
        if self.way in ("rename", "merge") and len(into) != 1:
            raise ValidationError(_("Name one unit here."))
        new = [unit for unit in into if unit.pk is None]
        if self.way == "rename" and not new:
            raise ValidationError(_("Write the short name, a blank, and the full name."))
        if self.way == "dissolve" and new:
            raise ValidationError(
                _("There is no unit “%(words)s”.") % {"words": in_short(new[0].short_name)}
            )
        return into

    def clean(self):
        given = super().clean()
        same = set(given.get("units") or ()) & {u for u in given.get("into") or () if u.pk}
        if same and self.way != "split":
            unit = next(iter(same))
            self.add_error("into", _("%(name)s cannot end and take over at once.") % {"name": unit})
        return given

    @property
    def targets(self) -> dict[str, Unit | None]:
        """Who may take over, by the word that stands for it in the choice of each row."""
        given = self.cleaned_data
        [unit, *_others] = given["units"]
        found: dict[str, Unit | None] = {SELF: unit} if given.get("stays") else {}
        found |= {f"to{place}": one for place, one in enumerate(given["into"])}
        return found | ({NOBODY: None} if self.way == "dissolve" else {})

    def chosen(self, kind: str, key: int) -> str:
        """The word that was chosen for an action or a person; the first target where none was.

        What is no word of ours is as none.
        """
        asked = self.data.get(f"{kind}-{key}", "")
        return asked if asked in self.targets else next(iter(self.targets))
