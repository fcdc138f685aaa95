"""What needs one person now, drawn from the state of the plan: the first part of the dashboard."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from .addresses import Addresses
from .lights import Light
from .models import ExtensionRequest, User
from .permissions import is_supervisor, reports, to_be_reported_by
from .state.counts import urgency
from .state.day import ActionState, PlanState
from .words import KIND_WORDS, OUTLOOK_WORDS, REPORT_OVERDUE, age, brief

MOST_NAMED = 5
"""How many actions a line names; the figure before it links to all of them."""


@dataclass(frozen=True)
class Line:
    """One thing to do: how many, what, which actions first, and the verb that leads there."""

    title: str
    kind: str
    actions: list[ActionState]
    say: Callable[[ActionState], str]
    verb: str
    url: str

    @property
    def count(self) -> int:
        return len(self.actions)

    @property
    def named(self) -> list[tuple[ActionState, str]]:
        return [(a, self.say(a)) for a in self.actions[:MOST_NAMED]]

    @property
    def more(self) -> int:
        return max(0, self.count - MOST_NAMED)


def needs_of(user: User, state: PlanState, addresses: Addresses) -> list[Line]:
    """The lines that have something in them; for a viewer there is never one."""
    if is_supervisor(user):
        lines = _of_supervisor(state, addresses)
    elif reports(user):
        lines = _of_reporter(state, addresses, to_be_reported_by(user, state.plan.pk))
    else:
        lines = []
    return [line for line in lines if line.count]


def _of_supervisor(state: PlanState, addresses: Addresses) -> list[Line]:
    def line(title, test, say, verb, kind="", first=urgency, **query):
        actions = sorted(state.where(test), key=first)
        return Line(title, kind, actions, say, verb, _list(addresses, **query))

    open_requests = ExtensionRequest.objects.of_plan(state.plan.pk).open()
    asked = set(open_requests.values_list("action_id", flat=True))
    return [
        line(_("Awaiting review"), lambda a: a.waiting, _words, _("Review"), waiting=1),
        line(
            _("Behind"),
            lambda a: a.light == Light.RED,
            brief,
            _("Chase"),
            kind="red",
            light="red",
        ),
        line(_("Ask for help"), lambda a: a.help_needed, _help, _("Coordinate"), help=1),
        line(
            str(REPORT_OVERDUE),
            lambda a: a.is_stale,
            age,
            _("Remind"),
            first=_longest_silence,
            stale=1,
        ),
        Line(
            _("Extension requests"),
            "",
            sorted(state.where(lambda a: a.action.pk in asked), key=urgency),
            _words,
            _("Decide"),
            addresses.to("extensions"),
        ),
        line(
            _("Unassigned"),
            lambda a: a.light == Light.UNASSIGNED,
            _words,
            _("Assign"),
            kind="unassigned",
            light="unassigned",
        ),
        line(
            _("Light and outlook disagree"),
            lambda a: a.needs_talk,
            _disagreement,
            _("Talk"),
            talk=1,
        ),
    ]


def _of_reporter(state: PlanState, addresses: Addresses, own: set[int]) -> list[Line]:
    my_work = addresses.to("my_work")

    def line(title, test, say, verb, kind="", **query):
        actions = sorted(state.where(lambda a: a.action.pk in own and test(a)), key=urgency)
        url = _list(addresses, mine=1, **query) if query else my_work
        return Line(title, kind, actions, say, verb, url)

    return [
        line(_("Returned to you"), lambda a: a.returned, _words, _("Report again"), returned=1),
        line(str(REPORT_OVERDUE), lambda a: a.is_stale, age, _("Report"), stale=1),
        line(
            _("Due soon"),
            lambda a: a.is_report_due(state.on) and not a.is_stale and not a.returned,
            _words,
            _("Report"),
        ),
        line(
            _("Behind"),
            lambda a: a.light == Light.RED,
            brief,
            _("Look"),
            kind="red",
            light="red",
        ),
    ]


def _list(addresses: Addresses, **query) -> str:
    return f"{addresses.rows_url}{urlencode(query)}"


def _words(a: ActionState) -> str:
    return a.text


def _help(a: ActionState) -> str:
    return a.help_needed


def _longest_silence(a: ActionState) -> int:
    return -a.age


def _disagreement(a: ActionState) -> str:
    return _("light %(light)s, outlook %(outlook)s") % {
        "light": str(KIND_WORDS[a.light]).lower(),
        "outlook": str(OUTLOOK_WORDS[a.outlook]).lower(),
    }
