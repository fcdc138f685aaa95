"""What refers to a row, in words: why it cannot be deleted (DOMAIN: numbers are never reused)."""

from collections.abc import Iterable

from django.db.models import PROTECT, RESTRICT, Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..models import Action, Lineage, Milestone, Plan, Priority, Target, Unit, User
from ..words import listed

NAMED_AT_MOST = 5
"""So many actions a refusal names by number; the count tells the rest."""

TOLD = {
    "priorities",
    "actions",
    "entries",
    "milestones",
    "targets",
    "led_actions",
    "supported_actions",
    "people",
    "owned_actions",
    "decisions",
}
"""The relations that have a clause of their own below."""

RECORDED = (Plan, Priority, Action, Milestone, Lineage, Target, Unit, User)


def refusal(row: Model) -> str:
    """The sentence that says what refers to the row; empty where nothing does."""
    said = [*_CLAUSES.get(type(row), _nothing)(row), *_others(row)]
    found = [clause for clause in said if clause]
    if not found:
        return ""
    words = {"name": row, "clauses": _joined(found)}
    if isinstance(row, User):
        return _("%(name)s %(clauses)s; make the account inactive instead.") % words
    if hasattr(row, "is_active"):
        return _("%(name)s %(clauses)s; make it inactive instead.") % words
    return _("%(name)s %(clauses)s; these would have to go first.") % words


def _joined(clauses: list[str]) -> str:
    *first, last = clauses
    if not first:
        return last
    comma = pgettext("between clauses", ", ")
    return comma.join(first) + pgettext("before the last clause", " and ") + last


def _nothing(row: Model) -> list[str]:
    return []


def _plan(plan: Plan) -> list[str]:
    count = plan.priorities.count()
    return [_counted(count, ngettext("has %(count)d priority", "has %(count)d priorities", count))]


def _priority(priority: Priority) -> list[str]:
    return [
        _named(
            priority.actions.all(),
            lambda n: ngettext(
                "has %(count)d action (%(names)s)", "has %(count)d actions (%(names)s)", n
            ),
        )
    ]


def _action(action: Action) -> list[str]:
    entries, steps = action.entries.count(), action.milestones.count()
    targets = action.targets.count()
    return [
        _counted(
            entries,
            ngettext("has %(count)d progress entry", "has %(count)d progress entries", entries),
        ),
        _counted(steps, ngettext("has %(count)d milestone", "has %(count)d milestones", steps)),
        _counted(targets, ngettext("has %(count)d target", "has %(count)d targets", targets)),
    ]


def _unit(unit: Unit) -> list[str]:
    people = unit.people.count()
    now = [
        _named(
            unit.led_actions.all(),
            lambda n: ngettext(
                "leads %(count)d action (%(names)s)", "leads %(count)d actions (%(names)s)", n
            ),
        ),
        _named(
            unit.supported_actions.all(),
            lambda n: ngettext(
                "supports %(count)d action (%(names)s)", "supports %(count)d actions (%(names)s)", n
            ),
        ),
        _counted(people, ngettext("has %(count)d person", "has %(count)d people", people)),
    ]
    return now if any(now) else [_in_history(_actions_once_of(unit))]


def _user(user: User) -> list[str]:
    entries, decisions = user.entries.count(), user.decisions.count()
    changes = sum(model.history.filter(history_user=user).count() for model in RECORDED)
    now = [
        _named(
            user.owned_actions.all(),
            lambda n: ngettext(
                "owns %(count)d action (%(names)s)", "owns %(count)d actions (%(names)s)", n
            ),
        ),
        _counted(
            entries,
            ngettext(
                "recorded %(count)d progress entry", "recorded %(count)d progress entries", entries
            ),
        ),
        _counted(
            decisions,
            ngettext("decided on %(count)d entry", "decided on %(count)d entries", decisions),
        ),
        _counted(changes, ngettext("made %(count)d change", "made %(count)d changes", changes)),
    ]
    owned = Action.history.filter(owner=user).values_list("id", flat=True)
    return now if any(now) else [_in_history(owned)]


def _others(row: Model) -> list[str]:
    """Whatever else holds the row fast, counted under its own name: kinds that come later."""
    found = []
    for relation in row._meta.related_objects:
        name = relation.get_accessor_name()
        holds = relation.many_to_many or relation.on_delete in (PROTECT, RESTRICT)
        if not holds or name in TOLD:
            continue
        count = relation.related_model._default_manager.filter(**{relation.field.name: row}).count()
        kind = relation.related_model._meta.verbose_name_plural
        words = _("is named by %(kind)s (%(count)d)") % {"kind": kind, "count": count}
        found.append(words if count else "")
    return found


_CLAUSES = {Plan: _plan, Priority: _priority, Action: _action, Unit: _unit, User: _user}


def _counted(count: int, words: str) -> str:
    return words % {"count": count} if count else ""


def _named(actions, words) -> str:
    """The clause with the first few numbers of the actions in brackets."""
    rows = list(actions.select_related("priority"))
    if not rows:
        return ""
    names = listed(row.number for row in rows[:NAMED_AT_MOST])
    more = " …" if len(rows) > NAMED_AT_MOST else ""
    return words(len(rows)) % {"count": len(rows), "names": names + more}


def _actions_once_of(unit: Unit) -> list[int]:
    led = Action.history.filter(lead_unit=unit).values_list("id", flat=True)
    supported = Action.history.filter(historicalaction_supporting_units__unit=unit)
    return [*led, *supported.values_list("id", flat=True)]


def _in_history(ids: Iterable[int]) -> str:
    """A history that names nobody says nothing: who once held an action stays, inactive."""
    count = len(set(ids))
    return _counted(
        count,
        ngettext(
            "stands in the history of %(count)d action",
            "stands in the history of %(count)d actions",
            count,
        ),
    )
