"""A row's rules, judged in Python before it is stored; the database's own stand behind them.

Django asks the database one question for each check constraint and for each row that is referred
to, each with a savepoint around it: twenty statements for one entry. The conditions are plain
comparisons, so they are compared here, by SQL's rules: nothing compared with anything is unknown,
and what is unknown breaks no rule.
"""

from collections.abc import Callable
from functools import cache
from operator import eq, ge, gt, le, lt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

COMPARED = {"exact": eq, "gt": gt, "gte": ge, "lt": lt, "lte": le}
LOOKUPS = {*COMPARED, "in", "isnull"}

Truth = bool | None
"""None where it is unknown."""


class Judged(models.Model):
    """A row of which no statement asks what can be told without one."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude=None):
        """What was loaded is there; were it gone by now, the foreign key would refuse the row."""
        super().clean_fields(exclude={*(exclude or ()), *self._loaded()})

    def get_constraints(self):
        """Django's own list, for the validation alone."""
        return [(model, judged(model)) for model, _found in super().get_constraints()]

    def _loaded(self) -> list[str]:
        fields = [f for f in self._meta.concrete_fields if f.remote_field and f.is_cached(self)]
        return [field.name for field in fields if self._is_stored(field)]

    def _is_stored(self, field: models.ForeignKey) -> bool:
        row = field.get_cached_value(self)
        return row is not None and not row._state.adding and row.pk == getattr(self, field.attname)


@cache
def judged(model: type[models.Model]) -> list:
    """The constraints as they are judged here; a unique one is the database's to tell."""
    return [Rule(c) if is_plain(c) else c for c in model._meta.constraints]


def is_plain(constraint: models.BaseConstraint) -> bool:
    """Whether it is a check that compares, and nothing more."""
    return isinstance(constraint, models.CheckConstraint) and is_understood(constraint.condition)


class Rule:
    """A check constraint of plain comparisons."""

    def __init__(self, constraint: models.CheckConstraint):
        self.constraint = constraint
        self.names = set(names_in(constraint.condition))

    def validate(self, model, instance, exclude=None, using=None) -> None:
        """Raises ValidationError with the constraint's own sentence."""
        if self.names & set(exclude or ()):
            return
        if holds(self.constraint.condition, lambda name: _value(model, instance, name)) is False:
            said = self.constraint.get_violation_error_message()
            raise ValidationError(said, code=self.constraint.violation_error_code)


def _value(model: type[models.Model], instance: models.Model, name: str) -> object:
    field = model._meta.get_field(name)
    value = getattr(instance, field.attname)
    return None if value is None else field.get_prep_value(value)


def is_understood(condition: models.Q) -> bool:
    """Whether every part of it compares a field with a value, or with another field."""
    return all(
        is_understood(part) if isinstance(part, models.Q) else _is_plain(*part)
        for part in condition.children
    )


def _is_plain(name: str, value: object) -> bool:
    field, _, lookup = name.partition("__")
    is_value = isinstance(value, models.F) or not hasattr(value, "resolve_expression")
    return bool(field) and (lookup or "exact") in LOOKUPS and is_value


def names_in(condition: models.Q) -> list[str]:
    """The fields that a condition compares."""
    found = []
    for part in condition.children:
        if isinstance(part, models.Q):
            found += names_in(part)
            continue
        name, value = part
        found.append(name.partition("__")[0])
        found += [value.name] if isinstance(value, models.F) else []
    return found


def holds(condition: models.Q, value_of: Callable[[str], object]) -> Truth:
    """Whether it is so of the values, as SQL would say."""
    parts = [
        holds(part, value_of) if isinstance(part, models.Q) else _compare(*part, value_of)
        for part in condition.children
    ]
    decisive = condition.connector == models.Q.OR
    if decisive in parts:
        return decisive is not condition.negated
    return None if None in parts else decisive is condition.negated


def _compare(name: str, other: object, value_of: Callable[[str], object]) -> Truth:
    field, _, lookup = name.partition("__")
    value = value_of(field)
    if lookup == "isnull":
        return (value is None) == other
    other = value_of(other.name) if isinstance(other, models.F) else other
    if value is None or other is None:
        return None
    return value in other if lookup == "in" else COMPARED[lookup or "exact"](value, other)


def refusal(error: IntegrityError, model: type[models.Model]) -> Exception:
    """What a person is told where the database refused a row: the constraint's own sentence.

    The error itself where no constraint of the model has one.
    """
    said = str(error)
    for constraint in model._meta.constraints:
        columns = [f"{model._meta.db_table}.{name}" for name in getattr(constraint, "fields", ())]
        if constraint.name in said or (columns and said.endswith(", ".join(columns))):
            return ValidationError(constraint.get_violation_error_message(), code="refused")
    return error
