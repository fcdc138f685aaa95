"""Deleting in the panel: with a reason, what was seen, and never what something else refers to."""

from collections.abc import Sequence
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..forms.fields import LONGEST_REASON, StrictForm, TextField
from ..forms.versions import SeenField, last_change, meanwhile
from ..models import User
from .references import refusal
from .versions import lock, versions_of


class ReasonField(TextField):
    def __init__(self, **options):
        super().__init__(
            max_length=LONGEST_REASON,
            widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            label=gettext_lazy("Reason"),
            help_text=gettext_lazy("Why? Kept in the history, with your name."),
            error_messages={"required": gettext_lazy("Say why; a few words are enough.")},
            **options,
        )


class DeletionForm(StrictForm):
    """What the page that deletes asks; ``seen`` names the rows as they were when it was opened."""

    reason = ReasonField()
    seen = SeenField()

    def __init__(self, data: QueryDict | None, *, rows: Sequence[Model]):
        super().__init__(data, initial={"seen": versions_of(rows)})
        self.rows, self.is_late = rows, False

    def is_up_to_date(self) -> bool:
        """Asked again under the lock; the form that is shown then has seen what stands now."""
        stands = versions_of(self.rows)
        self.is_late = self.data.get("seen") != stands
        if self.is_late:
            self.data = self.data.copy()
            self.data["seen"] = stands
            changes = [last for row in self.rows if (last := last_change(row.history))]
            self.add_error(None, meanwhile(max(changes, key=lambda last: last.pk, default=None)))
        return not self.is_late


class Deleting:
    """What a panel does to delete one of its rows, or several that are ticked."""

    def refusals(self, rows: Sequence[Model], by: User) -> list[str]:
        """Why the rows cannot be deleted, a sentence for each that cannot."""
        return [sentence for row in rows if (sentence := refusal(row))]

    def delete_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        return self._unless_it_clashes(request, partial(self._confirm_deletion, request, [row]))

    @admin.action(description=gettext_lazy("Delete the selected rows …"), permissions=["delete"])
    def delete_rows(self, request, queryset):
        act = partial(self._confirm_deletion, request, list(queryset))
        return self._unless_it_clashes(request, act)

    def _confirm_deletion(self, request: HttpRequest, rows: list[Model]) -> HttpResponse:
        """Judged without a lock first, as every form; what the page showed must still stand."""
        if not all(self.has_delete_permission(request, row) for row in rows):
            raise PermissionDenied
        is_sent = request.method == "POST" and "reason" in request.POST
        form = DeletionForm(request.POST if is_sent else None, rows=rows)
        refusals = self.refusals(rows, by=request.user)
        if is_sent and not refusals and form.is_valid():
            with transaction.atomic():
                for row in rows:
                    lock(self.model, row.pk, self._inlined())
                refusals = self.refusals(rows, by=request.user)
                if not refusals and form.is_up_to_date():
                    return self._delete(request, rows, form.cleaned_data["reason"])
        is_late = is_sent and bool(refusals or form.is_late)
        status = 409 if is_late else 422 if form.errors else 200
        return self._deletion_page(request, rows, form, refusals, status)

    def _delete(self, request: HttpRequest, rows: list[Model], reason: str) -> HttpResponse:
        names = ", ".join(str(row) for row in rows[:5])
        for row in rows:
            self._sign(request, row, reason)
            row.delete()
        text = ngettext("Deleted: %(names)s.", "Deleted %(count)d: %(names)s …", len(rows))
        self.message_user(request, text % {"count": len(rows), "names": names}, messages.SUCCESS)
        return redirect(self._list_address())

    def _deletion_page(self, request, rows, form, refusals, status) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Not possible to delete") if refusals else _("Delete this?"),
            "opts": self.opts,
            "object": rows[0],
            "rows": rows,
            "is_one": len(rows) == 1,
            "form": form,
            "refusals": refusals,
            "list_address": self._list_address(),
            "action": request.POST.get("action", ""),
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        template = "admin/delete_confirmation.html"
        return TemplateResponse(request, template, context, status=status)

    def _list_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
