"""Where a few typed letters may lead: to an action, a unit, a person's work, a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Action, Plan, Unit, User
from .names import fold, letters, words_of
from .permissions import is_supervisor, reports, seen_by
from .readings import begins, holds

MOST = 12

OF_OTHERS = 4
"""So many of them are kept for what other plans hold."""

MOST_SEARCHED = 2_000
"""Actions of other plans that are looked through at each letter, of the latest plans first."""


@dataclass(frozen=True)
class Target:
    """A place with its name, what kind of thing it is, and what it may be called.

    ``near`` are the names of what belongs to it: the list of actions finds it by them as well.
    """

    name: str
    kind: str
    url: str
    called: tuple[str, ...]
    near: tuple[str, ...] = ()

    def rank(self, typed: str) -> int | None:
        """How well what was typed fits, 0 best; None where it does not fit at all.

        What the list of actions finds by the same words has a rank here, and the other way round.
        """
        if letters(typed) and letters(self.name).startswith(letters(typed)):
            return 0
        if any(begins(name, typed) for name in self.called):
            return 1
        ranks = [self._rank_of(word) for word in words_of(typed)]
        return None if None in ranks else max(ranks, default=2)

    def _rank_of(self, word: str) -> int | None:
        """Where one of several words is found: in the first name, another one, or beside it."""
        if begins(self.name, word):
            return 2
        names = enumerate(self.called + self.near)
        place = next((place for place, name in names if holds(name, word)), None)
        if place is None:
            return None
        if place == 0:
            return 2
        return 3 if place < len(self.called) else 4


def jump_to(words: str, plan: Plan, user: User) -> list[Target]:
    """The best targets for what was typed, in the order of the plan where they fit alike.

    What other plans hold stands behind what is in this one.
    """
    pages = list(_pages(plan, user))
    if not fold(words):
        return pages[:MOST]
    found = [*pages, *_priorities(plan), *_actions(plan), *_units(plan), *_people(plan)]
    found += _plans(plan, user)
    here, there = _best(found, words), _best(_in_other_plans(plan, user), words)
    here = here[: MOST - min(OF_OTHERS, len(there))]
    return [*here, *there[: MOST - len(here)]]


def _best(targets: Iterable[Target], words: str) -> list[Target]:
    """Those that fit at all, the best first."""
    ranked = [(rank, target) for target in targets if (rank := target.rank(words)) is not None]
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
    pages.append(("plan_life", _("Life of the plan")))
    for view, name in pages:
        yield Target(name, _("Page"), reverse(view, args=[plan.slug]), (name,))
    yield Target(_("All plans"), _("Page"), reverse("plans"), (_("All plans"),))


def _priorities(plan: Plan) -> Iterable[Target]:
    for priority in plan.priorities.order_by("number"):
        url = reverse("priority", args=[plan.slug, priority.number])
        yield Target(str(priority), _("Priority"), url, (priority.title,))


def _plans(here: Plan, user: User) -> Iterable[Target]:
    """The other plans, by address and title."""
    others = Plan.objects.filter(seen_by(user)).exclude(pk=here.pk)
    for plan in others.order_by("-start", "-pk"):
        url = reverse("dashboard", args=[plan.slug])
        yield Target(str(plan), _("Plan"), url, (plan.title, plan.slug))


def _actions(plan: Plan) -> Iterable[Target]:
    """By number and words, and by the names of who does it."""
    actions = Action.objects.of_plan(plan).order_by("priority__number", "order")
    yield from _of_actions(actions, lambda _plan: _("Action"))


def _in_other_plans(here: Plan, user: User) -> Iterable[Target]:
    """The actions of all other plans that a person may know of; each says of which it is."""
    others = Plan.objects.filter(seen_by(user)).exclude(pk=here.pk)
    actions = Action.objects.filter(priority__plan__in=others)
    in_order = actions.order_by(
        "-priority__plan__start", "-priority__plan", "priority__number", "order"
    )
    yield from _of_actions(
        in_order[:MOST_SEARCHED], lambda plan: _("Action in %(plan)s") % {"plan": plan.title}
    )


def _of_actions(actions: QuerySet, kind: Callable[[Plan], str]) -> Iterable[Target]:
    related = actions.select_related("priority__plan", "lead_unit", "owner")
    for action in related.prefetch_related("supporting_units"):
        holders = [action.lead_unit, action.owner, *action.supporting_units.all()]
        near = [name for holder in holders if holder for name in holder.names]
        plan = action.priority.plan
        url = f"{reverse('actions', args=[plan.slug])}{action.number}/"
        near = (action.priority.title, *near)
        yield Target(str(action), kind(plan), url, (action.text,), near)


def _units(plan: Plan) -> Iterable[Target]:
    for unit in Unit.objects.active():
        url = reverse("unit", args=[plan.slug, unit.pk])
        yield Target(unit.short_name, _("Unit"), url, unit.names)


def _people(plan: Plan) -> Iterable[Target]:
    for person in User.objects.filter(is_active=True):
        url = reverse("person", args=[plan.slug, person.pk])
        yield Target(str(person), _("Person"), url, person.names)
