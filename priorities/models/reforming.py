"""Units are reformed on a day: renamed, merged, split, dissolved, with people and actions.

What they hold in running plans and in plans in preparation moves, closed plans stay as they were.
What was cancelled, split or merged stays with the unit that had it. Past days show the old units.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from .amendments import Amendment, amending
from .people import Unit, User, pinyin_initials
from .phases import Life
from .plan import Action, check_active

Kind = Amendment.Kind

MOST_UNITS = 20
"""That are reformed at once, or that come of it."""


@dataclass(frozen=True)
class Heirs:
    """To whom what a unit holds goes: to ``first``, unless an action or a person is named.

    Actions and people are named by primary key. None is nobody: an action is then without a lead
    unit, a person without this unit.
    """

    first: Unit | None
    actions: dict[int, Unit | None] = field(default_factory=dict)
    people: dict[int, Unit | None] = field(default_factory=dict)

    def of_action(self, key: int) -> Unit | None:
        return self.actions.get(key, self.first)

    def of_person(self, key: int) -> Unit | None:
        return self.people.get(key, self.first)


def rename_unit(
    unit: Unit, *, name: str, short_name: str, by: User, on: date, reason: str
) -> Amendment:
    """Another name for the same unit: its address, its people and all that it holds stay."""
    with amending(Kind.UNIT_RENAMED, by=by, on=on, reason=reason) as amendment:
        has_usual_initials = unit.pinyin == pinyin_initials(unit.short_name)
        unit.name, unit.short_name = name, short_name
        if has_usual_initials:
            unit.pinyin = ""
        unit.save_change(by=by, reason=reason)
        amendment.details = {"units": [unit.pk], "into": [unit.pk]}
    return amendment


def merge_units(units: Sequence[Unit], into: Unit, *, by: User, on: date, reason: str) -> Amendment:
    """The units end and go on in one, which may be new (not stored yet)."""
    with amending(Kind.UNITS_MERGED, by=by, on=on, reason=reason) as amendment:
        _check_ending(units, [into])
        _begin([into], like=units[0], by=by, reason=reason)
        for unit in units:
            _hand_over(unit, Heirs(into), by=by, reason=reason)
            _end(unit, by=by, reason=reason)
        amendment.details = {"units": [unit.pk for unit in units], "into": [into.pk]}
    return amendment


def split_unit(
    unit: Unit, into: Sequence[Unit], heirs: Heirs, *, by: User, on: date, reason: str
) -> Amendment:
    """The unit goes on in several, some of which may be new; where it is one of them, it stays."""
    with amending(Kind.UNIT_SPLIT, by=by, on=on, reason=reason) as amendment:
        others = [one for one in into if one != unit]
        if not others:
            raise ValidationError(_("Name at least one unit that comes of it."))
        _check_ending([unit], others)
        _begin(others, like=unit, by=by, reason=reason)
        _hand_over(unit, heirs, by=by, reason=reason)
        if unit not in into:
            _end(unit, by=by, reason=reason)
        amendment.details = {"units": [unit.pk], "into": [one.pk for one in into]}
    return amendment


def dissolve_unit(unit: Unit, heirs: Heirs, *, by: User, on: date, reason: str) -> Amendment:
    """The unit ends; what it holds goes to others that are there, or to nobody."""
    with amending(Kind.UNIT_DISSOLVED, by=by, on=on, reason=reason) as amendment:
        every = [heirs.first, *heirs.actions.values(), *heirs.people.values()]
        into = list(dict.fromkeys(one for one in every if one))
        _check_ending([unit], into)
        _hand_over(unit, heirs, by=by, reason=reason)
        _end(unit, by=by, reason=reason)
        amendment.details = {"units": [unit.pk], "into": [one.pk for one in into]}
    return amendment


def actions_of(unit: Unit):
    """What a unit holds and would hand over: it leads or supports it, and it has not ended."""
    supported = unit.supported_actions.order_by().values("pk")
    held = Action.objects.filter(Q(lead_unit=unit) | Q(pk__in=supported), cancelled_on=None)
    going_on = held.exclude(priority__plan__phase=Life.CLOSED)
    related = going_on.select_related("priority__plan", "lead_unit", "owner")
    return related.order_by("priority__plan", "priority__number", "order")


def _check_ending(units: Sequence[Unit], into: Sequence[Unit]) -> None:
    for unit in units:
        if not unit.is_active:
            raise ValidationError(_("%(name)s is not active any more.") % {"name": unit})
        if unit in into:
            raise ValidationError(_("%(name)s cannot end and take over at once.") % {"name": unit})
    check_active("into", Unit.objects.filter(pk__in=[one.pk for one in into if one.pk]))


def _begin(units: Sequence[Unit], *, like: Unit, by: User, reason: str) -> None:
    """Store the new ones, in the place in lists that the old one had."""
    for unit in units:
        if unit.pk is None:
            unit.kind, unit.order = like.kind, like.order
            unit.save_change(by=by, reason=reason)


def _end(unit: Unit, *, by: User, reason: str) -> None:
    unit.is_active = False
    unit.save_change(by=by, reason=reason)


def _hand_over(unit: Unit, heirs: Heirs, *, by: User, reason: str) -> None:
    """People first: an owner must be of the new lead unit by the time that the action moves."""
    for person in unit.people.order_by("pk"):
        _move_person(person, unit, heirs.of_person(person.pk), by=by, reason=reason)
    for action in actions_of(unit):
        _move_action(action, unit, heirs.of_action(action.pk), by=by, reason=reason)


def _move_person(person: User, unit: Unit, heir: Unit | None, *, by: User, reason: str) -> None:
    if heir == unit:
        return
    person.skip_history_when_saving = True
    person.units.remove(unit)
    if heir:
        person.units.add(heir)
    del person.skip_history_when_saving
    person.save_checked(by=by, reason=reason)


def _move_action(action: Action, unit: Unit, heir: Unit | None, *, by: User, reason: str) -> None:
    if heir == unit:
        return
    changes: dict[str, object] = {}
    if action.lead_unit_id == unit.pk:
        changes["lead_unit"] = heir
        changes["owner"] = _owner_in(action, heir)
    supporting = list(action.supporting_units.all())
    if unit in supporting:
        others = [one for one in supporting if one != unit]
        supporting = [*others, heir] if heir and heir not in others else others
    changes["supporting_units"] = supporting
    action.assign(by=by, changes=changes, reason=reason)


def _owner_in(action: Action, unit: Unit | None) -> User | None:
    """The owner stays who works in the unit that leads from now on."""
    owner = action.owner
    return owner if owner and unit and owner.units.filter(pk=unit.pk).exists() else None
