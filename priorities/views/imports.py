"""Handing in a filled-in ledger: a dry run row by row, then all of it by one click, or nothing."""

import uuid

from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from ..called import slugs_of
from ..evidence import names_of_lost_files
from ..forms.imports import LONGEST_READING, ApplyForm, UploadForm
from ..imports.applying import take_over
from ..imports.outcome import Outcome
from ..ledger.reading import Filled, read
from ..models import FileImport, Plan, User
from ..permissions import can_assign, check_hand_in, check_write
from .answers import LATE, WRONG, done, incomplete
from .lookup import plan_of
from .rendering import render_page

SALT = "import"
GOOD_FOR = 12 * 60 * 60
"""Seconds in which a dry run can be agreed to: as long as a session lasts."""


@require_http_methods(["GET", "HEAD", "POST"])
def import_ledger(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    check_hand_in(request.user)
    check_write(plan)
    if request.method != "POST":
        return _page(request, plan, UploadForm())
    if request.POST.get("step") == "apply":
        return _apply(request, plan)
    return _dry_run(request, plan)


def _dry_run(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    filled = _read(request, plan, form)
    if filled is None:
        return _page(request, plan, form, status=WRONG)
    nonce = uuid.uuid4()
    outcome = take_over(plan, filled, by=request.user, nonce=nonce)
    status = WRONG if outcome.refused else 200
    return _page(request, plan, UploadForm(), filled, outcome, nonce, status=status)


def _read(request: HttpRequest, plan: Plan, form: UploadForm) -> Filled | None:
    """What the file says; None where it cannot be read, with the reason on the form."""
    if lost := names_of_lost_files(request, "file"):
        form.errors.clear()
        sentence = _("The file did not arrive (%(name)s). Rename it and choose it again.")
        form.add_error("file", sentence % {"name": lost[0][:40]})
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        filled = read(file, name=file.name, plan=plan.slug, formerly=slugs_of(plan))
        if len(_signed(filled, plan, request.user)) > LONGEST_READING:
            raise ValidationError(_("These are too many changes at once. Hand them in in parts."))
    except ValidationError as error:
        form.add_error("file", error)
        return None
    return filled


def _apply(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = ApplyForm(request.POST)
    if not form.is_valid():
        raise incomplete()
    nonce = form.cleaned_data["nonce"]
    filled = _unsigned(form.cleaned_data["reading"], plan, request.user)
    seen = form.cleaned_data["seen"]
    outcome = take_over(plan, filled, by=request.user, nonce=nonce, seen=seen)
    if outcome.stored:
        return _applied(request, plan, outcome.stored)
    return _page(request, plan, UploadForm(), filled, outcome, uuid.uuid4(), status=LATE)


def _applied(request: HttpRequest, plan: Plan, stored: FileImport) -> HttpResponse:
    numbers = stored.numbers.split()
    parts = []
    if n := stored.entries:
        parts.append(ngettext("%(n)d entry recorded", "%(n)d entries recorded", n) % {"n": n})
    if n := stored.assignments:
        parts.append(ngettext("%(n)d action reassigned", "%(n)d actions reassigned", n) % {"n": n})
    said = pgettext("between clauses", ", ").join(parts)
    words = _("%(said)s, from “%(file)s”.") % {"said": said, "file": stored.name}
    then = f"{reverse('actions', args=[plan.slug])}#row-{numbers[0].replace('.', '-')}"
    return done(request, words, then, changed=numbers)


def _signed(filled: Filled, plan: Plan, user: User) -> str:
    """What was read, kept in the page between the two steps; only its own reader can apply it."""
    return signing.dumps([plan.pk, user.pk, filled.as_json()], salt=SALT, compress=True)


def _unsigned(words: str, plan: Plan, user: User) -> Filled:
    try:
        plan_pk, user_pk, data = signing.loads(words, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise BadRequest(_("This dry run is too old. Choose the file again.")) from None
    if (plan_pk, user_pk) != (plan.pk, user.pk):
        raise BadRequest(_("This dry run is too old. Choose the file again."))
    return Filled.from_json(data)


def _page(
    request: HttpRequest,
    plan: Plan,
    form: UploadForm,
    filled: Filled | None = None,
    outcome: Outcome | None = None,
    nonce: uuid.UUID | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "plan": plan,
        "form": form,
        "filled": filled,
        "outcome": outcome,
        "reading": _signed(filled, plan, request.user) if outcome else "",
        "nonce": nonce,
        "left": filled.untouched + len(outcome.left) if outcome else 0,
        "is_too_late": status == LATE,
        "may_assign": can_assign(request.user),
        "waits": plan.requires_review and not request.user.is_staff,
        "fill_url": f"{reverse('ledger', args=[plan.slug])}?fill=1",
    }
    return render_page(request, "import", context, status=status)
