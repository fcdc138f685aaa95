"""The plan, its priorities, the actions and their milestones."""

import re

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Action, Milestone, Plan, Priority, ProgressEntry, Target
from ..models.phases import Life
from ..typed import plain
from .base import (
    Panel,
    PanelForm,
    PanelInline,
    PanelTable,
    count_link,
    counted,
    day_column,
)
from .columns import plan_column
from .large import LatestPlans, PrioritiesOfPlan
from .searching import FoundByName
from .site import panel

NUMBER = re.compile(r"([0-9]{1,4}\.[0-9]{1,4})")


class PriorityInline(PanelInline):
    model = Priority
    fields = ("number", "title", "sentence", "premise", "goal", "seen")
    can_delete = False


@admin.register(Plan, site=panel)
class PlanPanel(Panel):
    start_day = day_column(Plan, "start")
    end_day = day_column(Plan, "end")
    status_day = day_column(Plan, "status_date")
    fieldsets = (
        (None, {"fields": ("slug", "title", ("start", "end"), "status_date", "is_sample")}),
        (
            gettext_lazy("Source"),
            {"fields": ("source_title", "source_publication", "source_session")},
        ),
        (
            gettext_lazy("Rules"),
            {
                "fields": (
                    "requires_review",
                    "reporting_cycle_days",
                    "red_deviation",
                    "yellow_deviation",
                    "due_soon_days",
                    "red_milestone_days",
                )
            },
        ),
    )
    inlines = (PriorityInline,)
    list_display = (
        *("title", "slug", "phase_word", "start_day", "end_day", "status_day", "priorities_here"),
    )
    list_filter = ("phase",)
    search_fields = ("slug", "title", "source_title")

    def get_queryset(self, request):
        return (
            super().get_queryset(request).annotate(priority_count=counted(Priority.objects, "plan"))
        )

    @admin.display(description=Plan._meta.get_field("phase").verbose_name, ordering="phase")
    def phase_word(self, plan):
        return plan.get_phase_display()

    @admin.display(description=gettext_lazy("priorities"), ordering="priority_count")
    def priorities_here(self, plan):
        return count_link(plan.priority_count, Priority, plan__id__exact=plan.pk)


@admin.register(Priority, site=panel)
class PriorityPanel(Panel):
    fieldsets = ((None, {"fields": ("plan", "number", "title", "sentence", "premise", "goal")}),)
    list_display = ("number", "title", "plan", "actions_here")
    list_display_links = ("number", "title")
    list_filter = (("plan", LatestPlans),)
    list_select_related = ("plan",)
    search_fields = ("title", "sentence")

    def get_queryset(self, request):
        return (
            super().get_queryset(request).annotate(action_count=counted(Action.objects, "priority"))
        )

    @admin.display(description=gettext_lazy("actions"), ordering="action_count")
    def actions_here(self, priority):
        return count_link(priority.action_count, Action, priority__id__exact=priority.pk)


class ActionForm(PanelForm):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].required = False  # one of the two reasons is: clean
        if "cancelled_reason" not in self.fields:
            return  # of a closed plan: to be looked at
        self.fields["cancelled_reason"].help_text = _("Once is enough: here, or below as reason.")

    def clean(self):
        """Who leads does not also support, as where the site's own pages assign."""
        cleaned = super().clean()
        self._take_one_reason(cleaned)
        lead, supporting = cleaned.get("lead_unit"), cleaned.get("supporting_units")
        if lead and supporting is not None:
            cleaned["supporting_units"] = supporting = supporting.exclude(pk=lead.pk)
        try:
            self.instance.check_supporting(supporting or ())
        except ValidationError as error:
            self.add_error(None, error.messages)
        return cleaned

    def _take_one_reason(self, cleaned: dict) -> None:
        """A cancellation and its change in the history are one act, and have one reason."""
        reason, why = cleaned.get("reason", ""), cleaned.get("cancelled_reason", "")
        if cleaned.get("cancelled_on") and "cancelled_on" in self.changed_data:
            cleaned["cancelled_reason"], cleaned["reason"] = why or reason, reason or why
        if not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", self.fields["reason"].error_messages["required"])


class CancelledFilter(admin.SimpleListFilter):
    title = gettext_lazy("cancelled")
    parameter_name = "cancelled"

    def lookups(self, request, model_admin):
        return [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]

    def queryset(self, request, queryset):
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(cancelled_on__isnull=self.value() == "no")


class PriorityOfPlanField(ModelChoiceField):
    """Each priority with the plan it belongs to."""

    def label_from_instance(self, obj):
        return f"{obj.plan.slug} · {obj}"


