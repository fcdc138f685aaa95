"""Entries, evidence and decisions: written once, so the panel only shows them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from ..days import moment
from ..models import Decision, Evidence, ProgressEntry
from ..typed import plain
from .base import RecordInline, RecordPanel, day_column, yes_or_no
from .columns import plan_column
from .large import LatestPlans
from .plan import NUMBER
from .site import panel

WAITING = gettext_lazy("Waiting for review")


def find_number(queryset, words: str, field: str = ""):
    """The rows of the actions of that number, or None where the words are no number."""
    found = NUMBER.fullmatch(plain(words))
    if not found:
        return None
    priority, order = map(int, found[1].split("."))
    return queryset.filter(
        **{f"{field}action__priority__number": priority, f"{field}action__order": order}
    )


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", WAITING), *Decision.Verdict.choices]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.waiting()
        if self.value() == Decision.Verdict.ACCEPTED:
            return queryset.accepted()
        if self.value() in Decision.Verdict.values:
            return queryset.filter(decision__verdict=self.value())
        return queryset


def evidence_link(evidence: Evidence):
    """A file goes through the site's view, which asks for permission; a link is a link."""
    if evidence.link:
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', evidence.link)
    slug = evidence.entry.action.priority.plan.slug
    url = reverse("evidence", args=[slug, evidence.pk])
    return format_html('<a href="{}">{}</a>', url, evidence.name)


class EvidenceInline(RecordInline):
    model = Evidence
    fields = ("opens", "size", "sha256")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("file or link"))
    def opens(self, evidence):
        return evidence_link(evidence)


@admin.display(description=gettext_lazy("Taken back"))
def taken_back(decision):
    """Who took the decision back, and when: it stands no more."""
    undone = getattr(decision, "undone", None)
    return f"{undone.by} {moment(undone.at)}" if undone else "–"


class DecisionInline(RecordInline):
    model = Decision
    fields = ("verdict", "reason", "by", "at", taken_back)
    readonly_fields = fields


@admin.register(ProgressEntry, site=panel)
class ProgressEntryPanel(RecordPanel):
    spoken_day = day_column(ProgressEntry, "day")
    recorded_at = day_column(ProgressEntry, "at")
    unchanged = yes_or_no(ProgressEntry, "is_unchanged")
    fields = (
        "action",
        "day",
        "percent",
        "done",
        "next_step",
        "problems",
        "help_needed",
        "outlook",
        "outlook_reason",
        "explanation",
        "unchanged",
        "state",
        "by",
        "at",
    )
    readonly_fields = ("unchanged", "state")
    inlines = (EvidenceInline, DecisionInline)
    of_plan = plan_column("action.priority.plan")
    list_display = (
        *("spoken_day", "of_plan", "action", "percent", "outlook", "by", "recorded_at", "state"),
    )
    list_display_links = ("spoken_day", "action")
    list_filter = (
        ("action__priority__plan", LatestPlans),
        StateFilter,
        "outlook",
        "is_unchanged",
        "action__lead_unit",
    )
    list_select_related = ("action__priority__plan", "by", "decision")
    search_fields = (
        "action__text",
        "done",
        "next_step",
        "problems",
        "help_needed",
        "by__display_name",
        "by__username",
    )
    search_help_text = gettext_lazy(
        "Number or words of the action, words of the entry, or a person"
    )
    date_hierarchy = "day"

    def get_search_results(self, request, queryset, search_term):
        numbered = find_number(queryset, search_term)
        if numbered is not None:
            return numbered, False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("state"))
    def state(self, entry):
        if entry.state == "waiting":
            return WAITING
        return Decision.Verdict(entry.state).label


class OfEntryPanel(RecordPanel):
    """What hangs on an entry: it is seen on the site where the entry stands."""

    of_plan = plan_column("entry.action.priority.plan")

    def get_search_results(self, request, queryset, search_term):
        numbered = find_number(queryset, search_term, "entry__")
        if numbered is not None:
            return numbered, False
        return super().get_search_results(request, queryset, search_term)

    def view_on_site(self, row) -> str:
        return row.entry.get_absolute_url()


@admin.register(Evidence, site=panel)
class EvidencePanel(OfEntryPanel):
    fields = ("entry", "opens", "size", "sha256")
    readonly_fields = fields
    list_display = ("__str__", "of_plan", "entry", "size")
    list_filter = (("entry__action__priority__plan", LatestPlans),)
    list_select_related = ("entry__action__priority__plan",)
    search_fields = ("name", "link", "sha256", "entry__action__text")
    date_hierarchy = "entry__day"

    @admin.display(description=gettext_lazy("file or link"))
    def opens(self, evidence):
        return evidence_link(evidence)


@admin.register(Decision, site=panel)
class DecisionPanel(OfEntryPanel):
    decided_at = day_column(Decision, "at")
    fields = ("entry", "verdict", "reason", "by", "at", taken_back)
    readonly_fields = (taken_back,)
    list_display = ("decided_at", "of_plan", "verdict", "entry", "by", taken_back)
    list_display_links = ("decided_at", "verdict")
    list_filter = (("entry__action__priority__plan", LatestPlans), "verdict")
    list_select_related = ("entry__action__priority__plan", "by", "undone__by")
    search_fields = ("reason", "entry__action__text", "by__display_name", "by__username")
    date_hierarchy = "at"
