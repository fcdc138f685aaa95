"""Pages for what went wrong: a sentence in the reader's language, a short fragment for htmx."""

import sys

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from tracker import proxy, signed_out
from tracker.unavailable import Cause, cause_of, kept_of

PROXY, REFUSED = "proxy.html", "form_refused.html"
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def error_page(
    request: HttpRequest, status: int, sentence: str, *, template: str = ""
) -> HttpResponse:
    """Template `<status>.html` or the one named, with `status` and `sentence`."""
    if is_htmx(request):
        return HttpResponse(format_html("<p>{}</p>", sentence), status=status)
    context = {"status": status, "sentence": sentence}
    return render(request, template or f"{status}.html", context, status=status)


def is_htmx(request: HttpRequest) -> bool:
    """Read from the header, because an early refusal comes before django-htmx's middleware."""
    return request.headers.get("HX-Request") == "true"


def in_readers_language(view):
    """An early refusal comes before LocaleMiddleware; without this it speaks the last reader's."""

    def wrapped(request, *args, **kwargs):
        with translation.override(translation.get_language_from_request(request)):
            return view(request, *args, **kwargs)

    return wrapped


@in_readers_language
def bad_request(request, exception=None):
    """A view may say what is wrong: `raise BadRequest(_("…"))`."""
    if isinstance(exception, TOO_LARGE):
        return too_large(request)
    if isinstance(exception, DisallowedHost):
        return error_page(request, 400, proxy.wrong_host(request), template=PROXY)
    said = str(exception) if isinstance(exception, BadRequest) else ""
    said = "" if said.startswith("HTTP requests with the ") else said  # Django's own, on charsets
    unreadable = _("The address or the form holds something unreadable.")
    return error_page(request, 400, said or unreadable)


@in_readers_language
def cut_off(request):
    """The answer to a form of which a part is missing (``arrival``)."""
    sentence = _("The form did not arrive whole, so nothing of it was saved. Send it again.")
    return error_page(request, 400, sentence)


@in_readers_language
def permission_denied(request, exception=None):
    """A view may say why: `raise PermissionDenied(_("…"))`."""
    return error_page(request, 403, str(exception or "") or _("You may not do this."))


@in_readers_language
def csrf_failure(request, reason=""):
    """Whoever lost all cookies lost the session with them; whoever did not has an old page."""
    if not reason.startswith("CSRF") and proxy.origin_of(request):
        return error_page(request, 403, proxy.wrong_origin(request), template=PROXY)
    is_about_token = reason.startswith("CSRF")
    if is_about_token and not request.user.is_authenticated:
        return signed_out.answer(request, "cookies")
    sentence = _(
        "This form is too old, or the browser keeps no cookies. "
        "Go back, reload the page and send it again."
    )
    if not is_about_token:
        sentence = _(
            "The browser does not say which page this form came from, so nothing was recorded. "
            "Let it send the Referer to this site, reload the page and send the form again."
        )
    response = error_page(request, 403, sentence, template=REFUSED)
    response.headers["X-Form-Is-Old"] = "yes"
    return response


@in_readers_language
def no_https(request):
    """Where a redirect to https would lead back to itself (``middleware.HttpsMiddleware``)."""
    return error_page(request, 400, proxy.no_https(request), template=PROXY)


@in_readers_language
def page_not_found(request, exception=None):
    """A view may say what is missing: `raise Http404(_("…"))`; Django's own words are not ours."""
    parts = getattr(exception, "parts", None)
    if parts and request.method in ("GET", "HEAD"):
        before, now = (f"/{part}/" for part in parts)
        return redirect(request.get_full_path().replace(before, now, 1))
    said = str(exception) if type(exception) is Http404 else ""
    is_ours = said and not said.endswith("matches the given query.")
    return error_page(request, 404, said if is_ours else _("There is no such page."))


@in_readers_language
def method_not_allowed(request):
    return error_page(request, 405, _("This address takes what a form sends. Nothing was changed."))


@in_readers_language
def too_large(request):
    sentence = _("That is too much at once: at most 10 files of 20 MB each, and texts of 2 MB.")
    return error_page(request, 413, sentence)


@sensitive_variables()
@in_readers_language
def locked_out(request, response=None, credentials=None):
    """Axes' answer after five wrong passwords for one name from one address."""
    sentence = _("Too many wrong passwords for this user name. Try again in 15 minutes.")
    return error_page(request, 429, sentence)


@in_readers_language
def slowed_down(request, seconds: int):
    """To an address that has tried many names in vain."""
    sentence = ngettext(
        "Too many wrong passwords from this address. Try again in %d second.",
        "Too many wrong passwords from this address. Try again in %d seconds.",
        seconds,
    )
    page = error_page(request, 429, sentence % seconds)
    page.headers["Retry-After"] = str(seconds)
    return page


@in_readers_language
def server_error(request):
    """Drawn without the request, so that nothing that may be broken is asked again.

    The database may have stored a form and its answer be lost: nobody here knows. Sent again, the
    same form leads to the same rows, by its nonce or by the version that it was drawn from.
    """
    if cause := cause_of(sys.exc_info()[1]):
        return unavailable(request, cause)
    sentence = _("Something went wrong on our side. Please try again.")
    if request.method == "POST":
        sentence = _(
            "Something went wrong on our side, so we do not know whether what you sent was "
            "recorded. Send it again: nothing is recorded twice."
        )
    if is_htmx(request):
        return error_page(request, 500, sentence)
    page = render_to_string("500.html", {"status": 500, "sentence": sentence})
    return HttpResponse(page, status=500)


def unavailable(request: HttpRequest, cause: Cause) -> HttpResponse:
    """503 with what was typed; neither database nor session are asked."""
    headers = {"Retry-After": str(cause.seconds)}
    if is_htmx(request):
        return HttpResponse(format_html("<p>{}</p>", cause.sentence), status=503, headers=headers)
    context = {
        "status": 503,
        "sentence": cause.sentence,
        "address": request.get_full_path(),
        "is_form": request.method == "POST",
        "kept": kept_of(request),
    }
    page = render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers=headers)
