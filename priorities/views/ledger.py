"""The ledger as a file: the list of actions as it is filtered, on the day that is looked at."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from ..forms.filters import FilterForm
from ..kept import kept
from ..ledger import csv_file, excel
from ..ledger.contents import Ledger, ledger_of
from ..permissions import reportable_by
from ..state.selection import FLAGS
from ..words import listed
from .actions import filter_form
from .lookup import Look, look_of, plan_of


@require_safe
@kept
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """With ``?fill=1`` the columns of the form stand beside it, for the actions one reports on."""
    look = look_of(request, plan_of(request, slug))
    is_to_fill = request.GET.get("fill") == "1"
    if is_to_fill and look.on != look.plan.today():
        raise BadRequest(_("A file to fill in is made for today only."))
    made = _asked_for(request, look, is_to_fill=is_to_fill)
    name = _("To fill in") if is_to_fill else pgettext("ledger", "Ledger")
    return _as_file(excel.ledger_xlsx(made), excel.TYPE, f"{_name(name, made)}.xlsx")


@require_safe
@kept
def ledger_csv(request: HttpRequest, slug: str) -> HttpResponse:
    made = _asked_for(request, look_of(request, plan_of(request, slug)))
    name = _name(pgettext("ledger", "Ledger"), made)
    return _as_file(csv_file.ledger_csv(made), csv_file.TYPE, f"{name}.csv")


def _asked_for(request: HttpRequest, look: Look, *, is_to_fill: bool = False) -> Ledger:
    """The rows that the list of actions shows for the same address.

    In the plan's order a cancelled action keeps its place, as in the annex of a report.
    Raises BadRequest, with the sentence that the list shows, where the filter cannot be read.
    """
    now = look.state
    form = filter_form(request, look)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise BadRequest(f"{form.fields[name].label}: {errors[0]}")
    selection = form.selection()
    rows = selection.rows(now)
    if selection.sort == "number":
        rows.sort(key=lambda a: (a.action.priority.number, a.action.order))
    if is_to_fill:
        reportable = set(reportable_by(request.user, look.plan).values_list("pk", flat=True))
        rows = [a for a in rows if a.action.pk in reportable]
    return ledger_of(now, rows, asked=_in_words(form), is_to_fill=is_to_fill)


def _in_words(form: FilterForm) -> str:
    """What the filter asks for, as the file says it; nothing where all actions are shown."""
    asked, found = form.cleaned_data, []
    for name in ("priority", "unit", "role", "owner", "q"):
        if asked[name] and (name != "role" or asked["unit"]):
            chosen = dict(getattr(form.fields[name], "choices", ())).get(asked[name], asked[name])
            found.append(f"{form.fields[name].label}: {chosen}")
    if asked["light"]:
        words = dict(form.fields["light"].choices)
        found.append(listed(str(words[k]) for k in asked["light"]))
    found += [str(form.fields[name].label) for name in ("mine", *FLAGS) if asked[name]]
    return pgettext("between clauses", ", ").join(found)


def _name(name: str, made: Ledger) -> str:
    part = "_" + pgettext("ledger", "part") if made.asked else ""
    return f"{name}_{made.plan}_{made.on.isoformat()}{part}"


def _as_file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(content, content_type=kind, headers=headers)
