"""The history that plan, people and units keep of themselves: who, when, why, by which door."""

from datetime import date, datetime, time, timedelta

from django.db import models, transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import post_create_historical_record, pre_create_historical_record

from .chain import WrittenOnce, hold_chain
from .judged import Judged


def end_of(day: date) -> datetime:
    """The moment at which a day is over, in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day + timedelta(1), time.min))


class Door(models.TextChoices):
    """The way by which a change came in."""

    PAGE = "page", _("page")
    BULK = "bulk", _("bulk change")
    ADMIN = "admin", _("admin panel")
    COMMAND = "command", _("command")
    IMPORT = "import", _("file handed in")


class Change(WrittenOnce):
    """What every row of history carries beside the values themselves; it is sealed as entries are.

    So a migration never rewrites one: what it changes in a row, it records with a row of its own.
    """

    door = models.CharField(_("door"), max_length=10, choices=Door.choices, default=Door.COMMAND)

    class Meta:
        abstract = True


OUR_REASONS = {
    "据来源文件录入": _("Loaded from the source document"),
    "撤回了这一改动": _("The change was taken back"),
    "变更记录开始封存时的状态": _("As it stood when recorded changes came under the chain"),
}
"""What the program itself gives as a reason; all others are people's own words."""


def reason_in_words(record: models.Model) -> str:
    """Why a row was changed, as its reader says it."""
    reason = record.history_change_reason or ""
    return str(OUR_REASONS.get(reason, reason))


def history(**options) -> HistoricalRecords:
    """The history of a model, with a reason of any length where one is given."""
    return HistoricalRecords(
        bases=[Change],
        m2m_bases=[WrittenOnce],
        history_change_reason_field=models.TextField(null=True),
        **options,
    )


class Recorded(Judged):
    """A row whose every change is kept, with the person, the reason and the door."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """With its record of history, both or none."""
        with transaction.atomic(savepoint=False):
            hold_chain()
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            hold_chain()
            return super().delete(*args, **kwargs)

    def save_change(self, *, by, reason: str = "", door: str = Door.PAGE, **save_options) -> None:
        """Check the whole row, save it, and record who changed it, why, and by which door.

        Raises ValidationError where the row breaks a rule; nothing is stored then.
        """
        self.full_clean()
        self.save_checked(by=by, reason=reason, door=door, **save_options)

    def save_checked(self, *, by, reason: str = "", door: str = Door.PAGE, **save_options) -> None:
        """The same where the whole row has just been checked."""
        self.sign_change(by=by, reason=reason, door=door)
        self.save(**save_options)

    def sign_change(self, *, by, reason: str = "", door: str = Door.PAGE) -> None:
        """Say who makes the next change, why, and by which door, without saving it yet."""
        self._history_user = by
        self._change_reason = reason or None
        self._change_door = door


@receiver(pre_create_historical_record)
def note_the_door(instance, history_instance, **kwargs):
    history_instance.door = getattr(instance, "_change_door", Door.COMMAND)


@receiver(post_create_historical_record)
def forget_the_signature(instance, **kwargs):
    """A signature is good for one change: the next one must say its own."""
    for name in ("_history_user", "_change_reason", "_change_door"):
        instance.__dict__.pop(name, None)
