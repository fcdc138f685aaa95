"""A unit asks for a later due date (延期申请), and the office decides.

Both are written once: the question with its reason, and the answer with its date.
"""

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .chain import SaidOnce, WrittenOnceQuerySet, hold_chain
from .people import User
from .plan import Action, Plan
from .progress import AlreadyDecided


class ExtensionRequestQuerySet(WrittenOnceQuerySet):
    def of_plan(self, plan: Plan):
        return self.filter(action__priority__plan=plan)

    def open(self):
        """What the office has still to answer."""
        return self.filter(answer__isnull=True)


class ExtensionRequest(SaidOnce):
    """A unit's question for another due date, asked before the one that stands has passed."""

    action = models.ForeignKey(
        Action,
        verbose_name=_("action"),
        related_name="extension_requests",
        on_delete=models.PROTECT,
    )
    due = models.DateField(_("due date that stood"))
    wanted = models.DateField(_("due date asked for"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(
        User,
        verbose_name=_("asked by"),
        related_name="extension_requests",
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(_("asked at"), default=timezone.now)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = ExtensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension request")
        verbose_name_plural = _("extension requests")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["nonce"], name="extension_nonce_unique"),
            models.CheckConstraint(
                condition=models.Q(wanted__gt=models.F("due")),
                name="extension_is_later",
                violation_error_message=_("Ask for a day after the due date that stands."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="extension_has_reason",
                violation_error_message=_("Say why more time is needed."),
            ),
        ]

    def __str__(self):
        return f"{self.action} · {self.due} → {self.wanted}"

    @classmethod
    @transaction.atomic
    def ask(
        cls, *, action: Action, by: User, wanted: date, reason: str, nonce: uuid.UUID | None = None
    ) -> "ExtensionRequest":
        """Ask for more time. ``nonce`` is the key of the form that asks (``acts.once``).

        Raises ValidationError where the due date has passed, another request is open, or the day
        asked for is not later.
        """
        action.lock()
        action.priority.plan.check_still_open()
        if action.cancelled_on or not action.due:
            raise ValidationError(_("This action has no due date that could be moved."))
        if action.priority.plan.today() > action.due:
            raise ValidationError(
                _("The due date has passed; an extension is asked for before it does.")
            )
        if wanted <= action.due:
            raise ValidationError({"wanted": _("Ask for a day after the due date that stands.")})
        if action.extension_requests.open().exists():
            raise ValidationError(_("A request of this action is open already."))
        request = cls(action=action, due=action.due, wanted=wanted, reason=reason, by=by)
        request.nonce = nonce or request.nonce
        request.full_clean(exclude=["nonce"])
        request.save()
        return request

    @transaction.atomic
    def grant(self, *, by: User, due: date) -> "ExtensionAnswer":
        """Move the due date to a day, with the unit's reason in the history.

        Raises AlreadyDecided where somebody was faster, ValidationError where the day is not later
        than the one that stands, or where none stands any more.
        """
        # As it stands now: saving the row as it was loaded would undo what others changed since.
        # no_key: an entry that somebody records meanwhile still may refer to the action.
        hold_chain()
        rows = Action.objects.select_for_update(of=("self",), no_key=True)
        self.action = rows.select_related("priority__plan").get(pk=self.action_id)
        if self.action.cancelled_on or not self.action.due:
            raise ValidationError(_("This action has no due date that could be moved."))
        if due <= self.action.due:
            raise ValidationError({"due": _("Choose a day after the due date that stands.")})
        answer = self._answer(by=by, granted=due)
        self.action.assign(by=by, changes={"due": due}, reason=self.reason)
        return answer

    def refuse(self, *, by: User, reason: str) -> "ExtensionAnswer":
        """Leave the due date as it is, and say why. Raises as ``grant`` does."""
        return self._answer(by=by, reason=reason)

    def _answer(self, **fields) -> "ExtensionAnswer":
        answer = ExtensionAnswer(request=self, **fields)
        answer.full_clean(validate_unique=False)
        try:
            with transaction.atomic():
                answer.save()
        except IntegrityError as error:
            raise AlreadyDecided from error
        return answer


class ExtensionAnswer(SaidOnce):
    """The office's answer: the new due date, or no date and a reason."""

    request = models.OneToOneField(
        ExtensionRequest,
        verbose_name=_("request"),
        related_name="answer",
        on_delete=models.PROTECT,
    )
    granted = models.DateField(_("new due date"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        User,
        verbose_name=_("decided by"),
        related_name="extension_answers",
        on_delete=models.PROTECT,
    )
    at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("answer to an extension request")
        verbose_name_plural = _("answers to extension requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(granted__isnull=False) | ~models.Q(reason=""),
                name="extension_refusal_has_reason",
                violation_error_message=_("Say why the due date stays."),
            ),
        ]

    def __str__(self):
        return f"{self.request} · {self.granted or '–'}"
