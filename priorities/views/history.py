"""The history of a plan: every change as it was saved, newest first."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..forms.history import HistoryFilterForm
from ..history import history_of
from ..kept import kept
from ..models import Unit, User
from ..permissions import can_manage_accounts
from .lookup import plan_of
from .rendering import render_page

LINES = 60


@require_safe
@kept
def history(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    form = HistoryFilterForm(request.GET, plan=plan)
    saves, older = [], None
    if form.is_valid():
        asked = form.asked(with_accounts=can_manage_accounts(request.user))
        saves, older = history_of(plan, asked, LINES)
    context = {
        "plan": plan,
        "form": form,
        "saves": saves,
        "older": _query(request, older) if older else "",
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "people": User.objects.only("username", "display_name", "shown_name"),
        "units": Unit.objects.only("short_name", "name"),
    }
    return render_page(request, "history", context, status=200 if form.is_valid() else 400)


def _query(request: HttpRequest, before: datetime) -> str:
    """The same filter, from an earlier moment on."""
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    moment = timezone.make_naive(before).isoformat()
    return urlencode({**kept, "before": moment})
