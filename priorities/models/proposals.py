"""A plan that is being made of a document: what was read, corrected and put aside."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .documents import SourceDocument
from .people import User
from .plan import Plan
from .put_aside import PutAside


class ProposalQuerySet(models.QuerySet):
    def open(self):
        """Those that somebody may still take up: no plan came of them, nobody threw them away."""
        return self.filter(plan__isnull=True, discarded_at__isnull=True)

    def listed(self):
        """The latest first, without the text and what was read of it."""
        heavy = ("reading", "draft", "steps", "document__text")
        return self.select_related("document", "by", "changed_by").defer(*heavy)


class Proposal(PutAside):
    """The reading of a document with its corrections, until a plan comes of it (待核对的计划).

    ``reading`` is what the reader said, kept as it was then; ``draft`` what people made of it, and
    ``steps`` the way back. What is in them, ``priorities.plans.proposing`` knows.
    """

    document = models.ForeignKey(
        SourceDocument,
        verbose_name=_("source document"),
        related_name="proposals",
        on_delete=models.PROTECT,
    )
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    slug = models.CharField(_("address"), max_length=40)
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    reading = models.JSONField(_("reading"))
    draft = models.JSONField(_("corrected reading"))
    steps = models.JSONField(_("steps"), default=list)
    by = models.ForeignKey(
        User, verbose_name=_("begun by"), related_name="proposals", on_delete=models.PROTECT
    )
    plan = models.OneToOneField(
        Plan,
        verbose_name=_("plan"),
        related_name="proposal",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan being read")
        verbose_name_plural = _("plans being read")
        ordering = ["-changed_at", "-pk"]

    def __str__(self):
        return self.title

    @property
    def is_open(self) -> bool:
        return self.plan_id is None and self.discarded_at is None
