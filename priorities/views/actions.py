"""The list of actions: filtered, sorted and ticked, all of it in the address."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template import loader
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..addresses import DAYS, Addresses
from ..forms.assign import BulkForm
from ..forms.filters import LIGHTS, FilterForm
from ..kept import kept
from ..lru import LRU
from ..permissions import can_assign, can_review, reportable_by
from ..state.counts import count_ended
from ..state.day import ActionState, PlanState, PriorityState
from ..state.selection import FLAGS, SORTS, Selection
from ..words import descent, left_out, signed
from .changed import marked
from .lookup import Look, look_of, plan_of
from .rendering import render_page, wants_fragment

IN_SIGHT = "stale"
"""The criterion that stands beside the lights: nobody is to see “unconfirmed” without it."""

BY_KEY = ("unit", "owner")
"""What may be asked for by a name, and is kept by a key: names change."""

ROWS_KEPT = LRU(most=750_000)
"""Letters per process; a list of 41 in two languages for two kinds of readers is 250,000."""

ROWS = 200
"""On one page; whatever is ticked at once stands on one."""

SORT_WORDS = {
    "number": lambda: _("No."),
    "unit": lambda: _("Lead unit"),
    "due": lambda: _("Due"),
    "percent": lambda: _("Done"),
    "deviation": lambda: _("Deviation"),
    "light": lambda: _("Light"),
    "updated": lambda: _("Updated"),
}


@require_safe
@kept
def actions(request: HttpRequest, slug: str) -> HttpResponse:
    plan = plan_of(request, slug)
    look = look_of(request, plan)
    now = look.state
    offered = [unit for unit in look.units.values() if unit.is_active]
    form = filter_form(request, look)
    is_valid = form.is_valid()
    selection = form.selection() if is_valid else Selection()
    address = Address.of(request, form)
    reader = Reader.of(request, look, address)
    rows = selection.rows(now) if is_valid else []
    page = page_of(rows, request.GET.get("page"))
    flags = selection.count_by_flag(now)
    context = {
        **look.context,
        "state": now,
        "form": form,
        "units": offered,
        "names_of_units": [unit.names for unit in offered],
        "address": address,
        "shown": _shown(now, selection, rows) if is_valid else "",
        "lights": _lights(form, selection.count_by_light(now)),
        "overdue": _overdue(form, flags),
        "more": _more(form, flags),
        "narrowed": _narrowed(form, address) if is_valid else [],
        "is_narrowed": selection.is_narrowed,
        "heads": {name: _head(name, selection.sort, address) for name in SORTS},
        "groups": _groups(now, selection, rows, page, reader),
        "page": page,
        "pages": _pages(page, address),
        "counted": sum(not a.is_ended for a in page),
        "reader": reader,
        "bulk": BulkForm(numbers=(), units=offered) if reader.may_assign else None,
    }
    response = render_page(request, "actions", context, status=200 if is_valid else 400)
    if is_valid and wants_fragment(request):
        _keep_address(request, response, address)
    return response


def page_of(rows: list[ActionState], asked: str | None) -> Page:
    """The rows of one page; a number that there is not leads to the first or the last."""
    return Paginator(rows, ROWS).get_page(asked)


def _pages(page: Page, address: "Address") -> list[tuple[int, str, bool]]:
    """Number and address of each page, and whether it is this one; none where there is one only."""
    if not page.has_other_pages():
        return []
    numbers = page.paginator.page_range
    return [(n, str(address.to(page=str(n) if n > 1 else "")), n == page.number) for n in numbers]


def filter_form(request: HttpRequest, look: Look) -> FilterForm:
    """What the address asks for: of the list, and of the files that hold the same rows."""
    return FilterForm(
        request.GET,
        state=look.state,
        user=request.user,
        units=look.units.values(),
        is_past=look.is_past,
    )


def _keep_address(request: HttpRequest, response: HttpResponse, address: "Address") -> None:
    """Tell htmx the short address of this view; each letter typed is not a step for Back."""
    before = urlsplit(request.htmx.current_url or "")
    if before.path != address.path or before.query == address.query:
        return
    old, new = QueryDict(before.query, mutable=True), address.parameters.copy()
    is_typing = bool(old.pop("q", [""])[0] and new.pop("q", [""])[0]) and old == new
    response.headers["HX-Replace-Url" if is_typing else "HX-Push-Url"] = str(address)


@dataclass(frozen=True)
class Address:
    """The list as it is filtered and sorted now, and the ways on from it."""

    path: str
    parameters: QueryDict

    @classmethod
    def of(cls, request: HttpRequest, form: FilterForm) -> "Address":
        kept = QueryDict(mutable=True)
        for name in (*DAYS, *form.fields, "page"):
            values = [value for value in request.GET.getlist(name) if value]
            if values and name != "pick":
                kept.setlist(name, values)
        for name in BY_KEY:
            if row := getattr(form, "cleaned_data", {}).get(name):
                kept[name] = row.key
        return cls(request.path, kept)

    @property
    def query(self) -> str:
        return self.parameters.urlencode()

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.parameters else self.path

    @property
    def whole(self) -> str:
        """What asks for the rows of all pages: for the files."""
        return self.to().query

    def to(self, **changes: str) -> "Address":
        """The same list with other values, from its first page; an empty one takes it away."""
        changed = self.parameters.copy()
        changed.pop("page", None)
        for name, value in changes.items():
            changed.pop(name, None)
            if value:
                changed[name] = value
        return Address(self.path, changed)

    @property
    def unfiltered(self) -> "Address":
        kept = QueryDict(mutable=True)
        for name in (*DAYS, "sort"):
            if name in self.parameters:
                kept[name] = self.parameters[name]
        return Address(self.path, kept)


@dataclass(frozen=True)
class Reader:
    """What the person who looks may do with the rows; another day is for reading only."""

    may_assign: bool
    may_review: bool
    reportable: frozenset[int]
    changed: frozenset[str]
    picks_all: bool
    addresses: Addresses
    back: str

    @classmethod
    def of(cls, request: HttpRequest, look: Look, address: Address) -> "Reader":
        is_open = look.is_open
        reportable = reportable_by(request.user, look.plan) if is_open else ()
        return cls(
            may_assign=is_open and can_assign(request.user),
            may_review=is_open and can_review(request.user),
            reportable=frozenset(reportable and reportable.values_list("pk", flat=True)),
            changed=frozenset(marked(request)),
            picks_all=request.GET.get("pick") == "all",
            addresses=look.addresses,
            back=str(address),
        )

    @property
    def acts(self) -> bool:
        return bool(self.may_assign or self.reportable)

    def way(self, number: str, act: str) -> str:
        return self.addresses.to(act, number, next=self.back)


@dataclass(frozen=True)
class Verb:
    """What can be done with a row; ``opens`` beside it where htmx is there."""

    id: str
    word: str
    url: str
    css: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its words ready: arithmetic and formats in a template would double its cost."""

    a: ActionState
    id: str
    url: str
    css: str
    due: str
    originally: str
    deviation: str
    updated: str
    descent: str
    is_picked: bool
    verbs: tuple[Verb, ...]


