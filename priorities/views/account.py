"""Signing in and out, passwords, language, help.

Django's own views do the work (they rotate the session key and hash); here is only what differs:
our templates, 422 for a form with errors, and words about what was done.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from axes.utils import reset
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from ..kept import kept
from ..lights import Judgement, Said, judge, time_proportional
from ..models import Plan
from .answers import status_of
from .landing import greet
from .lookup import plan_of
from .rendering import render_page

WHY = {
    "ended": gettext_lazy("Your sign-in has ended. Sign in again to go on."),
    "unsent": gettext_lazy(
        "You were no longer signed in, so what you just sent was not recorded. "
        "Sign in again, then send it again; files must be chosen again."
    ),
    "cookies": gettext_lazy(
        "The page stood open for too long, or this browser keeps no cookies, so nothing was "
        "recorded. Sign in, then send it again; files must be chosen again."
    ),
}
WANTED = gettext_lazy("The page that you asked for is only for people who are signed in.")


def _why(request: HttpRequest) -> str:
    """Why somebody stands before the sign-in page; nothing for who came by himself."""
    if words := WHY.get(request.GET.get("why", "")):
        return str(words)
    home = reverse("home")
    return str(WANTED) if request.GET.get("next", home) != home else ""


class _SignIn(LoginView):
    redirect_authenticated_user = True

    def get_redirect_url(self):
        """Never back to this page: that would be a loop for somebody who is signed in."""
        wanted = super().get_redirect_url()
        return "" if wanted.partition("?")[0] == self.request.path else wanted

    def form_valid(self, form):
        return greet(self.request, super().form_valid(form))

    def render_to_response(self, context, **response_kwargs):
        plan = Plan.objects.current()
        page = {
            "form": context["form"],
            "next": context["next"],
            "why": "" if context["form"].errors else _why(self.request),
            "plan": plan,
            "priorities": plan.priorities.all()[:12] if plan else [],
        }
        return render_page(self.request, "sign_in", page, status=status_of(context["form"]))


class _PasswordChange(PasswordChangeView):
    success_url = reverse_lazy("home")

    def post(self, request, *args, **kwargs):
        """A wrong old password counts as one at the sign-in does, and locks as it does."""
        if not AxesProxyHandler.is_allowed(request, self._credentials):
            return get_lockout_response(request, credentials=self._credentials)
        return super().post(request, *args, **kwargs)

    @property
    def _credentials(self) -> dict[str, str]:
        return {"username": self.request.user.get_username()}

    def form_valid(self, form):
        reset(username=self._credentials["username"].lower(), ip=self.request.axes_ip_address)
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)

    def form_invalid(self, form):
        if form.has_error("old_password", code="password_incorrect"):
            user_login_failed.send(
                sender=__name__, credentials=self._credentials, request=self.request
            )
        return super().form_invalid(form)

    def render_to_response(self, context, **response_kwargs):
        form = context["form"]
        return render_page(self.request, "password_change", {"form": form}, status=status_of(form))


class _SignOut(LogoutView):
    def post(self, request, *args, **kwargs):
        """The browser forgets the pages that it has; it does where it trusts the connection."""
        response = super().post(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


form_page = require_http_methods(["GET", "HEAD", "POST"])  # Django's own take PUT for POST

sign_in = login_not_required(form_page(_SignIn.as_view()))
sign_out = require_POST(_SignOut.as_view())
password_change = form_page(_PasswordChange.as_view())


@dataclass(frozen=True)
class Example:
    """An action that runs as long as its plan, looked at on one day: the help page's sum."""

    plan: Plan
    day: date

    @property
    def days_gone(self) -> int:
        return (self.day - self.plan.start).days

    @property
    def days_in_all(self) -> int:
        return (self.plan.end - self.plan.start).days

    @property
    def elapsed(self) -> int:
        return time_proportional(self.plan.start, self.plan.end, self.day)

    @property
    def rows(self) -> list[tuple[int, int, Judgement]]:
        """Percent, points behind and light on both sides of each threshold, worst first."""
        points = (self.plan.red_deviation, self.plan.yellow_deviation)
        behind = sorted({p for at in points for p in (at, at + 1)} | {0}, reverse=True)
        return [
            (self.elapsed - p, p, self._judged(self.elapsed - p))
            for p in behind
            if p <= self.elapsed
        ]

    def _judged(self, percent: int) -> Judgement:
        return judge(
            on=self.day,
            thresholds=self.plan.thresholds,
            start=self.plan.start,
            due=self.plan.end,
            is_assigned=True,
            said=Said(percent, spoken_on=self.day),
        )


EXAMPLE_SHARE = 0.71


@require_safe
@kept
def help(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    length = plan.end - plan.start
    example = Example(plan, plan.start + round(EXAMPLE_SHARE * length.days) * timedelta(days=1))
    return render_page(request, "help", {"plan": plan, "example": example})


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie and go back to the page it was made on."""
    return django_set_language(request)
