"""What changed a plan or its units during the year, act by act, and how an act is taken back.

The words and values themselves stand in the sealed histories. Here stands which rows of history
belong to one act, so that it can be named as one, and taken back as one where nothing followed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .chain import all_or_nothing
from .changes import Recorded
from .lineage import Lineage
from .milestones import Milestone
from .people import Unit, User
from .phases import Life
from .plan import Action, Plan, Priority
from .progress import ProgressEntry

TAKEN_BACK = "撤回了这一改动"
"""The reason that the history gives for a row that an act had changed (``changes.OUR_REASONS``)."""

MODELS = {
    "unit": Unit,
    "user": User,
    "priority": Priority,
    "action": Action,
    "milestone": Milestone,
    "lineage": Lineage,
}
"""The rows that an act may touch, so that each stands before what refers to it."""


def records_of(acts: Iterable["Amendment"]) -> dict[str, dict[int, models.Model]]:
    """The rows of history that acts found and left, by kind and key, in a query for each kind."""
    keys = {name: set() for name in MODELS}
    for act in acts:
        for name, _key, before, after in act.touched:
            keys[name] |= {before, after} - {None}
    return {name: MODELS[name].history.in_bulk(found) for name, found in keys.items()}


class CannotUndo(ValidationError):
    """Something followed on the act, or it was taken back already; the message says what."""


class Amendment(models.Model):
    """One act by which a plan, or the units of all plans, changed during the year."""

    class Kind(models.TextChoices):
        PRIORITY_ADDED = "priority_added", pgettext_lazy("amendment", "priority added")
        PRIORITY_REWORDED = "priority_reworded", pgettext_lazy("amendment", "priority reworded")
        ACTION_ADDED = "action_added", pgettext_lazy("amendment", "action added")
        ACTION_REWORDED = "action_reworded", pgettext_lazy("amendment", "action reworded")
        WITHDRAWN = "withdrawn", pgettext_lazy("amendment", "action withdrawn")
        SPLIT = "split", pgettext_lazy("amendment", "action split")
        MERGED = "merged", pgettext_lazy("amendment", "actions merged")
        UNIT_RENAMED = "unit_renamed", pgettext_lazy("amendment", "unit renamed")
        UNITS_MERGED = "units_merged", pgettext_lazy("amendment", "units merged")
        UNIT_SPLIT = "unit_split", pgettext_lazy("amendment", "unit split")
        UNIT_DISSOLVED = "unit_dissolved", pgettext_lazy("amendment", "unit dissolved")

    plan = models.ForeignKey(
        Plan,
        verbose_name=_("plan"),
        related_name="amendments",
        null=True,
        on_delete=models.CASCADE,
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    on = models.DateField(pgettext_lazy("amendment", "from"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    at = models.DateTimeField(_("recorded at"), default=timezone.now)
    # What each touched row was, and is, by the keys of its history: [kind, key, before, after].
    touched = models.JSONField(default=list)
    # Of a reform: which units it was about, and which went on.
    details = models.JSONField(default=dict)
    undone_by = models.ForeignKey(User, related_name="+", null=True, on_delete=models.PROTECT)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("change of the plan")
        verbose_name_plural = _("changes of the plan")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="amendment_has_reason",
                violation_error_message=_("Say why; a few words are enough."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.on}"

    def keys(self, kind: str) -> list[int]:
        """The primary keys of the rows of a kind that it touched, in the order of touching."""
        return list(dict.fromkeys(key for name, key, *_ in self.touched if name == kind))

    def made(self, kind: str) -> list[int]:
        """Those of them that it made."""
        return [key for name, key, before, _after in self.touched if name == kind and not before]

    def why_it_stays(self) -> str:
        """Why it cannot be taken back any more; empty where it can."""
        if self.undone_at:
            return _("This was taken back already.")
        if self._plans().filter(phase=Life.CLOSED).exists():
            return _("A plan that it changed is closed by now, so it cannot be taken back.")
        if self._was_changed_since():
            return _("It was changed again since, so it cannot be taken back.")
        if self._is_built_on():
            return _("Something was recorded on it since, so it cannot be taken back.")
        if self._is_reported():
            return _("A report has been issued since, so it cannot be taken back.")
        return ""

    def _was_changed_since(self) -> bool:
        for name, model in MODELS.items():
            after = {key: last for kind, key, _before, last in self.touched if kind == name}
            if after and after != _last_records(model, after):
                return True
        return False

    def _is_built_on(self) -> bool:
        actions = self.keys("action")
        if ProgressEntry.objects.filter(action__in=actions, at__gte=self.at).exists():
            return True
        made = {name: set(self.made(name)) for name in MODELS}
        return any(
            _refers(model, made[name], {kind: set(self.keys(kind)) for kind in MODELS})
            for name, model in MODELS.items()
            if made[name]
        )

    def _is_reported(self) -> bool:
        return self._plans().filter(reports__issued__at__gte=self.at).exists()

    def _plans(self) -> models.QuerySet:
        """Those in which it touched anything."""
        plans = Plan.objects.filter(priorities__actions__in=self.keys("action")).values("pk")
        wanted = Q(pk__in=plans) | Q(priorities__in=self.keys("priority")) | Q(pk=self.plan_id)
        return Plan.objects.filter(wanted)

    def undo(self, *, by: User) -> None:
        """Every row as it was before; what the act made goes, and its number stays used.

        Raises CannotUndo, with nothing stored, where something followed.
        """
        with all_or_nothing(savepoint=True):
            row = Amendment.objects.select_for_update().get(pk=self.pk)
            if why := row.why_it_stays():
                raise CannotUndo(why)
            row._put_back(by)
            row.undone_by, row.undone_at = by, timezone.now()
            row.save(update_fields=["undone_by", "undone_at"])
        self.refresh_from_db()

    def _put_back(self, by: User) -> None:
        try:
            with transaction.atomic():
                for name, model in MODELS.items():
                    _restore(model, self._befores(name), by)
                for name, model in reversed(MODELS.items()):
                    _remove(model, self.made(name), by)
        except (IntegrityError, models.ProtectedError) as error:
            said = _("Something else stands in its place by now, so it cannot be taken back.")
            raise CannotUndo(said) from error

    def _befores(self, name: str) -> list[int]:
        """The records that stood before, where one stood, last touched first."""
        rows = [before for kind, _key, before, _after in self.touched if kind == name and before]
        return rows[::-1]


def _last_records(model: type[Recorded], keys: Iterable[int]) -> dict[int, int]:
    rows = model.history.filter(id__in=list(keys)).order_by()
    return dict(rows.values("id").annotate(last=Max("history_id")).values_list("id", "last"))


def _refers(model: type[Recorded], made: set[int], touched: dict[str, set[int]]) -> bool:
    """Whether a row that the act did not touch refers to one that it made."""
    for relation in model._meta.related_objects:
        of = relation.related_model
        rows = of._default_manager.filter(**{f"{relation.field.name}__in": made})
        if rows.exclude(pk__in=touched.get(of._meta.model_name, ())).exists():
            return True
    return False


def _restore(model: type[Recorded], records: list[int], by: User) -> None:
    for history_id in records:
        record = model.history.get(history_id=history_id)
        row = model.objects.get(pk=record.id)
        for field in record.tracked_fields:
            setattr(row, field.attname, getattr(record, field.attname))
        row.skip_history_when_saving = True
        for field in record._history_m2m_fields:
            key = f"{field.m2m_reverse_field_name()}_id"
            held = [getattr(one, key) for one in getattr(record, field.name).all()]
            getattr(row, field.name).set(held)
        del row.skip_history_when_saving
        row.save_checked(by=by, reason=TAKEN_BACK)


def _remove(model: type[Recorded], keys: list[int], by: User) -> None:
    for row in model.objects.filter(pk__in=keys).order_by("-pk"):
        row.sign_change(by=by, reason=TAKEN_BACK)
        row.delete()


@contextmanager
def amending(
    kind: str, *, by: User, on: date, reason: str, plan: Plan | None = None
) -> Iterator[Amendment]:
    """Within it an act is carried out; what it recorded is noted as one, or nothing is stored.

    Raises ValidationError where nothing was changed, or no reason is given.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why; a few words are enough.")})
    with all_or_nothing(savepoint=True):
        if plan:
            plan.check_still_open()
        marks = {name: _newest(model) for name, model in MODELS.items()}
        amendment = Amendment(kind=kind, plan=plan, on=on, reason=reason, by=by)
        yield amendment
        amendment.touched = [row for name in MODELS for row in _touched(name, marks[name])]
        if not amendment.touched:
            raise ValidationError(_("Nothing was changed."))
        amendment.save(force_insert=True)


def _newest(model: type[Recorded]) -> int:
    return model.history.aggregate(last=Max("history_id"))["last"] or 0


def _touched(name: str, mark: int) -> Iterator[list]:
    """The rows of a kind that were recorded since; whoever holds the chain records alone."""
    history = MODELS[name].history
    after: dict[int, int] = {}
    for key, history_id in (
        history.order_by("history_id").filter(history_id__gt=mark).values_list("id", "history_id")
    ):
        after[key] = history_id
    rows = history.filter(id__in=after, history_id__lte=mark).order_by()
    before = dict(rows.values("id").annotate(last=Max("history_id")).values_list("id", "last"))
    for key, history_id in after.items():
        yield [name, key, before.get(key), history_id]