class Drawn(NamedTuple):
    """A row as the page has it."""

    a: ActionState
    html: SafeString


@dataclass(frozen=True)
class Group:
    """The rows of one priority, or all of them where the list is not in the plan's order."""

    priority: PriorityState | None
    rows: list[Drawn]
    is_whole: bool
    words: str

    @property
    def key(self) -> tuple:
        """All that the head of the group shows."""
        p = self.priority
        figures = p.total, p.unreported, p.percent, p.elapsed, *p.counts.values(), *p.ended.values()
        return p.number, p.title, self.is_whole, self.words, *figures


def _groups(
    now: PlanState, selection: Selection, found: list[ActionState], page: Page, reader: Reader
) -> list[Group]:
    """The rows of a page; their heads speak of all that was found, on whatever page it stands."""
    if not found:
        return []
    if selection.sort.removeprefix("-") != "number":
        return [Group(None, [_drawn(a, now, reader) for a in page], False, "")]
    shown, all_of = _by_priority(page), _by_priority(found)
    priorities = now.priorities if selection.sort == "number" else reversed(now.priorities)
    return [
        _group(p, all_of[p.priority.pk], [_drawn(a, now, reader) for a in rows])
        for p in priorities
        if (rows := shown.get(p.priority.pk))
    ]


def _by_priority(rows: Iterable[ActionState]) -> dict[int, list[ActionState]]:
    found = defaultdict(list)
    for a in rows:
        found[a.action.priority.pk].append(a)
    return found


def _group(p: PriorityState, own: list[ActionState], rows: list[Drawn]) -> Group:
    is_whole = len(own) == len(p.actions)
    words = _how_many(own, p.total, is_whole)
    return Group(p, rows, is_whole, words)


def _shown(now: PlanState, selection: Selection, rows: list[ActionState]) -> str:
    return _how_many(rows, now.total, not selection.is_narrowed)


def _how_many(rows: list[ActionState], total: int, is_whole: bool) -> str:
    """41 actions, 1 cancelled, 1 split; or 12 of 41 actions."""
    if is_whole:
        words = ngettext("%(n)d action", "%(n)d actions", total) % {"n": total}
    else:
        words = ngettext("%(n)d of %(total)d action", "%(n)d of %(total)d actions", total)
        words %= {"n": sum(not a.is_ended for a in rows), "total": total}
    return pgettext("between clauses", ", ").join([words, *left_out(count_ended(rows))])


