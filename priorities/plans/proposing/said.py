"""Remarks and refusals of the correction page, in the reader's words: a head and a sentence."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from ...words import listed
from .remarks import Remark

REFUSALS = {
    "gone": gettext_lazy("These words are no run any more: they were split or merged meanwhile."),
    "unknown": gettext_lazy("This is nothing that can be done to a run."),
    "reworded": gettext_lazy(
        "These words were reworded; empty the field to have the printed ones back, then split."
    ),
    "nothing_there": gettext_lazy("On one side of the cut there would be nothing."),
    "last": gettext_lazy("Nothing follows to merge with."),
    "next_is_title": gettext_lazy("What follows is the title of the next priority."),
    "not_taken": gettext_lazy("Take the run first, then reword it."),
    "not_movable": gettext_lazy("Only titles and actions are moved."),
    "at_the_end": gettext_lazy("There is nothing beyond it to change places with."),
    "no_amount": gettext_lazy(
        "Write quantities as 20 万平方米、50 条: a number, and what it counts."
    ),
    "too_long": gettext_lazy("These would be too many characters."),
}
"""Why an act is refused, by the code of ``proposing.Refused``."""

SAID = {
    "empty": (
        gettext_noop("Nothing is taken yet"),
        gettext_noop("Choose the sentences that are titles, and the actions below them."),
    ),
    "too_many_priorities": (
        gettext_noop("Too many priorities"),
        gettext_noop("These are %(0)s; a plan has %(1)s at most."),
    ),
    "too_many_actions": (
        gettext_noop("Too many actions"),
        gettext_noop("These are %(0)s; a plan is made with %(1)s at most."),
    ),
    "long_title": (
        gettext_noop("Title %(0)s is too long"),
        gettext_noop("It has %(1)s characters; %(2)s are possible. Split or reword it."),
    ),
    "long_action": (
        gettext_noop("Action %(0)s is too long"),
        gettext_noop("It has %(1)s characters; %(2)s are possible. Split or reword it."),
    ),
    "long_part": (
        gettext_noop("Premise or goal of %(0)s is too long"),
        gettext_noop("It has %(1)s characters; %(2)s are possible. Split or reword it."),
    ),
    "declared": (
        gettext_noop("The numbers do not agree"),
        gettext_noop("The document says %(0)s, and %(1)s are taken."),
    ),
    "no_title": (
        gettext_noop("%(0)s actions stand before the first title"),
        gettext_noop("They would go under a priority that is called as the plan is."),
    ),
    "no_actions": (
        gettext_noop("Priority %(0)s has no action"),
        gettext_noop("Nothing could be reported on it."),
    ),
    "no_premise": (
        gettext_noop("Priority %(0)s has no premise"),
        gettext_noop("The others have one; it may have been taken for an action."),
    ),
    "twice": (
        gettext_noop("%(0)s says the same as %(1)s"),
        gettext_noop("One of the two may be left out."),
    ),
    "unread_due": (
        gettext_noop("The time of %(0)s is not understood"),
        gettext_noop("“%(1)s” stands there; the action gets no due date of its own."),
    ),
    "due_outside": (
        gettext_noop("The time of %(0)s lies outside the plan"),
        gettext_noop("“%(1)s” stands there; the action gets no due date of its own."),
    ),
    "nothing_said": (
        gettext_noop("No units and no times"),
        gettext_noop("The text does not say who leads and by when; that is assigned later."),
    ),
    "ends_in_the_middle": (
        gettext_noop("The text ends in the middle"),
        gettext_noop("What follows in the document is missing here."),
    ),
    "too_many_items": (
        gettext_noop("The list is longer than a plan"),
        gettext_noop("Only its beginning was read; take the rest from a text of its own."),
    ),
    "review_only": (
        gettext_noop("Only last year's review was found"),
        gettext_noop("It has the same form as a plan; nothing of it was taken."),
    ),
    "notice_only": (
        gettext_noop("Only a notice was found"),
        gettext_noop("Its numbered parts are demands on the units; the list itself is elsewhere."),
    ),
    "no_list": (
        gettext_noop("No list was found"),
        gettext_noop("Nothing is invented: choose the sentences by hand."),
    ),
}
"""Head and sentence of each remark, by its code; ``%(0)s`` is the first of what it is about."""

OTHER = (
    gettext_noop("The reader was not sure"),
    gettext_noop("It says “%(code)s”: compare the text with what was taken."),
)
"""For a code of the reader that has no words of its own."""


def refusal(code: str) -> str | Promise:
    """Why an act was refused."""
    return REFUSALS.get(code, REFUSALS["unknown"])


def head_and_sentence(remark: Remark) -> tuple[str, str]:
    """A remark in words."""
    if remark.code == "unknown_unit":
        return _of_unit(remark)
    head, sentence = SAID.get(remark.code, OTHER)
    facts = {str(place): words for place, words in enumerate(remark.about)}
    facts["code"] = remark.code
    return _(head) % facts, _(sentence) % facts


def _of_unit(remark: Remark) -> tuple[str, str]:
    name, *labels = remark.about
    head = _("“%(name)s” is no unit here") % {"name": name}
    return head, _("Named at %(labels)s.") % {"labels": listed(labels)}