class MilestoneInline(PanelTable):
    model = Milestone
    fields = ("title", "planned", "done", "seen")


class TargetInline(PanelTable):
    model = Target
    fields = ("title", "measured_in", "start_value", "target_value", "due", "seen")


@admin.register(Action, site=panel)
class ActionPanel(FoundByName, Panel):
    start_day = day_column(Action, "start")
    due_day = day_column(Action, "due")
    original_day = day_column(Action, "original_due")
    cancelled_day = day_column(Action, "cancelled_on")
    form = ActionForm
    fieldsets = (
        (None, {"fields": (("priority", "order"), "text", "measure")}),
        (
            gettext_lazy("Assignment"),
            {
                "fields": (
                    "lead_unit",
                    "supporting_units",
                    "owner",
                    ("start", "due", "original_due"),
                )
            },
        ),
        (gettext_lazy("Cancelled"), {"fields": ("cancelled_on", "cancelled_reason")}),
    )
    readonly_fields = ("original_due",)
    autocomplete_fields = ("lead_unit", "supporting_units", "owner")
    inlines = (MilestoneInline, TargetInline)
    of_plan = plan_column("priority.plan")
    list_display = (
        "of_plan",
        "number",
        "text",
        "lead_unit",
        "owner",
        "start_day",
        "due_day",
        "original_day",
        "cancelled_day",
        "entries_here",
    )
    list_display_links = ("number", "text")
    list_filter = (
        ("priority__plan", LatestPlans),
        ("priority", PrioritiesOfPlan),
        CancelledFilter,
        "lead_unit",
    )
    ordering = ("priority_id", "order")
    list_select_related = ("priority__plan", "lead_unit", "owner")
    search_fields = ("text", "lead_unit__name", "owner__display_name")
    searched_with = ("lead_unit", "owner")
    search_help_text = gettext_lazy("Number, words, lead unit or owner")

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(entry_count=counted(ProgressEntry.objects, "action"))
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Several plans have a priority of the same number and title; a closed one takes none."""
        if db_field.name == "priority":
            kwargs["queryset"] = Priority.objects.exclude(plan__phase=Life.CLOSED).select_related(
                "plan"
            )
            kwargs["form_class"] = PriorityOfPlanField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """The number of an action never changes."""
        return ("priority", "order", *self.readonly_fields) if obj else self.readonly_fields

    def get_search_results(self, request, queryset, search_term):
        if number := NUMBER.fullmatch(plain(search_term)):
            return queryset.numbered(number[1]), False
        return super().get_search_results(request, queryset, search_term)

    def names_of(self, row):
        holders = [holder for holder in (row.lead_unit, row.owner) if holder]
        return (row.text, *(name for holder in holders for name in holder.names))

    @admin.display(description=gettext_lazy("number"), ordering="priority__number")
    def number(self, action):
        return action.number

    @admin.display(description=gettext_lazy("entries"), ordering="entry_count")
    def entries_here(self, action):
        return count_link(action.entry_count, ProgressEntry, action__id__exact=action.pk)


@admin.register(Milestone, site=panel)
class MilestonePanel(Panel):
    planned_day = day_column(Milestone, "planned")
    done_day = day_column(Milestone, "done")
    fieldsets = ((None, {"fields": ("action", "title", "planned", "done")}),)
    autocomplete_fields = ("action",)
    of_plan = plan_column("action.priority.plan")
    list_display = ("title", "of_plan", "action", "planned_day", "done_day")
    list_filter = (
        ("action__priority__plan", LatestPlans),
        ("done", admin.EmptyFieldListFilter),
    )
    list_select_related = ("action__priority__plan",)
    search_fields = ("title", "action__text")
    date_hierarchy = "planned"
    actions = ("delete_rows",)

    def view_on_site(self, milestone) -> str:
        return milestone.action.get_absolute_url()


@admin.register(Target, site=panel)
class TargetPanel(Panel):
    due_day = day_column(Target, "due")
    dropped_day = day_column(Target, "dropped_on")
    numbers = ("start_value", "target_value", "original_value")
    fieldsets = (
        (None, {"fields": ("action", "title", "measured_in", numbers, ("due", "dropped_on"))}),
    )
    readonly_fields = ("original_value", "dropped_on")
    autocomplete_fields = ("action",)
    of_plan = plan_column("action.priority.plan")
    list_display = ("title", "of_plan", "action", *numbers, "measured_in", "due_day", "dropped_day")
    list_filter = (
        ("action__priority__plan", LatestPlans),
        ("dropped_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("action__priority__plan",)
    search_fields = ("title", "action__text")

    def view_on_site(self, target) -> str:
        return target.action.get_absolute_url()
