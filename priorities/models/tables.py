"""Tables that offices hand in: what is put aside between two steps, and heads that are known."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..names import letters
from .documents import SourceDocument
from .imports import FileImport
from .people import User
from .plan import Plan
from .put_aside import PutAside

LONGEST_HEAD = 60
"""Characters of the head of a column; what is longer is a sentence, and is not remembered."""


class TableIntakeQuerySet(models.QuerySet):
    def open(self):
        """Those that may still be taken up: nothing came of them, nobody threw them away."""
        return self.filter(made__isnull=True, taken__isnull=True, discarded_at__isnull=True)

    def listed(self):
        """The latest first, without the cells of the table and its text."""
        heavy = ("grid", "choices", "document__text")
        return self.select_related("document", "by", "changed_by").defer(*heavy)


class TableIntake(PutAside):
    """A table that is being taken in: as it was read, and what people chose on the page since.

    ``plan`` is the running plan of which it tells the progress; without it a new plan is made.
    What stands in ``grid`` and ``choices``, ``priorities.plans.tables`` knows.
    """

    MAKES = "made"

    document = models.ForeignKey(
        SourceDocument,
        verbose_name=_("source document"),
        related_name="intakes",
        on_delete=models.PROTECT,
    )
    plan = models.ForeignKey(
        Plan,
        verbose_name=_("plan"),
        related_name="table_intakes",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    grid = models.JSONField(_("table"))
    choices = models.JSONField(_("choices"), default=dict)
    by = models.ForeignKey(
        User, verbose_name=_("begun by"), related_name="table_intakes", on_delete=models.PROTECT
    )
    made = models.OneToOneField(
        Plan,
        verbose_name=_("plan that was made"),
        related_name="table",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    taken = models.OneToOneField(
        FileImport,
        verbose_name=_("import"),
        related_name="table",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )

    objects = TableIntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("table being taken in")
        verbose_name_plural = _("tables being taken in")
        ordering = ["-changed_at", "-pk"]

    def __str__(self):
        return str(self.document)

    @property
    def is_open(self) -> bool:
        return not (self.made_id or self.taken_id or self.discarded_at)


class TableHeading(models.Model):
    """What the head of a column means in this office, as somebody set it by hand."""

    words = models.CharField(_("head"), max_length=LONGEST_HEAD)
    column = models.CharField(
        _("column"),
        max_length=20,
        blank=True,
        help_text=_("Left empty where the column is to be passed over."),
    )
    by = models.ForeignKey(
        User, verbose_name=_("set by"), related_name="+", on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("set at"), default=timezone.now)

    class Meta:
        verbose_name = _("head of a table")
        verbose_name_plural = _("heads of tables")
        ordering = ["words"]
        constraints = [
            models.UniqueConstraint(
                fields=["words"],
                name="table_heading_unique",
                violation_error_message=_("This head is already known."),
            ),
        ]

    def __str__(self):
        return self.words

    @classmethod
    def known(cls) -> dict[str, str]:
        """Head, as heads are compared → name of the column."""
        return dict(cls._default_manager.values_list("words", "column"))

    @classmethod
    def remember(cls, columns: dict[str, str], *, by: User) -> None:
        """Head → name of the column, from now on; within the transaction of who set them."""
        folded = {letters(words): column for words, column in columns.items()}
        now = timezone.now()
        rows = [
            cls(words=words, column=column, by=by, at=now)
            for words, column in folded.items()
            if words and len(words) <= LONGEST_HEAD
        ]
        cls._default_manager.bulk_create(
            rows,
            update_conflicts=True,
            update_fields=["column", "by", "at"],
            unique_fields=["words"],
        )
