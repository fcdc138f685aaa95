"""The filter of the list of actions: everything in the address, every value checked."""

from collections.abc import Iterable
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..called import person_called, read_key
from ..legible import in_short
from ..lights import ENDED, KINDS
from ..models import Unit, User
from ..permissions import to_be_reported_by
from ..state.day import PlanState
from ..state.selection import FLAGS, SORTS, Selection
from ..words import KIND_WORDS, REPORT_OVERDUE
from .fields import FlagField, LineField, OneOfField, PlainSelect, SomeOfField, StrictForm
from .people import find_person
from .units import AskedUnitField

LIGHTS = [(kind, KIND_WORDS[kind]) for kind in (*KINDS, *(light.value for light in ENDED))]
ROLES = [
    ("", gettext_lazy("leads or supports")),
    ("lead", gettext_lazy("leads")),
    ("support", gettext_lazy("supports")),
]


LONGEST_NAME = 150


class AskedPersonField(LineField):
    """A person as an address names them: by key, or by a user name, also a former one."""

    day: date | None = None

    def __init__(self, **options):
        super().__init__(max_length=LONGEST_NAME, required=False, **options)

    def clean(self, value):
        name = super().clean(value)
        if not name:
            return None
        person = self.person(name)
        if person is None:
            raise ValidationError(_("There is no person “%(name)s”.") % {"name": in_short(name)})
        return person

    def person(self, words: str) -> User | None:
        """Whom the words mean; raises ValidationError where several are called so."""
        return person_called(words, self.day) or find_person(words, User.objects.all())

    def prepare_value(self, value):
        """The field shows the user name, whatever the address says."""
        person = User.objects.filter(pk=read_key(value)).first() if value else None
        return person.username if person else value


class AskedOwnerField(AskedPersonField):
    """Chosen from those who own an action; an address by user name chooses as well."""

    widget = PlainSelect

    def prepare_value(self, value):
        if not value or read_key(value):
            return value
        try:
            person = self.person(value[:LONGEST_NAME])
        except ValidationError:
            return value
        return person.key if person else value


class FilterForm(StrictForm):
    """Builds the Selection; ``user`` is whose actions ``mine`` means."""

    light = SomeOfField(label=gettext_lazy("Lights"), choices=LIGHTS, required=False)
    priority = OneOfField(label=gettext_lazy("Priority"), required=False)
    unit = AskedUnitField(label=gettext_lazy("Unit"), required=False)
    role = OneOfField(label=gettext_lazy("The unit"), choices=ROLES, required=False)
    owner = AskedOwnerField(label=gettext_lazy("Owner"))
    q = LineField(label=gettext_lazy("Words"), max_length=100, required=False)
    stale = FlagField(label=REPORT_OVERDUE)
    unassigned = FlagField(label=pgettext_lazy("light", "Unassigned"))
    waiting = FlagField(label=gettext_lazy("Awaiting review"))
    returned = FlagField(label=gettext_lazy("Returned to the unit"))
    help = FlagField(label=gettext_lazy("Asks for help"))
    talk = FlagField(label=gettext_lazy("Light and outlook disagree"))
    mine = FlagField(label=gettext_lazy("Mine and my units’"))
    sort = OneOfField(
        label=gettext_lazy("Order"),
        choices=[(way, way) for sort in SORTS for way in (sort, f"-{sort}")],
        required=False,
        widget=forms.HiddenInput,
    )
    pick = OneOfField(
        label=gettext_lazy("Tick"),
        choices=[("", ""), ("all", "all")],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self,
        *args,
        state: PlanState,
        user: User,
        units: Iterable[Unit],
        is_past: bool = False,
        **options,
    ):
        super().__init__(*args, auto_id="f-%s", **options)
        self.state, self.user = state, user
        every = ("", _("all"))
        self.fields["priority"].choices = [
            every,
            *((str(p.number), str(p.priority)) for p in state.priorities),
        ]
        self.fields["owner"].widget.choices = [every, *self._owners()]
        self.fields["unit"].offer(units, state.on)
        self.fields["owner"].day = state.on if is_past else None
        self.fields["unit"].widget.attrs["placeholder"] = _("name or pinyin")
        for name in ("unit", "q"):
            self.fields[name].widget.input_type = "search"
            self.fields[name].widget.attrs["maxlength"] = 100

    def _owners(self) -> list[tuple[str, str]]:
        """Those who own an action of the plan, and the one that is asked for."""
        people = {a.action.owner for a in self.state.actions if a.action.owner}
        owners = {p.key: str(p) for p in sorted(people, key=lambda person: person.place)}
        asked = self.fields["owner"].prepare_value(self.data.get("owner", ""))
        if asked and asked not in owners:
            owners[asked] = str(person_called(asked) or in_short(asked))
        return list(owners.items())

    @property
    def key(self) -> tuple | None:
        """All on which the drawn fields depend; None where they say what is wrong."""
        if self.errors:
            return None
        choices = (self.fields["priority"].choices, self.fields["owner"].widget.choices)
        offered = (tuple(map(tuple, pairs)) for pairs in choices)
        return self.data.urlencode(), self["unit"].value(), self["owner"].value(), *offered

    @property
    def out_of_sight(self) -> list[forms.BoundField]:
        """The criteria without a field of their own to show an error beside."""
        return [self[name] for name in (*FLAGS, "mine", "sort", "pick")]

    @property
    def has_hidden_errors(self) -> bool:
        names = {"owner", "role", *(field.name for field in self.out_of_sight)}
        return bool(names & self.errors.keys())

    def selection(self) -> Selection:
        """What the valid form asks for."""
        asked = self.cleaned_data
        return Selection(
            lights=frozenset(asked["light"]),
            priority=int(asked["priority"]) if asked["priority"] else None,
            unit=asked["unit"],
            role=asked["role"],
            owner=asked["owner"],
            flags=frozenset(name for name in FLAGS if asked[name]),
            mine=frozenset(to_be_reported_by(self.user, self.state.plan.pk))
            if asked["mine"]
            else None,
            words=asked["q"],
            sort=asked["sort"] or "number",
        )
