"""The way back from a plan that was just made, of whatever it was made."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..models.put_aside import PutAside
from ..plans.unmaking import Touched, unmake
from .answers import done


def taken_away(request: HttpRequest, origin: PutAside, said: str, then: str) -> HttpResponse:
    """``said`` and on to ``then``, where ``origin`` is open again; or to the plan, and why not."""
    plan = origin.plan_made
    try:
        unmake(origin, by=request.user)
    except Touched as error:
        messages.error(request, error.messages[0])
        return redirect(plan)
    return done(request, said, then)
