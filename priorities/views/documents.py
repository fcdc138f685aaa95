"""Handing in a document: pasted or as a file, read, and put aside to be corrected; and had back."""

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..acts.once import once
from ..evidence import names_of_lost_files
from ..forms.documents import TYPES, DocumentForm
from ..models import Proposal, SourceDocument
from ..models.kept_files import digest_of
from ..permissions import can_read_document, check_make_plan
from ..plans.files.text import passed_over_words
from ..plans.proposing.desk import Handed, put_aside
from ..plans.proposing.remarks import Remark
from ..plans.proposing.said import head_and_sentence
from ..plans.reading import Reading, read
from .answers import WRONG, done
from .rendering import render_page
from .tables import said_read

FORMS = ["GET", "HEAD", "POST"]
OFFERED = 12
"""Sentences that a refusal shows, of those that may be picked by hand."""


@require_http_methods(FORMS)
def document_new(request: HttpRequest) -> HttpResponse:
    """Paste a document, or choose its file; what was read comes on the next page."""
    check_make_plan(request.user)
    this_year = timezone.localdate().year
    if request.method != "POST":
        form = DocumentForm(initial={"nonce": uuid.uuid4()}, this_year=this_year)
        return render_page(request, "document_new", {"form": form})
    lost = names_of_lost_files(request, "file")
    form = DocumentForm(request.POST, request.FILES, this_year=this_year, lost=lost)
    if not form.is_valid():
        return render_page(request, "document_new", {"form": form}, status=WRONG)
    given = form.cleaned_data
    reading = read(form.document.text, year=given["year"])
    if not reading.priorities and not given["by_hand"]:
        return _refused(request, form, reading)
    return _put_aside(request, form)


def _refused(request: HttpRequest, form: DocumentForm, reading: Reading) -> HttpResponse:
    """No list: why, and the sentences that may be picked by hand."""
    context = {
        "form": form,
        "why": [head_and_sentence(Remark(code)) for code in reading.warnings],
        "offered": [run.words for run in reading.candidates[:OFFERED]],
    }
    return render_page(request, "document_new", context, status=WRONG)


def _put_aside(request: HttpRequest, form: DocumentForm) -> HttpResponse:
    """On to the page that corrects it; the same form sent twice leads to the same."""
    given, by = form.cleaned_data, request.user
    file, name = form.bytes_and_name()
    heads = {key: given[key] for key in ("year", "title", "start", "end")}
    document = form.document

    def act(_key: uuid.UUID) -> Proposal:
        handed = Handed(file, name, TYPES[document.kind], document.text, **heads)
        return put_aside(handed, by=by)

    said = (digest_of(file), name, sorted(heads.items()))
    row = once(Proposal, act, by=by, nonce=given["nonce"], said=said)
    for code in document.passed_over:
        messages.info(request, _("Not read: %(what)s.") % {"what": passed_over_words(code)})
    return done(request, said_read(row.document), reverse("proposal", args=[row.pk]))


@require_safe
def source_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as it came, to be saved; no browser runs anything of it on our site.

    Who may not know of its plan does not learn that there is a document either.
    """
    document = get_object_or_404(SourceDocument.objects.defer("text"), pk=pk)
    if not can_read_document(request.user, document):
        raise Http404
    try:
        content = document.file.open("rb")
    except OSError:
        raise Http404(
            _("“%(name)s” is missing in the store. Please tell the administrators.")
            % {"name": document.name}
        ) from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=document.name,
        content_type="application/octet-stream",
        headers={
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
