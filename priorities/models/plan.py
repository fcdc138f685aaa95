"""The plan: one document's priorities and their actions."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..days import Days
from ..lights import Thresholds, time_proportional
from .chain import all_or_nothing, hold_chain
from .changes import Door, Recorded, history
from .documents import SourceDocument
from .people import Unit, User
from .phases import Life, PlanQuerySet
from .span import ENDS_TOO_EARLY, check_span

CLOSED = _("%(plan)s is closed and can only be read. Nothing was changed.")


class Plan(Recorded):
    """One year's list of priorities, from one source document (年度重点工作)."""

    slug = models.SlugField(
        _("address"),
        max_length=40,
        help_text=_("Stands in every address of this plan, for example 2022."),
        validators=[
            RegexValidator(
                r"^[0-9][-a-z0-9]*$", _("Begin with a digit; then a–z, digits and hyphens.")
            )
        ],
    )
    title = models.CharField(_("title"), max_length=120)
    source_title = models.CharField(_("source document"), max_length=200, blank=True)
    source_publication = models.CharField(_("published in"), max_length=100, blank=True)
    source_session = models.CharField(_("decided by"), max_length=200, blank=True)
    phase = models.CharField(
        _("phase"), max_length=10, choices=Life.choices, default=Life.RUNNING, editable=False
    )
    continues = models.ForeignKey(
        "self",
        verbose_name=_("continues"),
        related_name="continued_by",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
    )
    document = models.ForeignKey(
        SourceDocument,
        verbose_name=_("document as it came"),
        related_name="plans",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
    )
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    status_date = models.DateField(
        _("status date"),
        null=True,
        blank=True,
        help_text=_("Where it is set, pages and forms take this day for today."),
    )
    requires_review = models.BooleanField(
        _("entries wait for review"),
        default=True,
        help_text=_("Off: what a unit reports counts at once."),
    )
    reporting_cycle_days = models.PositiveSmallIntegerField(
        _("reporting cycle (days)"),
        default=31,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )
    red_deviation = models.PositiveSmallIntegerField(
        _("red from more than … points behind"), default=30
    )
    yellow_deviation = models.PositiveSmallIntegerField(
        _("yellow from more than … points behind"), default=10
    )
    due_soon_days = models.PositiveSmallIntegerField(
        _("yellow from … days before the due date"), default=7
    )
    red_milestone_days = models.PositiveSmallIntegerField(
        _("red from a milestone missed by more than … days"), default=15
    )
    is_sample = models.BooleanField(
        _("sample data"),
        default=False,
        help_text=_("Every page then says that units, people and progress are made up."),
    )
    history = history()

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-start", "-pk"]
        indexes = [
            models.Index(models.F("start").desc(), models.F("id").desc(), name="plan_by_start"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="plan_slug_unique",
                violation_error_message=_("There is already a plan with this address."),
            ),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")),
                name="plan_ends_after_start",
                violation_error_message=ENDS_TOO_EARLY,
            ),
            models.CheckConstraint(
                condition=models.Q(status_date__isnull=True)
                | models.Q(status_date__gte=models.F("start")),
                name="plan_status_date_not_before_start",
                violation_error_message=_("The status date cannot lie before the plan's start."),
            ),
            models.CheckConstraint(
                condition=models.Q(yellow_deviation__lte=models.F("red_deviation"))
                & models.Q(red_deviation__lte=100),
                name="plan_yellow_before_red",
                violation_error_message=_(
                    "Yellow must begin no later than red, and red at 100 points at most."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(reporting_cycle_days__gte=1),
                name="plan_reporting_cycle_at_least_a_day",
                violation_error_message=_("The reporting cycle is one day at least."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("dashboard", args=[self.slug])

    def check_open(self) -> None:
        """Raises ValidationError where the plan is closed: nothing in it changes any more."""
        if self.is_closed:
            raise ValidationError(CLOSED % {"plan": self.title}, code="closed")

    def check_still_open(self, phase: str | None = None) -> None:
        """The same within a transaction, where it may have been closed since it was read."""
        self.phase = phase or Plan.objects.values_list("phase", flat=True).get(pk=self.pk)
        self.check_open()

    def clean(self):
        super().clean()
        if self.pk and self.is_closed and Plan.objects.filter(pk=self.pk, phase=self.phase):
            self.check_open()
        if self.status_date and self.status_date > timezone.localdate():
            raise ValidationError({"status_date": _("The status date cannot lie in the future.")})
        if self.start and self.end:
            check_span(self.start, self.end)

    @property
    def is_preparing(self) -> bool:
        """Whether it is still its makers' alone (拟定)."""
        return self.phase == Life.PREPARING

    @property
    def is_closed(self) -> bool:
        """Whether it is read only, with a final state (结束)."""
        return self.phase == Life.CLOSED

    def elapsed_on(self, day: date) -> int:
        """The share of its time that has gone by, in percent."""
        return time_proportional(self.start, self.end, day)

    @property
    def days(self) -> Days:
        """How days are said in this plan."""
        return Days.between(self.start, self.end)

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds.of(self)

    def today(self) -> date:
        """The day that pages and forms take for today: the status date, else Asia/Shanghai's."""
        return self.status_date or timezone.localdate()

    def set_status_date(self, day: date | None, *, by: User) -> None:
        with all_or_nothing(savepoint=False):
            self.check_still_open()
            self.status_date = day
            self.save_change(by=by)


class Priority(Recorded):
    """One of the plan's areas of work, with its official sentence (重点工作)."""

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), related_name="priorities", on_delete=models.PROTECT
    )
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=200)
    sentence = models.TextField(_("official sentence"))
    premise = models.TextField(_("premise"), blank=True)
    goal = models.TextField(_("goal"), blank=True)
    history = history()

    class Meta:
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="priority_number_unique",
                violation_error_message=_("This number is already taken in the plan."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="priority_number_from_one",
                violation_error_message=_("Numbers begin with 1."),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("priority", args=[self.plan.slug, self.number])

    def clean(self):
        super().clean()
        if self.plan_id:
            self.plan.check_open()


class ActionQuerySet(models.QuerySet):
    def of_plan(self, plan: Plan):
        return self.filter(priority__plan=plan)

    def open(self):
        """What is still to be done: not cancelled, and not at 100 % by its last accepted entry."""
        entries = self.model._meta.get_field("entries").related_model.objects
        of_action = entries.filter(action=models.OuterRef("pk"))
        last = of_action.accepted().newest_first().values("percent")[:1]
        rows = self.filter(cancelled_on__isnull=True).annotate(stands_at=models.Subquery(last))
        return rows.filter(models.Q(stands_at__isnull=True) | models.Q(stands_at__lt=100))

    def numbered(self, number: str):
        """The actions of that number: 3.2 is the second action of the third priority."""
        priority, dot, order = number.partition(".")
        if not (dot and _is_small_number(priority) and _is_small_number(order)):
            return self.none()
        return self.filter(priority__number=int(priority), order=int(order))


def check_active(field: str, holders: models.QuerySet) -> None:
    """Raises ValidationError for ``field`` where one of them takes over nothing any more.

    Within a transaction the rows stay locked, so that nobody leaves at the same moment.
    """
    if transaction.get_connection().in_atomic_block:
        hold_chain()
        holders = holders.select_for_update(no_key=True)
    gone = [str(holder) for holder in holders.order_by("pk") if not holder.is_active]
    if gone:
        words = {"name": "、".join(gone)}
        raise ValidationError({field: _("%(name)s is not active any more.") % words})


def _is_small_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 4 and digits[0] != "0"


class Action(Recorded):
    """A sub-action, the unit of tracking (举措). Its number never changes and is never reused."""

    priority = models.ForeignKey(
        Priority, verbose_name=_("priority"), related_name="actions", on_delete=models.PROTECT
    )
    order = models.PositiveSmallIntegerField(
        _("place"),
        validators=[MinValueValidator(1)],
        help_text=_("The second part of the number: 2 makes 3.2 in priority 3."),
    )
    text = models.CharField(_("action"), max_length=500)
    measure = models.TextField(_("measure of success"), blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    original_due = models.DateField(_("original due date"), null=True, editable=False)
    lead_unit = models.ForeignKey(
        Unit,
        verbose_name=_("lead unit"),
        related_name="led_actions",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    supporting_units = models.ManyToManyField(
        Unit, verbose_name=_("supporting units"), related_name="supported_actions", blank=True
    )
    owner = models.ForeignKey(
        User,
        verbose_name=_("owner"),
        related_name="owned_actions",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    starts_at = models.PositiveSmallIntegerField(
        _("percent to begin with"),
        null=True,
        blank=True,
        editable=False,
        validators=[MaxValueValidator(99)],
    )
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancelled_reason = models.TextField(_("why cancelled"), blank=True)
    history = history(m2m_fields=[supporting_units])

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["priority__number", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["priority", "order"],
                name="action_number_unique",
                violation_error_message=_("This number is already taken in the priority."),
            ),
            models.CheckConstraint(
                condition=models.Q(order__gte=1),
                name="action_order_from_one",
                violation_error_message=_("Numbers begin with 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(lead_unit__isnull=True)
                | models.Q(start__isnull=False, due__isnull=False),
                name="action_assigned_with_dates",
                violation_error_message=_("An assigned action needs a start and a due date."),
            ),
            models.CheckConstraint(
                condition=models.Q(start__isnull=True)
                | models.Q(due__isnull=True)
                | models.Q(due__gte=models.F("start")),
                name="action_due_not_before_start",
                violation_error_message=_("The due date cannot lie before the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True) | models.Q(lead_unit__isnull=False),
                name="action_owner_needs_lead_unit",
                violation_error_message=_("Choose the lead unit before the owner."),
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_on__isnull=True, cancelled_reason="")
                | (models.Q(cancelled_on__isnull=False) & ~models.Q(cancelled_reason="")),
                name="action_cancelled_with_reason",
                violation_error_message=_("A cancelled action needs a day and a reason."),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.text}"

    def get_absolute_url(self):
        return reverse("action", args=[self.priority.plan.slug, self.number])

    @property
    def number(self) -> str:
        return f"{self.priority.number}.{self.order}"

    @cached_property
    def is_measured(self) -> bool:
        """Whether it has a target that is counted; a query that asks has put it here already."""
        return self.targets.standing().exists()

    def save(self, *args, **kwargs):
        self.original_due = self.original_due or self.due
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.priority_id:
            self.priority.plan.check_open()
        names = ("priority_id", "order", "lead_unit_id", "owner_id")
        stored = Action.objects.filter(pk=self.pk).order_by() if self.pk else Action.objects.none()
        priority, order, unit, owner = stored.values_list(*names).first() or (None,) * len(names)
        self._check_number_is_kept((priority, order))
        self._check_new_holders_are_active(unit, owner)
        if (owner, unit) != (self.owner_id, self.lead_unit_id):
            self._check_owner_is_of_lead_unit()

    def _check_number_is_kept(self, stored: tuple) -> None:
        if self.pk:
            if stored != (None, None) and stored != (self.priority_id, self.order):
                raise ValidationError({"order": _("The number of an action never changes.")})
        elif Action.history.filter(priority_id=self.priority_id, order=self.order).exists():
            raise ValidationError({"order": _("The number of an action is never used again.")})

    def _check_new_holders_are_active(self, unit: int | None, owner: int | None) -> None:
        if self.lead_unit_id and self.lead_unit_id != unit:
            check_active("lead_unit", Unit.objects.filter(pk=self.lead_unit_id))
        if self.owner_id and self.owner_id != owner:
            check_active("owner", User.objects.filter(pk=self.owner_id))

    def check_supporting(self, units: Iterable[Unit], stored: set[int] | None = None) -> None:
        """Raises ValidationError where a unit that is not active is to support from now on."""
        if stored is None:
            stored = self._supporting() if self.pk else set()
        new = {unit.pk for unit in units} - stored
        if new:
            check_active("supporting_units", Unit.objects.filter(pk__in=new))

    def _check_owner_is_of_lead_unit(self) -> None:
        if not (self.owner_id and self.lead_unit_id):
            return
        if not self.owner.units.filter(pk=self.lead_unit_id).exists():
            raise ValidationError(
                {
                    "owner": _("%(person)s is not in the lead unit %(unit)s.")
                    % {"person": self.owner, "unit": self.lead_unit}
                }
            )

    def lock(self) -> None:
        """Until the transaction ends nobody else changes this action or speaks of it.

        No key: a row that only refers to the action may be stored meanwhile.
        """
        hold_chain()
        if not transaction.get_connection().features.has_select_for_update:
            return  # SQLite has one writer at a time
        rows = Action.objects.select_for_update(no_key=True).filter(pk=self.pk)
        list(rows.order_by().values_list("pk"))

    def assign(
        self, *, by: User, changes: dict[str, object], reason: str = "", door: str = Door.PAGE
    ) -> bool:
        """Set who does the action and by when; the old values stay in the history.

        ``changes`` maps field names (lead_unit, supporting_units, owner, start, due, measure) to
        their new values; what it does not name stays. Returns whether anything changed. Raises
        ValidationError, with nothing stored, where the row would break a rule or where a due date
        that stood is moved without a reason.
        """
        with all_or_nothing(savepoint=False):
            return self._assign(changes, by=by, reason=reason, door=door)

    def _assign(self, changes: dict[str, object], *, by: User, reason: str, door: str) -> bool:
        self.priority.plan.check_still_open()
        stored = self._supporting()
        supporting = changes.get("supporting_units")
        fields = {name: value for name, value in changes.items() if name != "supporting_units"}
        before = {name: getattr(self, name) for name in (*fields, "start", "due")}
        for name, value in fields.items():
            setattr(self, name, value)
        self.fill_dates()
        if before["due"] and self.due != before["due"] and not reason:
            raise ValidationError({"reason": _("Say why the due date moves.")})
        changed = any(getattr(self, name) != value for name, value in before.items())
        self.full_clean(exclude=["priority", "order"])  # they stay
        if supporting is not None:
            self.check_supporting(supporting, stored)
        if self._set_supporting(supporting, stored) or changed:
            self.save_checked(by=by, reason=reason, door=door)
            return True
        return False

    def _supporting(self) -> set[int]:
        return set(self.supporting_units.order_by().values_list("pk", flat=True))

    def fill_dates(self) -> None:
        """An action that has a lead runs the plan's year where nothing else is said."""
        if self.lead_unit_id:
            self.start = self.start or self.priority.plan.start
            self.due = self.due or self.priority.plan.end

    def _set_supporting(self, units: Iterable[Unit] | None, stored: set[int]) -> bool:
        """Store the supporting units; the history row is written by the save that follows."""
        wanted = (stored if units is None else {unit.pk for unit in units}) - {self.lead_unit_id}
        if wanted == stored:
            return False
        self.skip_history_when_saving = True
        self.supporting_units.set(wanted)
        del self.skip_history_when_saving
        return True

    def set_milestones(
        self,
        milestones: Iterable[Recorded],
        *,
        by: User,
        reason: str = "",
        door: str = Door.PAGE,
    ) -> bool:
        """Make these the action's milestones: save the new and the changed, drop the others.

        Returns whether anything changed. Raises ValidationError, with nothing stored, where a
        milestone breaks a rule.
        """
        wanted = list(milestones)
        stored = {milestone.pk: milestone for milestone in self.milestones.all()}
        gone = stored.keys() - {milestone.pk for milestone in wanted}
        changed = [row for row in wanted if not row.is_same_as(stored.get(row.pk))]
        if not gone and not changed:
            return False
        with all_or_nothing(savepoint=True):
            self.priority.plan.check_still_open()
            for pk in gone:
                stored[pk].sign_change(by=by, reason=reason, door=door)
                stored[pk].delete()
            for milestone in changed:
                milestone.action = self
                milestone.save_change(by=by, reason=reason, door=door)
        return True

    def cancel(self, *, by: User, on: date, reason: str) -> None:
        """Withdraw the action with a reason; it leaves every denominator from that day on."""
        with all_or_nothing(savepoint=False):
            self.priority.plan.check_still_open()
            self.cancelled_on, self.cancelled_reason = on, reason
            self.save_change(by=by, reason=reason)
