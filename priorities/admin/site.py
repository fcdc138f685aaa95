"""The panel as a whole: who gets in, in which order it lists things, and the way back."""

from django.contrib.admin import AdminSite
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ..models import Action, User
from ..models.phases import Life
from ..permissions import can_open_panel, check_open_panel, is_supervisor

GROUPS = {
    gettext_lazy("The plan"): ("Plan", "Priority", "Action", "Milestone", "Target"),
    gettext_lazy("Units and people"): ("Unit", "User"),
    gettext_lazy("The record, to read"): ("ProgressEntry", "Evidence", "Decision"),
}
THEMES = ("light", "dark")


TO_FIELDS = {"", "id"}
"""The columns that a link of the panel may ask to be given in a row's place."""


def sent(request: HttpRequest, name: str) -> list[str]:
    """Every value of that name, in the address and in the form."""
    return [*request.GET.getlist(name), *request.POST.getlist(name)]


class ActiveChoices(AutocompleteJsonView):
    """What a search field of the panel offers: units and people that are still active, and the
    actions of plans that are not closed.

    A supervisor may not open accounts, but does choose an owner: only names are given here.
    """

    def has_perm(self, request, obj=None):
        return is_supervisor(request.user)

    def get_queryset(self):
        rows = super().get_queryset()
        fields = {field.name for field in rows.model._meta.fields}
        if rows.model is Action:
            open_ones = rows.exclude(priority__plan__phase=Life.CLOSED)
            return open_ones.select_related("priority__plan")
        return rows.filter(is_active=True) if "is_active" in fields else rows

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if isinstance(obj, Action):  # several plans have a 3.2
            result["text"] = f"{obj.priority.plan.slug} · {obj}"
        if isinstance(obj, User):
            units = " ".join(str(unit) for unit in obj.units.all())
            result["text"] = " · ".join(word for word in (str(obj), units) if word)
        return result


class PanelSite(AdminSite):
    """Django's admin for supervisors and administrators."""

    site_header = gettext_lazy("Priority tracker: admin panel")
    site_title = gettext_lazy("Priority tracker: admin panel")
    index_title = gettext_lazy("Admin panel")
    site_url = reverse_lazy("home")
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request):
        return request.user.is_authenticated and can_open_panel(request.user)

    def admin_view(self, view, cacheable=False):
        """Somebody signed in who may not enter is told so, and not asked to sign in again."""
        guarded = super().admin_view(view, cacheable)

        @require_http_methods(["GET", "HEAD", "POST"])  # Django's own views take PUT for GET
        def inner(request, *args, **kwargs):
            if request.user.is_authenticated:
                check_open_panel(request.user)
            if not TO_FIELDS.issuperset(sent(request, TO_FIELD_VAR)):
                raise BadRequest
            return guarded(request, *args, **kwargs)

        inner.__name__ = getattr(view, "__name__", "inner")
        return inner

    def each_context(self, request):
        theme = request.COOKIES.get("theme", "")
        return {**super().each_context(request), "theme": theme if theme in THEMES else ""}

    def get_app_list(self, request, app_label=None):
        """The models in the order of the work, under three headings."""
        apps = super().get_app_list(request, app_label)
        models = {row["object_name"]: row for app in apps for row in app["models"]}
        groups = [
            {**apps[0], "name": name, "models": [models[key] for key in names if key in models]}
            for name, names in GROUPS.items()
            if apps
        ]
        return [group for group in groups if group["models"]]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return ActiveChoices.as_view(admin_site=self)(request)

    def password_change(self, request, extra_context=None):
        """The site has a page for it: one set of rules, one look."""
        return redirect("password_change")

    def password_change_done(self, request, extra_context=None):
        return redirect("password_change")


panel = PanelSite(name="admin")
panel.disable_action("delete_selected")
