"""What an action counts (指标), and the values that its entries say of it.

A target is set by the office and may be moved with a reason; what it was at first stays beside it.
A value is written once, with its entry, and says what it was counted against.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..measured import (
    DIGITS_AFTER,
    DIGITS_BEFORE,
    LONGEST_COUNTED,
    LONGEST_UNIT_OF_MEASURE,
    MOST_TARGETS,
    Measure,
    goes_back,
    percent_of_values,
    plainly,
)
from .chain import SaidOnce, all_or_nothing
from .changes import Door, Recorded, history
from .people import User
from .plan import Action

SAYS = ("title", "measured_in", "start_value", "target_value", "due")
"""What a target says; a change of any but the title and the day moves it."""

MOVES = ("measured_in", "start_value", "target_value", "due")


def value_field(label, **options) -> models.DecimalField:
    """A number as it is counted: some digits before the point, some after."""
    digits = {"max_digits": DIGITS_BEFORE + DIGITS_AFTER, "decimal_places": DIGITS_AFTER}
    return models.DecimalField(label, **digits, **options)


class TargetQuerySet(models.QuerySet):
    def standing(self):
        """Those that are counted; one that was dropped stays for the entries that speak of it."""
        return self.filter(dropped_on__isnull=True)


class Target(Recorded):
    """What an action counts: from a start value to a target, by a day (指标)."""

    action = models.ForeignKey(
        Action, verbose_name=_("action"), related_name="targets", on_delete=models.PROTECT
    )
    title = models.CharField(_("what is counted"), max_length=LONGEST_COUNTED)
    measured_in = models.CharField(
        _("unit of measure"),
        max_length=LONGEST_UNIT_OF_MEASURE,
        blank=True,
        help_text=_("For example 万平方米; large numbers are counted in 万 or 亿."),
    )
    start_value = value_field(_("start value"), default=Decimal(0))
    target_value = value_field(_("target value"))
    original_value = value_field(_("original target value"), null=True, editable=False)
    due = models.DateField(
        _("target due"), null=True, blank=True, help_text=_("Empty: the action's due date.")
    )
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True, editable=False)
    history = history()

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "title"],
                condition=models.Q(dropped_on__isnull=True),
                name="target_title_unique",
                violation_error_message=_("The action already has a target of this name."),
            ),
            models.CheckConstraint(
                condition=~models.Q(target_value=models.F("start_value")),
                name="target_differs_from_start",
                violation_error_message=_(
                    "The target must differ from the start value: between the two the percent lies."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.title} {plainly(self.target_value)}{self.measured_in}"

    def clean(self):
        super().clean()
        if self.action_id:
            self.action.priority.plan.check_open()

    def save(self, *args, **kwargs):
        if self.original_value is None:
            self.original_value = self.target_value
        super().save(*args, **kwargs)

    def says_the_same_as(self, other: "Target | None", names: Iterable[str] = SAYS) -> bool:
        return other is not None and all(getattr(self, n) == getattr(other, n) for n in names)

    @property
    def key(self) -> str:
        """What its value is called in a form, and in what a form is told."""
        return f"value-{self.pk}"

    def measure(self, value: Decimal) -> Measure:
        """The value, between the start value and the target as they stand."""
        return Measure(self.start_value, self.target_value, value)

    def check_direction(self, before: Decimal, now: Decimal) -> None:
        """Raises ValidationError where the value moved away from the target."""
        if not goes_back(self.start_value, self.target_value, before, now):
            return
        words = {"title": self.title, "before": plainly(before), "now": plainly(now)}
        raise ValidationError(
            {"explanation": _("“%(title)s” was %(before)s and is now %(now)s: say why.") % words}
        )

    @classmethod
    def set_for(
        cls,
        action: Action,
        targets: Iterable["Target"],
        *,
        by: User,
        reason: str = "",
        door: str = Door.PAGE,
    ) -> bool:
        """Make these the action's targets: save the new and the changed, drop the others.

        Returns whether anything changed. Raises ValidationError, with nothing stored, where a
        target breaks a rule, or where one that stood is moved or dropped without a reason.
        """
        wanted = list(targets)
        stored = {target.pk: target for target in action.targets.standing()}
        gone = [stored[pk] for pk in stored.keys() - {target.pk for target in wanted}]
        changed = [row for row in wanted if not row.says_the_same_as(stored.get(row.pk))]
        moved = [r for r in changed if r.pk and not r.says_the_same_as(stored.get(r.pk), MOVES)]
        if not reason and (gone or moved):
            raise ValidationError({"reason": _("Say why a target moves or is dropped.")})
        if len(wanted) > MOST_TARGETS:
            words = {"count": len(wanted), "most": MOST_TARGETS}
            raise ValidationError(_("These are %(count)d targets; at most %(most)d.") % words)
        with all_or_nothing(savepoint=True):
            action.priority.plan.check_still_open()
            for target in gone:
                target.drop(by=by, reason=reason, door=door, on=action.priority.plan.today())
            for target in changed:
                target.action = action
                target.save_change(by=by, reason=reason, door=door)
        action.__dict__.pop("is_measured", None)
        return bool(gone or changed)

    def drop(self, *, by: User, reason: str, on: date, door: str = Door.PAGE) -> None:
        """Count it no more. Of one that no entry has spoken of the row goes as well."""
        if not self.values.exists():
            self.sign_change(by=by, reason=reason, door=door)
            self.delete()
            return
        self.dropped_on = on
        self.save_change(by=by, reason=reason, door=door)


class TargetValue(SaidOnce):
    """What an entry says of one target, with what it was counted against on that day."""

    entry = models.ForeignKey(
        "ProgressEntry",
        verbose_name=_("entry"),
        related_name="target_values",
        on_delete=models.PROTECT,
    )
    target = models.ForeignKey(
        Target, verbose_name=_("target"), related_name="values", on_delete=models.PROTECT
    )
    value = value_field(_("value"))
    title = models.CharField(_("what is counted"), max_length=LONGEST_COUNTED)
    measured_in = models.CharField(
        _("unit of measure"), max_length=LONGEST_UNIT_OF_MEASURE, blank=True
    )
    start_value = value_field(_("start value"))
    target_value = value_field(_("target value"))

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "target"], name="target_value_once_per_entry"),
        ]

    def __str__(self):
        return f"{self.title} {plainly(self.value)}{self.measured_in}"

    @classmethod
    def of(cls, target: Target, value: Decimal) -> "TargetValue":
        """The value of a target as it stands, not yet of any entry."""
        names = ("title", "measured_in", "start_value", "target_value")
        return cls(target=target, value=value, **{name: getattr(target, name) for name in names})


class Counted:
    """What one entry says of its action's targets: checked, and the percent that follows."""

    def __init__(self, targets: Sequence[Target], given: Mapping[int, Decimal]):
        """``given`` maps primary keys of targets to values; raises where one is missing."""
        missing = {t.key: self._asked(t) for t in targets if given.get(t.pk) is None}
        if missing:
            raise ValidationError(missing)
        self.targets = targets
        self.values = {target.pk: given[target.pk] for target in targets}
        self.rows = [TargetValue.of(target, self.values[target.pk]) for target in targets]
        for target, row in zip(targets, self.rows, strict=True):
            self._check(target, row)

    @staticmethod
    def _check(target: Target, row: TargetValue) -> None:
        """Before the entry is stored, which a later refusal would leave behind."""
        try:
            row.clean_fields(exclude=["entry"])
        except ValidationError as error:
            raise ValidationError({target.key: error.messages}) from error

    @staticmethod
    def _asked(target: Target) -> str:
        return _("Say the value of “%(title)s”.") % {"title": target.title}

    @property
    def percent(self) -> int:
        return percent_of_values(t.measure(self.values[t.pk]) for t in self.targets)

    def percent_before(self, before: Mapping[int, Decimal], said: int | None) -> int | None:
        """What stood, counted by today's targets: a target that moved is no fall of the unit's.

        ``said`` is the percent of the last entry, which stands where it spoke of other targets.
        """
        if said is None or any(target.pk not in before for target in self.targets):
            return said
        return percent_of_values(t.measure(before[t.pk]) for t in self.targets)

    def check_directions(self, before: Mapping[int, Decimal]) -> None:
        """Raises ValidationError, keyed ``explanation``, for the first value that went back."""
        for target in self.targets:
            if target.pk in before:
                target.check_direction(before[target.pk], self.values[target.pk])

    def store(self, entry) -> tuple[TargetValue, ...]:
        """With the entry, which has just been stored."""
        for row in self.rows:
            row.entry = entry
        return tuple(TargetValue.objects.bulk_create(self.rows))
