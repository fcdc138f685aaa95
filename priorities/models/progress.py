"""What units say about their actions, and what the office answers.

Entries, evidence and decisions are written once: a correction is a new entry, an answer is a
row of its own. The state of the plan is computed from them and stored nowhere.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, URLValidator
from django.db import IntegrityError, models, transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..evidence import is_called_picture
from ..lights import Outlook
from ..words import OUTLOOK_WORDS
from .chain import SaidOnce, WrittenOnceQuerySet, all_or_nothing
from .decisions import AlreadyDecided, Decision, DecisionUndone
from .kept_files import digest_of, evidence_storage
from .people import User
from .plan import Action, Plan
from .targets import Counted
from .waiting import WaitingEntry

LARGE_STEP = 30
"""Points between two entries from which a sentence is asked why (DOMAIN: A progress entry)."""

TAKE_BACK_WITHIN = timedelta(minutes=10)
"""How long an entry that counts without review can be taken back by its author."""


REPEATED = ("percent", "next_step", "problems", "help_needed", "outlook", "outlook_reason")
"""What an entry of “nothing changed” says as the last one did."""

STATE_WORDS = {
    "waiting": pgettext_lazy("entry", "Waiting"),
    "accepted": pgettext_lazy("entry", "Accepted"),
    "returned": pgettext_lazy("entry", "Returned"),
    "withdrawn": pgettext_lazy("entry", "Taken back"),
}


class ProgressEntryQuerySet(WrittenOnceQuerySet):
    def _fetch_all(self):
        """Where the decision was joined and there is none, that is known too: no query per row.

        Django sets nothing where a joined FilteredRelation matches no row.
        """
        super()._fetch_all()
        joined = self.query.select_related
        if isinstance(joined, dict) and "decision" in joined:
            for entry in self._result_cache:
                entry.__dict__.setdefault("decision", None)

    def of_plan(self, plan: Plan):
        return self.filter(action__priority__plan=plan)

    def up_to(self, day: date):
        """The entries that speak of that day or of one before it."""
        return self.filter(day__lte=day)

    def accepted(self):
        """What counts: accepted by the office, or born without need of review."""
        return self.filter(
            models.Q(decision__verdict=Decision.Verdict.ACCEPTED)
            | models.Q(needs_review=False, decision__isnull=True)
        )

    def waiting(self):
        """What the office has still to answer: those that need review and have no decision."""
        return self.filter(pk__in=WaitingEntry.objects.values("entry"))

    def standing(self):
        """Accepted or waiting: what its unit has said and nobody has sent back."""
        return self.filter(
            models.Q(decision__verdict=Decision.Verdict.ACCEPTED) | models.Q(decision__isnull=True)
        )

    def not_withdrawn(self):
        """All but what their authors took back."""
        answered = [Decision.Verdict.ACCEPTED, Decision.Verdict.RETURNED]
        is_answered = models.Q(decision__verdict__in=answered)
        return self.filter(models.Q(decision__isnull=True) | is_answered)

    def newest_first(self):
        return self.order_by("-day", "-pk")

    def with_step(self):
        """With ``before``: the percent that stood when the entry was recorded, or None."""
        earlier = ProgressEntry.objects.filter(
            action=models.OuterRef("action"), pk__lt=models.OuterRef("pk")
        )
        last = earlier.standing().newest_first().values("percent")[:1]
        return self.annotate(before=models.Subquery(last))


class ProgressEntries(models.Manager.from_queryset(ProgressEntryQuerySet)):
    """Entries with their ``decision``: the one that stands, where one does.

    It is joined only where a query asks for it. A decision that was taken back stands no more;
    a filtered relation takes no queryset to say so.
    """

    def get_queryset(self):
        """With the filtered relation; it costs nothing where it is not used."""
        undone = RawSQL(f"SELECT decision_id FROM {DecisionUndone._meta.db_table}", [])
        stands = models.FilteredRelation("decisions", condition=~models.Q(decisions__in=undone))
        return super().get_queryset().annotate(decision=stands)


def may_be_taken_back(entry, now: datetime) -> bool:
    """Whether its author may still withdraw an entry: undecided, and waiting or quite new."""
    if entry.decision:
        return False
    return entry.needs_review or now - entry.at <= TAKE_BACK_WITHIN


class ProgressEntry(SaidOnce):
    """One dated statement about one action (进展)."""

    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        related_name="entries",
        on_delete=models.PROTECT,
        db_index=False,
    )
    day = models.DateField(_("day it speaks of"))
    percent = models.PositiveSmallIntegerField(
        _("percent done"), validators=[MaxValueValidator(100)]
    )
    done = models.TextField(_("what was done"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    problems = models.TextField(_("problems"), blank=True)
    help_needed = models.TextField(_("help needed from the district"), blank=True)
    outlook = models.CharField(
        _("outlook"),
        max_length=10,
        choices=list(OUTLOOK_WORDS.items()),
        default=Outlook.ON_COURSE.value,
    )
    outlook_reason = models.TextField(_("reason of the outlook"), blank=True)
    explanation = models.TextField(_("why it fell, jumped or is complete"), blank=True)
    is_unchanged = models.BooleanField(_("nothing changed"), default=False)
    needs_review = models.BooleanField(_("waits for review"), default=True)
    by = models.ForeignKey(
        User, verbose_name=_("recorded by"), related_name="entries", on_delete=models.PROTECT
    )
    at = models.DateTimeField(_("recorded at"), default=timezone.now)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)

    key: tuple | None = None
    """All that a page shows of it, where the page has found that out (``same_tags``)."""

    said_values: tuple = ()
    """The values that it was just recorded with (``TargetValue``)."""

    stood_at: int | None = None
    """The percent of the entry that it was just recorded after as unchanged; else None."""

    is_new = False
    """Whether it was recorded this moment, and nobody has spoken after it."""

    objects = ProgressEntries()

    class Meta:
        verbose_name = _("progress entry")
        verbose_name_plural = _("progress entries")
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(
                "action", models.F("day").desc(), models.F("id").desc(), name="entry_by_day"
            ),
            models.Index("action", models.F("id").desc(), name="entry_by_record"),
            # The few that complete an action: since when it is complete is asked on every page.
            models.Index(
                "action", "day", "id", name="entry_complete", condition=models.Q(percent=100)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["nonce"],
                name="entry_nonce_unique",
                violation_error_message=_("This entry has already been recorded."),
            ),
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100),
                name="entry_percent_0_to_100",
                violation_error_message=_("A percent lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(outlook__in=list(OUTLOOK_WORDS)),
                name="entry_outlook_known",
                violation_error_message=_("Choose one of the three outlooks."),
            ),
            models.CheckConstraint(
                condition=models.Q(outlook=Outlook.ON_COURSE.value) | ~models.Q(outlook_reason=""),
                name="entry_trouble_has_reason",
                violation_error_message=_("Say in a sentence what the risk is."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_unchanged=True) | ~models.Q(done=""),
                name="entry_says_what_was_done",
                violation_error_message=_("Say what was done."),
            ),
        ]

    def __str__(self):
        return f"{self.action} · {self.day} · {self.percent} %"

    def get_absolute_url(self):
        return f"{self.action.get_absolute_url()}#entry-{self.pk}"

    @classmethod
    def record(
        cls,
        *,
        action: Action,
        by: User,
        day: date,
        percent: int | None = None,
        values: Mapping[int, Decimal] | None = None,
        files: Iterable[UploadedFile] = (),
        links: Iterable[str] = (),
        nonce: uuid.UUID | None = None,
        at: datetime | None = None,
        **words,
    ) -> "ProgressEntry":
        """Store what a unit says of an action on a day, with its evidence, all or nothing.

        ``words`` are the entry's text fields, ``outlook`` and ``is_unchanged``. What a supervisor
        records counts at once, as everything does in a plan without review. ``nonce`` is the key
        of the form that said it (``acts.once``); no two entries have the same. Where the action
        has targets, ``values`` maps their primary keys to what is counted, and the percent follows.
        Raises ValidationError, keyed by field, where DOMAIN's rules for an entry are broken.
        """
        files, links = list(files), list(links)
        entry = cls(action=action, by=by, day=day, percent=percent, **words)
        entry.nonce, entry.at = nonce or entry.nonce, at or timezone.now()
        # What the rules compare with is still the last word when this is stored.
        with all_or_nothing(savepoint=bool(files or links)):
            entry._store(cls._last_of(action), files, links, values or {})
        return entry

    @classmethod
    def _last_of(cls, action: Action) -> "ProgressEntry | None":
        """With the phase that the plan is in now: whoever closed it meanwhile was faster."""
        phase = models.F("action__priority__plan__phase")
        last = cls.objects.filter(action=action).standing().newest_first()
        return last.annotate(phase=phase).first()

    def _store(
        self,
        last: "ProgressEntry | None",
        files: list[UploadedFile],
        links: list[str],
        values: Mapping[int, Decimal],
    ) -> None:
        plan = self.action.priority.plan
        plan.check_still_open(last.phase if last else None)
        self.needs_review = plan.requires_review and not self.by.is_staff
        self._check_is_asked()
        counted = self._counted(values)
        self._check_rules(last, counted, has_evidence=bool(files or links))
        self.full_clean(exclude=["nonce"])
        self.save()
        self.said_values = counted.store(self) if counted else ()
        self._store_evidence(files, links)
        self.decision, self.is_new = None, True  # nobody can have answered it yet

    @classmethod
    def record_unchanged(
        cls,
        *,
        action: Action,
        by: User,
        day: date,
        nonce: uuid.UUID | None = None,
        at: datetime | None = None,
    ) -> "ProgressEntry":
        """Say that nothing changed since the last entry: its figures again, in one click.

        Raises ValidationError where nothing was ever reported, and as ``record`` does.
        """
        entry = cls(action=action, by=by, day=day, is_unchanged=True)
        entry.nonce, entry.at = nonce or entry.nonce, at or timezone.now()
        with all_or_nothing(savepoint=False):
            last = cls._last_of(action)
            entry._repeat(last)
            values = last.values_by_target() if action.is_measured else {}
            entry._store(last, [], [], values)
        return entry

    def _repeat(self, last: "ProgressEntry | None") -> None:
        if last is None:
            raise ValidationError(_("Nothing has been reported yet, so nothing can be unchanged."))
        for name in REPEATED:
            setattr(self, name, getattr(last, name))
        self.stood_at = last.percent
        self.explanation = last.explanation if last.percent == 100 else ""

    def values_by_target(self) -> dict[int, Decimal]:
        """What it says of each target, by the target's primary key."""
        return dict(self.target_values.values_list("target", "value"))

    def _counted(self, values: Mapping[int, Decimal]) -> Counted | None:
        """What it says of the action's targets, from which its percent follows; None without."""
        if not self.action.is_measured:
            return None
        counted = Counted(list(self.action.targets.standing()), values)
        self.percent = counted.percent
        return counted

    def _check_is_asked(self) -> None:
        if self.action.cancelled_on:
            raise ValidationError(_("This action is cancelled; nothing is reported for it."))
        if self.action.lead_unit_id is None:
            raise ValidationError(_("This action has no lead unit yet; it must be assigned first."))

    def _check_rules(
        self, last: "ProgressEntry | None", counted: Counted | None, *, has_evidence: bool
    ) -> None:
        self._check_day(self.action.priority.plan, last)
        before = last.percent if last else self.action.starts_at
        if counted and last and not self.is_unchanged:
            values = last.values_by_target()
            before = counted.percent_before(values, before)
            if not self.explanation.strip():
                counted.check_directions(values)
        self._check_step(before, has_evidence)

    def _check_day(self, plan: Plan, last: "ProgressEntry | None") -> None:
        if not plan.start <= self.day <= plan.today():
            raise ValidationError(
                {
                    "day": _("Choose a day from %(first)s to %(last)s.")
                    % {"first": plan.start, "last": plan.today()}
                }
            )
        if last and self.day < last.day:
            raise ValidationError(
                {
                    "day": _("The last entry speaks of %(day)s; choose that day or a later one.")
                    % {"day": last.day}
                }
            )

    def _check_step(self, before: int | None, has_evidence: bool) -> None:
        """``before`` is what stood until now; None where nothing did, and so no step was taken."""
        if self.is_unchanged or self.explanation.strip() or self.percent is None:
            return
        if before is None and self.percent > LARGE_STEP:
            raise ValidationError({"explanation": self._how_it_began()})
        before = before or 0
        if self.percent < before:
            raise ValidationError(
                {"explanation": _("It was %(before)d %%: say why it fell.") % {"before": before}}
            )
        if self.percent - before > LARGE_STEP:
            raise ValidationError(
                {
                    "explanation": _("It was %(before)d %%: say how it rose by %(points)d points.")
                    % {"before": before, "points": self.percent - before}
                }
            )
        if self.percent == 100 and not has_evidence:
            raise ValidationError(
                {"explanation": _("100 % needs evidence, or a sentence on how it was completed.")}
            )

    def _how_it_began(self) -> str:
        words = _("No report stood before this one: say how %(percent)d %% were reached.")
        return words % {"percent": self.percent}

    def _store_evidence(self, files: list[UploadedFile], links: list[str]) -> None:
        """Files reach the disk for good before the row that names them is committed."""
        written = []
        try:
            for upload in files:
                evidence = Evidence.of_file(self, upload)
                written.append(evidence.file)
                evidence.save()
            for link in links:
                evidence = Evidence(entry=self, link=link)
                evidence.full_clean()
                evidence.save()
        except BaseException:
            for file in written:
                file.delete(save=False)
            raise

    @cached_property
    def decision(self) -> "Decision | None":
        """The decision that stands; a query that joins it has put it here already."""
        return self.decisions.standing().select_related("by").first()

    def refresh_from_db(self, *args, **options):
        self.__dict__.pop("decision", None)
        super().refresh_from_db(*args, **options)

    @property
    def state(self) -> str:
        """waiting, accepted, returned or withdrawn."""
        if self.decision:
            return self.decision.verdict
        return "waiting" if self.needs_review else "accepted"

    def can_be_taken_back(self, now: datetime) -> bool:
        return may_be_taken_back(self, now)

    def accept(self, *, by: User, at: datetime | None = None) -> "Decision":
        """The office accepts. Raises AlreadyDecided where somebody was faster."""
        return self._decide(Decision.Verdict.ACCEPTED, by=by, at=at)

    def send_back(self, *, by: User, reason: str, at: datetime | None = None) -> "Decision":
        """The office returns the entry with a reason. Raises as ``accept`` does."""
        return self._decide(Decision.Verdict.RETURNED, by=by, at=at, reason=reason)

    def withdraw(self, *, by: User, at: datetime | None = None) -> "Decision":
        """Its author takes the entry back; it stays visible as withdrawn, and counts no more."""
        if not self.can_be_taken_back(at or timezone.now()):
            raise AlreadyDecided
        return self._decide(Decision.Verdict.WITHDRAWN, by=by, at=at)

    def _decide(self, verdict: str, *, by: User, at: datetime | None, reason: str = ""):
        earlier = self.decisions.select_related("undone")
        if any(not hasattr(one, "undone") for one in earlier):
            raise AlreadyDecided
        decision = Decision(entry=self, verdict=verdict, reason=reason, by=by, after=len(earlier))
        decision.at = at or timezone.now()
        decision.full_clean(exclude=["after"])
        try:
            with transaction.atomic():
                decision.save()
        except IntegrityError as error:
            raise AlreadyDecided from error
        self.decision = decision
        return decision