def _row(a: ActionState, now: PlanState, reader: Reader) -> Row:
    days = now.plan.days
    return Row(
        a=a,
        id=f"row-{a.number.replace('.', '-')}",
        url=reader.addresses.of_action(a.number),
        css=_css(a, reader),
        due=days.short(a.action.due) if a.action.due else "",
        originally=days.short(a.action.original_due) if a.is_extended else "",
        deviation=signed(a.deviation) if a.is_in_progress else "",
        updated=days.short(a.standing.day) if a.standing else "",
        descent=descent(a),
        is_picked=reader.picks_all and not a.is_ended,
        verbs=() if a.is_ended or not reader.acts else tuple(_verbs(a, reader)),
    )


def _drawn(a: ActionState, now: PlanState, reader: Reader) -> Drawn:
    compares = "since" in reader.addresses.days
    given = (reader.may_assign, reader.acts, compares, get_language())
    row = _row(a, now, reader)
    return Drawn(a, ROWS_KEPT.get((row, *given), lambda: _html(row, *given)))


def _html(row: Row, may_assign: bool, acts: bool, compares: bool, _language: str) -> SafeString:
    """After a change one row of the list is another one; the others are not drawn again."""
    given = {"may_assign": may_assign, "acts": acts, "compares": compares}
    template = loader.get_template("priorities/_board_row.html")
    return template.render({"r": row, "a": row.a, **given})


def _css(a: ActionState, reader: Reader) -> str:
    marks = {
        "stale-row": a.is_stale,
        "ended-row": a.is_ended,
        "changed": a.number in reader.changed,
    }
    return " ".join(name for name, is_so in marks.items() if is_so)


def _verbs(a: ActionState, reader: Reader) -> Iterable[Verb]:
    """At most one that is always seen, the others on hover and focus."""
    slug = a.number.replace(".", "-")
    if reader.may_review and a.waiting:
        yield Verb(
            f"review-{slug}",
            pgettext("verb of a row", "Review"),
            f"{reader.addresses.of_action(a.number)}#h-entries",
        )
    if reader.may_assign:
        css = "more" if a.is_assigned else ""
        word = _("Reassign") if a.is_assigned else _("Assign")
        yield Verb(f"assign-{slug}", word, reader.way(a.number, "assign"), css, opens=True)
    if a.action.pk in reader.reportable:
        way = reader.way(a.number, "report")
        yield Verb(f"report-{slug}", _("Report"), way, "more", opens=True)


@dataclass(frozen=True)
class Head:
    """A column's head that sorts; ``aria`` says how the column is sorted now."""

    id: str
    word: str
    url: str
    aria: str


def _head(name: str, sort: str, address: Address) -> Head:
    is_this = sort.removeprefix("-") == name
    aria = ("descending" if sort.startswith("-") else "ascending") if is_this else ""
    turned = f"-{name}" if aria == "ascending" else name
    url = str(address.to(sort="" if turned == "number" else turned))
    return Head(f"sort-{name}", SORT_WORDS[name](), url, aria)


def _lights(form: FilterForm, counts: dict[str, int]) -> list[tuple[str, int, bool]]:
    """Per light: how many rows it shows beside all else that is asked, and whether it is ticked."""
    ticked = form.data.getlist("light")
    return [
        (kind, counts.get(kind, 0), kind in ticked)
        for kind, _words in LIGHTS
        if form.state.ended.get(kind, 1) or kind in ticked
    ]


def _overdue(form: FilterForm, counts: dict[str, int]) -> tuple[str, int, bool]:
    """Words, count and tick of what stands beside the lights and is none of them."""
    return form.fields[IN_SIGHT].label, counts[IN_SIGHT], form.data.get(IN_SIGHT) == "1"


def _more(form: FilterForm, counts: dict[str, int]) -> list[tuple[str, str, int | None, bool]]:
    """Name, words, count and tick of the criteria that are asked for with a tick."""
    return [
        (name, form.fields[name].label, counts.get(name), form.data.get(name) == "1")
        for name in ("mine", *FLAGS)
        if name != IN_SIGHT and (name != "unassigned" or form.data.get(name))
    ]


def _narrowed(form: FilterForm, address: Address) -> list[tuple[str, str]]:
    """What is asked for out of sight, in words, each with the address without it."""
    asked = form.cleaned_data
    found = []
    if asked["owner"]:
        words = _("owner %(person)s") % {"person": asked["owner"]}
        found.append((words, str(address.to(owner=""))))
    if asked["role"] and asked["unit"]:
        words = dict(form.fields["role"].choices)[asked["role"]]
        found.append((f"{asked['unit']} {words}", str(address.to(role=""))))
    for name in ("mine", *FLAGS):
        if asked[name] and name != IN_SIGHT:
            found.append((form.fields[name].label, str(address.to(**{name: ""}))))
    return found
