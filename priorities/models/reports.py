"""The periodic report: a draft that is edited, and what is frozen when it is issued.

A draft is rows: heads, figures, and passages, each with the computed and perhaps an edited text.
Issuing writes rows of their own that are never changed again: the data with the words
(``IssuedReport``) and the files (``IssuedFile``). Nobody composes anything here: see ``reports``.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..periods import Period
from .issued import FileToFreeze, IssuedFile, IssuedReport, sha256_of
from .judged import Judged
from .people import User
from .plan import Plan
from .progress import ProgressEntry


class AlreadyIssued(Exception):
    """The report is issued: nothing in it changes any more."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since it was read; ``row`` is how it stands now."""

    def __init__(self, row: models.Model):
        super().__init__(row)
        self.row = row


class ReportQuerySet(models.QuerySet):
    def of_plan(self, plan: Plan):
        return self.filter(plan=plan)

    def on_period(self, period: Period, kind: str):
        """The one report of that kind on a period, be it a draft; its corrections are left out."""
        of_kind = self.filter(start=period.start, end=period.end, kind=kind)
        return of_kind.filter(replaces__isnull=True)

    def issued(self):
        return self.filter(issued__isnull=False)

    def standing(self):
        """Issued, and not replaced by an issued correction."""
        return self.issued().exclude(correction__issued__isnull=False)

    def newest_first(self):
        return self.order_by("-end", "-start", "-pk")

    def listed(self):
        """With who drafted, issued and corrected each, and without the figures, which are large."""
        people = ("plan", "by", "issued__by", "replaces", "correction__issued")
        large = ("facts", "replaces__facts", "correction__facts")
        frozen = ("issued__data", "correction__issued__data")
        return self.select_related(*people).defer(*large, *frozen)


