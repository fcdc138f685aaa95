"""Where a few typed letters may lead: to an action, a unit, a person's work, a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Action, Plan, Unit, User
from .models.people import pinyin_initials
from .permissions import is_supervisor, reports

MOST = 12


@dataclass(frozen=True)
class Target:
    """A place with its name, what kind of thing it is, and what else it may be called."""

    name: str
    kind: str
    url: str
    also: str = ""

    def rank(self, words: str) -> int | None:
        """How well the words fit, 0 best; None where they do not fit at all."""
        name, also = self.name.casefold(), self.also.casefold()
        if name.startswith(words):
            return 0
        if also.startswith(words):
            return 1
        if words in name:
            return 2
        return 3 if words in also else None


def jump_to(words: str, plan: Plan, user: User) -> list[Target]:
    """The best targets for what was typed, in the order of the plan where they fit alike."""
    folded = words.strip().casefold()
    found = [*_pages(plan, user), *_actions(plan), *_units(plan), *_plans(plan)]
    if not folded:
        return [target for target in found if target.kind == _("Page")][:MOST]
    ranked = [(rank, target) for target in found if (rank := target.rank(folded)) is not None]
    return [target for _rank, target in sorted(ranked, key=lambda pair: pair[0])][:MOST]


def _pages(plan: Plan, user: User) -> Iterable[Target]:
    pages = [
        ("dashboard", _("Overview")),
        ("document", _("The document")),
        ("actions", _("Actions")),
        ("timeline", _("Timeline")),
        ("units", _("Units")),
        ("reports", pgettext("circulars", "Reports")),
        ("trends", _("Trend")),
        ("history", _("History")),
        ("extensions", _("Extension requests")),
        ("help", _("Help")),
    ]
    if reports(user):
        pages.append(("my_work", _("My work")))
    if is_supervisor(user):
        pages.append(("review", _("Awaiting review")))
    for view, name in pages:
        yield Target(name, _("Page"), reverse(view, args=[plan.slug]), pinyin_initials(name))


def _plans(here: Plan) -> Iterable[Target]:
    """The other plans, by address and title."""
    for plan in Plan.objects.exclude(pk=here.pk).order_by("-start", "-pk"):
        url = reverse("dashboard", args=[plan.slug])
        yield Target(str(plan), _("Plan"), url, f"{plan.slug} {pinyin_initials(plan.title)}")


def _actions(plan: Plan) -> Iterable[Target]:
    """By number, words and pinyin initials."""
    actions = Action.objects.of_plan(plan).select_related("priority")
    prefix = reverse("actions", args=[plan.slug])
    for action in actions.order_by("priority__number", "order"):
        also = f"{pinyin_initials(action.text)} {action.text}"
        yield Target(str(action), _("Action"), f"{prefix}{action.number}/", also)


def _units(plan: Plan) -> Iterable[Target]:
    for unit in Unit.objects.active():
        url = reverse("unit", args=[plan.slug, unit.short_name])
        yield Target(unit.short_name, _("Unit"), url, f"{unit.pinyin} {unit.name}")
