"""A new plan, empty or from one that is there: what it is called, its time, and what it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..models import Plan
from ..models.span import check_span
from ..plans.life.copying import CARRY, COPY, LEAVE, Heads, may_be
from ..plans.outline import MOST_ACTIONS
from ..state.day import ActionState, PriorityState
from .fields import DayField, LineField, OneOfField, StrictForm, longest
from .life import ReasonField
from .progress import NonceField

FATES = {
    CARRY: pgettext_lazy("action in a new plan", "carried over"),
    COPY: pgettext_lazy("action in a new plan", "begun anew"),
    LEAVE: pgettext_lazy("action in a new plan", "left out"),
}


def refuse_span(form: StrictForm) -> None:
    """Say at the last day of a plan why it cannot run so."""
    start, end = (form.cleaned_data.get(name) for name in ("start", "end"))
    if not (start and end):
        return
    try:
        check_span(start, end)
    except ValidationError as error:
        form.add_error(None, error)


class NewPlanForm(StrictForm):
    """What a plan is called, where it stands, and its time."""

    title = LineField(label=gettext_lazy("Title"), max_length=longest(Plan, "title"))
    slug = LineField(
        label=gettext_lazy("Address"),
        max_length=longest(Plan, "slug"),
        help_text=gettext_lazy(
            "Stands in every address of the plan: 2023, or 2023-minsheng where several run."
        ),
    )
    start = DayField(label=gettext_lazy("First day"))
    end = DayField(label=gettext_lazy("Last day"))
    reason = ReasonField(required=False)
    nonce = NonceField()

    def clean(self):
        given = super().clean()
        refuse_span(self)
        return given

    @property
    def heads(self) -> Heads:
        given = self.cleaned_data
        return Heads(given["slug"], given["title"], given["start"], given["end"])


class EmptyPlanForm(NewPlanForm):
    """A plan without anything in it."""

    source_title = LineField(
        label=gettext_lazy("Source document"),
        required=False,
        max_length=longest(Plan, "source_title"),
    )
    source_session = LineField(
        label=gettext_lazy("Decided by"),
        required=False,
        max_length=longest(Plan, "source_session"),
    )
    source_publication = LineField(
        label=gettext_lazy("Published in"),
        required=False,
        max_length=longest(Plan, "source_publication"),
    )


class CopyForm(NewPlanForm):
    """What becomes of all actions of a kind; of a single one where that is said beside it."""

    unfinished = OneOfField(
        label=gettext_lazy("Actions that were not completed"),
        choices=list(FATES.items()),
    )
    complete = OneOfField(
        label=gettext_lazy("Actions that are complete"),
        choices=[(COPY, FATES[COPY]), (LEAVE, FATES[LEAVE])],
    )


@dataclass
class Choice:
    """One action on the form: what can become of it, and what was chosen."""

    a: ActionState
    suggested: str
    chosen: str = ""
    is_wrong: bool = False

    @property
    def name(self) -> str:
        return f"a-{self.a.action.pk}"

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(fate, str(FATES[fate])) for fate in may_be(self.a)]

    @property
    def is_own(self) -> bool:
        """Whether it stands for itself: what is said of all does not fit it."""
        return self.suggested == LEAVE

    def fate(self, of_kind: Mapping[str, str]) -> str:
        """As it was chosen; else as all of its kind, unless it is left out by itself."""
        if self.chosen:
            return self.chosen
        if self.is_own:
            return LEAVE
        return of_kind["unfinished" if CARRY in may_be(self.a) else "complete"]


@dataclass
class Chapter:
    """A priority with the choices of its actions."""

    p: PriorityState
    choices: Sequence[Choice]


def chapters_of(
    priorities: Iterable[PriorityState], suggested: Mapping[int, str], data: QueryDict | None
) -> list[Chapter]:
    """What the form shows of each action; a value that is not offered is marked as wrong."""
    found = []
    for p in priorities:
        choices = [Choice(a, suggested[a.action.pk]) for a in p.actions]
        for choice in choices if data is not None else ():
            sent = set(data.getlist(choice.name))
            choice.chosen = next(iter(sent), "")
            choice.is_wrong = len(sent) > 1 or choice.chosen not in ("", *may_be(choice.a))
        found.append(Chapter(p, choices))
    return found


def is_too_large(chapters: Iterable[Chapter]) -> bool:
    """Whether there are more actions than a plan is made with, or a form can hold."""
    return sum(len(chapter.choices) for chapter in chapters) > MOST_ACTIONS