class Report(Judged):
    """A circular on a plan's progress in a period (进展情况通报), or the one-page brief."""

    class Kind(models.TextChoices):
        CIRCULAR = "circular", pgettext_lazy("report", "Circular")
        BRIEF = "brief", pgettext_lazy("report", "Brief")

    HEADS = ("masthead", "number", "title", "addressee", "signature", "signed_on")

    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), related_name="reports", on_delete=models.PROTECT
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CIRCULAR)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    masthead = models.CharField(_("masthead"), max_length=60)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=200)
    addressee = models.CharField(_("addressee"), max_length=200)
    signature = models.CharField(_("signed by (organ)"), max_length=60)
    signed_on = models.DateField(
        _("date under the text"),
        null=True,
        blank=True,
        help_text=_("Left empty: the day on which the report is issued."),
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        related_name="correction",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    facts = models.JSONField(_("figures"), default=dict)
    composed_at = models.DateTimeField(_("composed at"), default=timezone.now)
    by = models.ForeignKey(
        User,
        verbose_name=_("drafted by"),
        related_name="reports",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("Empty: drafted by a timer."),
    )
    at = models.DateTimeField(_("drafted at"), default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-end", "-start", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["circular", "brief"]),
                name="report_kind_known",
                violation_error_message=_("Choose a circular or a brief."),
            ),
            models.CheckConstraint(
                condition=models.Q(end__gte=models.F("start")),
                name="report_ends_after_start",
                violation_error_message=_("The last day cannot lie before the first."),
            ),
            models.UniqueConstraint(
                fields=["plan", "start", "end", "kind"],
                condition=models.Q(replaces__isnull=True),
                name="report_one_per_period",
                violation_error_message=_("There is already such a report on this period."),
            ),
            models.UniqueConstraint(
                fields=["plan", "number"],
                condition=~models.Q(number=""),
                name="report_number_unique",
                violation_error_message=_("Another report already has this document number."),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self):
        return reverse("circular", args=[self.plan.slug, self.pk])

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def is_issued(self) -> bool:
        return hasattr(self, "issued")

    @property
    def is_replaced(self) -> bool:
        """Whether an issued correction has taken its place."""
        return hasattr(self, "correction") and self.correction.is_issued

    @property
    def fingerprint(self) -> str:
        """Names the draft as it stands: its heads, each passage, and what was said of it."""
        passages = self.passages.order_by("pk").values_list("pk", "version", "order")
        comments = self.comments.order_by("pk").values_list("pk", flat=True)
        return sha256_of(repr((self.version, list(passages), list(comments))))

    @classmethod
    @transaction.atomic
    def open(
        cls,
        *,
        plan: Plan,
        period: Period,
        kind: str,
        heads: dict,
        facts: dict,
        passages: Iterable["Passage"],
        by: User | None,
        at: datetime | None = None,
        replaces: "Report | None" = None,
    ) -> "Report":
        """Store a new draft. ``passages`` are unsaved and in order.

        Raises ValidationError where the period already has a report of this kind, and
        for a correction of what is not issued or is corrected already.
        """
        if replaces and not replaces.is_issued:
            raise ValidationError(_("Only an issued report is corrected by another one."))
        at = at or timezone.now()
        report = cls(plan=plan, kind=kind, start=period.start, end=period.end, **heads)
        report.facts, report.replaces, report.by = facts, replaces, by
        report.at = report.composed_at = at
        report.full_clean()
        try:
            with transaction.atomic():
                report.save(force_insert=True)
        except IntegrityError:
            # Somebody has drafted the same since it was looked for: say so as the check does.
            report.full_clean()
            raise
        for order, passage in enumerate(passages, start=1):
            passage.report, passage.order = report, order
        Passage.objects.bulk_create(passages)
        return report

    def locked(self, version: int | None = None) -> "Report":
        """The row as it stands, for a change within a transaction.

        Raises AlreadyIssued, and ChangedMeanwhile where it is no longer of that version.
        """
        row = Report.objects.select_for_update().get(pk=self.pk)
        if row.is_issued:
            raise AlreadyIssued
        if version is not None and row.version != version:
            raise ChangedMeanwhile(row)
        return row

    @transaction.atomic
    def set_heads(self, *, by: User, version: int | None = None, **heads) -> None:
        """Change number, title, addressee and the like. Raises as ``locked`` does."""
        row = self.locked(version)
        for name in heads.keys() & set(self.HEADS):
            setattr(row, name, heads[name])
        row.version += 1
        row.full_clean()
        row.save()
        self.refresh_from_db()

    @transaction.atomic
    def recompose(self, *, facts: dict, passages: Iterable["Passage"], at: datetime) -> None:
        """Take in figures and computed texts that were composed anew; edited words stay.

        A passage that is new to the draft comes in as ``passages`` has it. One that is no longer
        computed goes, unless somebody edited it; where what its entry says does not count any
        more, its words are kept among those that are left out. Raises AlreadyIssued.
        """
        row = self.locked()
        stored = list(row.passages.select_for_update())
        merged = _merged(stored, list(passages))
        _leave_out_uncounted(merged)
        kept = {passage.pk for passage in merged if passage.pk}
        Passage.objects.filter(pk__in={p.pk for p in stored} - kept).delete()
        for order, passage in enumerate(merged, start=1):
            passage.report, passage.order = row, order
            passage.save()
        row.facts, row.composed_at = facts, at
        row.version += 1
        row.save()
        self.refresh_from_db()

    @transaction.atomic
    def add_passage(
        self, *, after: "Passage", text: str, by: User, nonce: uuid.UUID | None = None
    ) -> "Passage":
        """Write a paragraph of one's own behind another one. Raises AlreadyIssued.

        ``nonce`` is the key of the form that has its words (``acts.once``).
        """
        row = self.locked()
        key = f"{Passage.OWN}{(nonce or uuid.uuid4()).hex}"
        row.passages.filter(order__gt=after.order).update(order=models.F("order") + 1)
        passage = Passage(
            report=row,
            key=key,
            section=after.section,
            style=Passage.Style.TEXT,
            order=after.order + 1,
        )
        passage.sign(by, edited=text)
        passage.full_clean()
        passage.save()
        return passage

    @transaction.atomic
    def comment(
        self,
        *,
        by: User,
        text: str,
        passage: "Passage | None" = None,
        nonce: uuid.UUID | None = None,
    ) -> "ReportComment":
        """A word for colleagues; it never gets into the issued text. Raises AlreadyIssued.

        ``nonce`` is taken as in ``add_passage``.
        """
        self.locked()
        comment = ReportComment(report=self, passage=passage, text=text.strip(), by=by)
        comment.nonce = nonce
        comment.full_clean()
        comment.save()
        return comment

    @transaction.atomic
    def freeze(
        self, *, data: str, files: Iterable["FileToFreeze"], by: User, at: datetime
    ) -> "IssuedReport":
        """Store what is issued, once and for all: data with the words, and the files.

        Raises AlreadyIssued where somebody was faster, ValidationError without a number.
        """
        row = self.locked()
        if not row.number.strip():
            raise ValidationError({"number": _("Give the report its document number first.")})
        issued = IssuedReport(report=row, data=data, sha256=sha256_of(data), by=by, at=at)
        try:
            with transaction.atomic():
                issued.full_clean()
                issued.save()
        except IntegrityError as error:
            raise AlreadyIssued from error
        for file in files:
            IssuedFile.of(issued, file).save()
        return issued


def _merged(stored: list["Passage"], computed: list["Passage"]) -> list["Passage"]:
    """The passages in their new order; edited ones that are no longer computed keep their place."""
    of = {passage.key: passage for passage in stored}
    merged = [of[p.key].recomputed(p) if p.key in of else p for p in computed]
    places = {p.key: place for place, p in enumerate(merged)}
    left = [p for p in stored if p.key not in places and p.edited]
    before = {b.key: a.key for a, b in pairwise(stored)}
    for passage in left:
        passage.computed = ""
        place = _place_of(before.get(passage.key), merged)
        merged.insert(place, passage)
    return merged


def _leave_out_uncounted(passages: list["Passage"]) -> None:
    """The office took back what it had decided: nobody vouches for these words any more."""
    gone = [p for p in passages if p.entry_id and not p.computed]
    counts = ProgressEntry.objects.filter(pk__in=[p.entry_id for p in gone]).accepted()
    counted = set(counts.values_list("pk", flat=True))
    for passage in gone:
        passage.is_out = passage.is_out or passage.entry_id not in counted


def _place_of(key: str | None, passages: list["Passage"]) -> int:
    """Behind the passage of that key, or at the end."""
    for place, passage in enumerate(passages):
        if passage.key == key:
            return place + 1
    return len(passages)


class Passage(Judged):
    """What is edited as one: a heading, a sentence, a paragraph, or the place of a table.

    A sentence from an entry is a passage of its own, so that it can be traced, edited and left
    out alone; ``continues`` says that it goes on in the paragraph of the passage before it.
    """

    OWN = "own."

    class Section(models.TextChoices):
        LEAD_IN = "lead_in", pgettext_lazy("report", "Lead-in")
        OVERVIEW = "overview", pgettext_lazy("report", "Overall")
        PRIORITIES = "priorities", pgettext_lazy("report", "Progress by priority")
        PROBLEMS = "problems", pgettext_lazy("report", "Problems")
        NEXT = "next", pgettext_lazy("report", "Next steps")

    class Style(models.TextChoices):
        HEADING = "heading", _("heading")
        SUBHEADING = "subheading", _("subheading")
        ITEM = "item", _("numbered item")
        TEXT = "text", _("text")
        TABLE = "table", _("table")
        FIGURE = "figure", _("figure")

    report = models.ForeignKey(
        Report, verbose_name=_("report"), related_name="passages", on_delete=models.CASCADE
    )
    key = models.CharField(max_length=60)
    section = models.CharField(_("section"), max_length=10, choices=Section.choices)
    style = models.CharField(_("style"), max_length=10, choices=Style.choices)
    order = models.PositiveIntegerField(_("order"))
    continues = models.BooleanField(_("goes on in the same paragraph"), default=False)
    computed = models.TextField(_("computed text"), blank=True)
    edited = models.TextField(_("edited text"), blank=True)
    basis = models.TextField(_("computed text at the time of editing"), blank=True)
    is_out = models.BooleanField(_("left out"), default=False)
    entry = models.ForeignKey(
        ProgressEntry,
        verbose_name=_("entry"),
        related_name="passages",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    number = models.CharField(_("action"), max_length=9, blank=True)
    by = models.ForeignKey(
        User,
        verbose_name=_("edited by"),
        related_name="passages",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(_("edited at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["report", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "key"],
                name="passage_key_unique",
                violation_error_message=_("The report already has this passage."),
            ),
        ]

    def __str__(self):
        return f"{self.key}: {self.text[:40]}"

    @property
    def text(self) -> str:
        return self.edited or self.computed

    @property
    def is_own(self) -> bool:
        """Written by the office, or no longer computed: there is nothing to put it back to."""
        return not self.computed

    def sign(self, by: User, **values) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self.by, self.at = by, timezone.now()

    def recomputed(self, fresh: "Passage") -> "Passage":
        """This passage with what was computed anew; edited words, and whether it is out, stay."""
        for name in ("section", "style", "continues", "computed", "entry", "number"):
            setattr(self, name, getattr(fresh, name))
        return self

    def edit(self, *, by: User, text: str, version: int | None = None) -> None:
        """Say it in other words; the computed ones, or none, put it back.

        Raises AlreadyIssued, and ChangedMeanwhile where it is no longer of that version.
        """
        text = text.strip()
        if self.is_own and not text:
            raise ValidationError({"text": _("Write something, or move the paragraph out.")})
        edited = "" if text == self.computed else text
        self._change(by, version, edited=edited, basis=self.computed if edited else "")

    def put_back(self, *, by: User, version: int | None = None) -> None:
        """Back to the computed text. Raises as ``edit`` does."""
        if self.is_own:
            raise ValidationError(_("There is no computed text to put back."))
        self._change(by, version, edited="", basis="")

    def move_out(self, *, by: User, version: int | None = None) -> None:
        """Leave it out of the text; it can be moved in again. Raises as ``edit`` does."""
        self._change(by, version, is_out=True)

    def move_in(self, *, by: User, version: int | None = None) -> None:
        self._change(by, version, is_out=False)

    @transaction.atomic
    def _change(self, by: User, version: int | None, **values) -> None:
        self.report.locked()
        row = Passage.objects.select_for_update().get(pk=self.pk)
        if version is not None and row.version != version:
            raise ChangedMeanwhile(row)
        row.sign(by, **values)
        row.version += 1
        row.save()
        self.refresh_from_db()


class ReportComment(Judged):
    """What colleagues say to each other about a draft."""

    report = models.ForeignKey(
        Report, verbose_name=_("report"), related_name="comments", on_delete=models.CASCADE
    )
    passage = models.ForeignKey(
        Passage,
        verbose_name=_("passage"),
        related_name="comments",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    text = models.TextField(_("comment"))
    by = models.ForeignKey(
        User, verbose_name=_("said by"), related_name="report_comments", on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("said at"), default=timezone.now)
    nonce = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nonce"],
                name="report_comment_nonce_unique",
                violation_error_message=_("This comment has already been said."),
            ),
        ]

    def __str__(self):
        return f"{self.by}: {self.text[:40]}"