def evidence_path(evidence: "Evidence", name: str) -> str:
    """A path that nobody can guess and that no name of a file can break."""
    return f"{evidence.entry.day:%Y/%m}/{uuid.uuid4().hex}"


class Evidence(SaidOnce):
    """A file or a link that shows what an entry says (佐证)."""

    files_on_disk = (("file", "size", "sha256"),)

    entry = models.ForeignKey(
        ProgressEntry, verbose_name=_("entry"), related_name="evidence", on_delete=models.PROTECT
    )
    file = models.FileField(
        _("file"), storage=evidence_storage, upload_to=evidence_path, max_length=200, blank=True
    )
    name = models.CharField(_("file name"), max_length=255, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    link = models.URLField(
        _("link"),
        max_length=2000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )

    @property
    def is_picture(self) -> bool:
        """By its name; the view that shows it asks the content as well."""
        return bool(self.file) and is_called_picture(self.name)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(file="") & ~models.Q(link=""))
                | (~models.Q(file="") & models.Q(link="") & ~models.Q(name="")),
                name="evidence_file_or_link",
                violation_error_message=_("Evidence is a file with a name, or a link."),
            ),
        ]

    def __str__(self):
        return self.name or self.link

    @classmethod
    def of_file(cls, entry: ProgressEntry, upload: UploadedFile) -> "Evidence":
        """The evidence of an upload: its bytes on disk already, its row not yet stored."""
        sha256 = digest_of(upload)
        evidence = cls(entry=entry, name=upload.name, size=upload.size, sha256=sha256)
        evidence.file.save(upload.name, upload, save=False)
        return evidence
