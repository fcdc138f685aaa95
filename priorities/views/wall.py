"""Wall mode: overview, document and timeline in turn on one screen, renewed when something changed.

The page holds every screen at once. A script turns them and asks ``wall_state`` now and then: a
request of one query, answered with nothing while the plan stands as the page has it.
"""

import hashlib
from collections.abc import Callable, Iterable

from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from ..drawings.timeline import Window
from ..drawings.timeline import timeline as drawn
from ..kept import kept
from ..models import Action, Decision, Milestone, Plan, Priority, ProgressEntry, Unit
from ..wording import Sentence, sentences
from .lookup import look_of, plan_of
from .rendering import render_page

INTERVALS = (10, 20, 30, 60, 120, 300)
"""Seconds after which the next screen comes; the middle one where nobody chose."""

ROWS = 18
"""Rows of the timeline that can be read from the back of a room on one screen."""

LETTERS = 560
"""Letters of the document, likewise."""

WHAT_CHANGES = (
    *(ProgressEntry.objects, Decision.objects),
    *(model.history for model in (Plan, Priority, Action, Milestone, Unit)),
)
"""Nothing that a screen shows changes without a new row in one of these tables."""


@require_safe
@kept
def wall(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    version = _version(plan)
    look = look_of(request, plan)
    bars = drawn(look.state, Window.whole(look.state))
    return render_page(
        request,
        "wall",
        {
            **look.context,
            "state": look.state,
            "version": version,
            "intervals": INTERVALS,
            "timeline": bars,
            "texts": _screens(sentences(look.state.priorities), LETTERS, _letters),
            "charts": _screens(bars.groups, ROWS, lambda group: len(group.rows) + 1),
        },
    )


@require_safe
@kept
def wall_state(request: HttpRequest, slug: str) -> HttpResponse:
    """204 while the plan stands as the page that asks has it, else the version that it has now."""
    version = _version(plan_of(request, slug))
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    return JsonResponse({"version": version})


def _version(plan: Plan) -> str:
    """Another one whenever what the screens show may be another; a new day is a change too."""
    newest = [Subquery(rows.order_by("-pk").values("pk")[:1]) for rows in WHAT_CHANGES]
    ids = Plan.objects.filter(pk=plan.pk).values_list(*newest).get()
    return hashlib.sha256(f"{plan.today()} {ids}".encode()).hexdigest()[:16]


def _letters(sentence: Sentence) -> int:
    beside = [*(one.a for one in sentence.later), *sentence.outside]
    return len(sentence.p.priority.sentence) + sum(len(a.text) for a in beside)


def _screens(parts: Iterable, most: int, size: Callable) -> list[list]:
    """Parts in their order, cut into as few screens as hold them, evenly filled."""
    parts = list(parts)
    total = sum(size(part) for part in parts)
    screens, filled = [[]], 0
    share = total / max(1, -(-total // most))
    for part in parts:
        if screens[-1] and filled + size(part) / 2 > share * len(screens):
            screens.append([])
        screens[-1].append(part)
        filled += size(part)
    return screens
