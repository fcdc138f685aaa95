"""What every page of the panel shares: permission, a reason for each change, refused deletion.

Permission comes from ``permissions.py`` and not from Django's permission tables. Each change is
one row in the history that the site's own pages write to as well, by the door ``admin``.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import (
    BadRequest,
    FieldDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.core.paginator import Paginator
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from simple_history.signals import pre_create_historical_record

from ..acts.once import answered, noted
from ..days import iso, moment
from ..forms.fields import (
    LONGEST_TEXT,
    DayField,
    DayWidget,
    LineField,
    TextField,
    WholeNumberField,
)
from ..forms.progress import NonceField
from ..models import Plan
from ..models.changes import Door
from ..permissions import can_write, is_supervisor
from .changes import changes
from .choices import RowSearch, RowsField, RowsSearch, is_row_number
from .deleting import Deleting, ReasonField
from .large import LargeList
from .versions import VersionedRowForm, VersionedRows, lock

LONGEST_SEARCH = 100
"""Characters of a search that are looked at; SQLite refuses patterns of 50,000."""

COMPARISONS = ("exact", "isnull", "isempty")
PARTS_OF_DAY = ("year", "month", "day")
CHANGES_PER_PAGE = 50
FEW = 100
"""Rows on their parent's page; a plan has eight priorities, an action a handful of milestones."""


class SmallNumberField(WholeNumberField):
    """A number of a plan; what ModelForm hands over is put into the words of our field."""

    def __init__(self, *, min_value: int = 0, **options):
        super().__init__(least=min_value, most=9999, **options)


class WholeRowForm(VersionedRowForm):
    """Checks the whole row: ModelForm skips each constraint that names a field it does not show."""

    def _takes_one(self, name: str) -> bool:
        """The panel wraps a search field in its links; what counts is the field inside."""
        widget = self.fields[name].widget
        return not getattr(getattr(widget, "widget", widget), "allow_multiple_selected", False)

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        try:
            self.instance.full_clean(exclude=self._unknown_yet())
        except ValidationError as error:
            self.add_error(None, error.messages)

    def _unknown_yet(self) -> set[str]:
        """A new parent has no key yet; the formset compares its rows with each other itself."""
        parents = [field for field in self.instance._meta.fields if field.is_relation]
        return {
            field.name
            for field in parents
            if getattr(self.instance, field.attname) is None and not field.null
        }


class PanelForm(WholeRowForm):
    """A row's form, with the reason, and with a nonce: sent twice it is stored once."""

    reason = ReasonField()
    nonce = NonceField()

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if not self.is_bound:
            self.initial["nonce"] = uuid.uuid4()

    @property
    def changes_row(self) -> bool:
        return bool(set(self.changed_data) - {"reason", "nonce"})


@receiver(pre_create_historical_record)
def say_it_is_new(instance, history_instance, **kwargs):
    """A new row with relations is saved twice and recorded once: as new, and never rewritten."""
    if instance.__dict__.pop("_is_new", False):
        history_instance.history_type = "+"


class GoodForm(Exception):
    """Nothing stands against the form: it is judged once more in a transaction, and stored."""


@contextmanager
def unrecorded(row: Model):
    """Without a row of history: the save that follows writes one for all."""
    row.skip_history_when_saving = True
    try:
        yield
    finally:
        del row.skip_history_when_saving


def in_transaction() -> bool:
    return transaction.get_connection().in_atomic_block


def counted(rows: QuerySet, by: str) -> Coalesce:
    """How many of the rows point to each listed one, without joining them all to it."""
    pointing = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    return Coalesce(Subquery(pointing.annotate(count=Count("pk")).values("count")), 0)


def count_link(count: int, model: type[Model], **filters) -> SafeString | str:
    """A count that leads to exactly the rows that it counts."""
    if not count:
        return "–"
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', url, urlencode(filters), count)


def day_column(model: type[Model], name: str):
    """A column of days as tables write them: 2022-09-30, and a time with hours and minutes."""

    @admin.display(description=model._meta.get_field(name).verbose_name, ordering=name)
    def column(self, row):
        value = getattr(row, name)
        if isinstance(value, datetime):
            return moment(value)
        return iso(value) or "–"

    return column


def yes_or_no(model: type[Model], name: str):
    """A column in words: Django's green and red signs would look like lights."""

    @admin.display(description=model._meta.get_field(name).verbose_name, ordering=name)
    def column(self, row):
        return _("yes") if getattr(row, name) else _("no")

    return column


class StrictFields:
    """The fields of the site's own forms, in place of Django's laxer ones."""

    formfield_overrides = {
        models.CharField: {"form_class": LineField},
        models.SlugField: {"widget": AdminTextInputWidget},
        models.TextField: {"form_class": TextField, "max_length": LONGEST_TEXT},
        models.DateField: {"form_class": DayField, "widget": DayWidget},
        models.PositiveSmallIntegerField: {"form_class": SmallNumberField},
    }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RowSearch(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RowsSearch(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, form_class=RowsField, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Nothing is deleted from beside a field: it would go without a reason."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field


def is_of_closed_plan(row: Model | None) -> bool:
    """Whether it belongs to a plan that can only be read, or is one."""
    for name in ("action", "priority", "plan"):
        row = getattr(row, name, row)
    return isinstance(row, Plan) and not can_write(row)


class ByPredicate:
    """Permission by one predicate; whoever may edit may also see, add and delete.

    What belongs to a closed plan is there to be looked at.
    """

    may_edit = staticmethod(is_supervisor)

    def has_module_permission(self, request):
        return self.may_edit(request.user)

    def has_view_permission(self, request, obj=None):
        return self.may_edit(request.user)

    def has_add_permission(self, request, obj=None):
        return self.may_edit(request.user) and not is_of_closed_plan(obj)

    def has_change_permission(self, request, obj=None):
        return self.may_edit(request.user) and not is_of_closed_plan(obj)

    def has_delete_permission(self, request, obj=None):
        return self.may_edit(request.user) and not is_of_closed_plan(obj)


class ReadOnly(ByPredicate):
    """To be looked at: what was said and decided is never changed."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class BasePanel(LargeList, admin.ModelAdmin):
    """One kind of row in the panel: its list, its search, the way to its page on the site."""

    list_per_page = 50
    actions: Sequence[str] = ()

    def get_object(self, request, object_id, from_field=None):
        """By its key alone, whatever other column an address names."""
        row = super().get_object(request, object_id) if is_row_number(object_id) else None
        if row is None:
            raise Http404(_("It does not exist, or was deleted."))
        return row

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def lookup_allowed(self, lookup, value, request):
        """Only what the panel's own links ask for: a value of a field, a day of the hierarchy.

        Of Django's other lookups some end in a server error (``at__year=0``, ``done__regex=(``),
        and ``password__startswith`` would spell out a hash.
        """
        return self._is_linked(lookup) and super().lookup_allowed(lookup, value, request)

    def _is_linked(self, lookup: str) -> bool:
        path, _sep, last = lookup.rpartition("__")
        if path and path == self.date_hierarchy and last in PARTS_OF_DAY:
            return True
        *relations, name = (path if path and last in COMPARISONS else lookup).split("__")
        model = self.model
        try:
            for relation in relations:
                model = model._meta.get_field(relation).related_model
            field = model._meta.get_field(name)
        except (FieldDoesNotExist, AttributeError):
            return not relations  # the name of a filter, or of nothing
        is_day = isinstance(field, models.DateField) and last not in ("isnull", "isempty")
        return name != "password" and not is_day

    def response_action(self, request, queryset):
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(is_row_number(key) for key in selected):
            raise BadRequest(_("The selection names a row that cannot be."))
        return super().response_action(request, queryset)

    def view_on_site(self, row) -> str | None:
        return row.get_absolute_url() if hasattr(row, "get_absolute_url") else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if context["errors"]:
            response.status_code = 422
        return response

    # Django's own log would be a second, poorer history beside ours.

    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None


class RecordPanel(ReadOnly, BasePanel):
    """What units said and the office decided: to be found and read."""

    actions = None
    ordering = ("-pk",)  # as recorded: by its day every row would have to be sorted

    def history_view(self, request, object_id, extra_context=None):
        raise Http404(_("It is written once and has no history."))


class Panel(StrictFields, ByPredicate, Deleting, BasePanel):
    """A row that supervisors may correct, each time with a reason."""

    form = PanelForm

    # Saving: one row of history for each row that changed

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        done = self._stored_before(request, object_id)
        act = partial(self._judged_and_stored, request, object_id, form_url, extra_context)
        response = done or self._unless_it_clashes(request, act)
        if response.status_code == 302:
            return response
        return self._stored_before(request, object_id) or response

    def _judged_and_stored(self, request: HttpRequest, *form) -> HttpResponse:
        """Judged without a lock first: what is refused lets nobody wait. Then again, with it."""
        request.may_store = False
        try:
            return self._changeform_view(request, *form)
        except GoodForm:
            request.may_store = True
            return super().changeform_view(request, *form)

    def _stored_before(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """The same answer once more where this very form was stored: a double click, a retry."""
        row = answered(self.model, by=request.user, nonce=request.POST.get("nonce", ""))
        if not row or not self.has_change_permission(request, row):
            return None
        row.is_untouched = False
        answer = self.response_change if object_id else self.response_add
        return answer(request, row)

    def get_object(self, request, object_id, from_field=None):
        if request.method == "POST" and is_row_number(object_id) and in_transaction():
            lock(self.model, object_id, self._inlined())
        return super().get_object(request, object_id, from_field)

    def _inlined(self) -> dict[type[Model], str]:
        models = [inline.model for inline in self.inlines]
        return {model: _get_foreign_key(self.model, model).name for model in models}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Where somebody was faster, both versions are shown and nothing is stored: 409."""
        rows = [inline.formset for inline in context["inline_admin_formsets"]]
        sources = [context["adminform"].form, *rows]
        late = [one for one in sources if one.is_bound and one.is_late]
        context["differences"] = [d for one in late for d in one.conflicts]
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if late:
            response.status_code = 409
        return response

    def _unless_it_clashes(self, request: HttpRequest, act: Callable[[], HttpResponse]):
        """What was checked may be otherwise by the time it is stored: the database has the word."""
        try:
            return act()
        except IntegrityError:
            if again := self._stored_before(request, None):
                return again
            self.message_user(
                request,
                _("Somebody saved something that clashes a moment ago. Nothing was stored."),
                messages.ERROR,
            )
            return redirect(request.path)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return redirect(request.path)

    def save_model(self, request, obj, form, change):
        if not request.may_store:
            raise GoodForm
        self.store(request, obj, form, change)

    def store(self, request, obj, form, change):
        """Within the transaction, after the form was judged in it."""
        if change and not form.changes_row:
            return
        is_new = not change
        with unrecorded(obj):
            if is_new and obj._meta.many_to_many:
                obj.save()
            form.save_m2m()
        obj._is_new = is_new
        self._sign(request, obj, form.cleaned_data["reason"])
        obj.save()

    def save_related(self, request, form, formsets, change):
        """The row's own relations are stored by ``save_model``, before its history is written."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)
        touched = form.changes_row or any(formset.has_changed() for formset in formsets)
        form.instance.is_untouched = change and not touched
        if touched or not change:
            noted(form.instance, by=request.user, nonce=form.cleaned_data["nonce"])

    def save_formset(self, request, form, formset, change):
        changed = formset.save(commit=False)
        for row in formset.deleted_objects:
            self._sign(request, row, form.cleaned_data["reason"])
            row.delete()
        for row in changed:
            self._sign(request, row, form.cleaned_data["reason"])
            row.save()

    def _sign(self, request: HttpRequest, row: Model, reason: str) -> None:
        row.sign_change(by=request.user, reason=reason, door=Door.ADMIN)

    def response_change(self, request, obj):
        if obj.is_untouched:
            self.message_user(request, _("Nothing was different, so nothing was stored."))
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)

    # History

    def history_view(self, request, object_id, extra_context=None):
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        records = row.history.select_related("history_user").order_by("-history_id")
        pages = Paginator(records, CHANGES_PER_PAGE)
        page = pages.get_page(request.GET.get("p"))
        shown = records[page.start_index() - 1 : page.end_index() + 1] if pages.count else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("What was changed: %(name)s") % {"name": row},
            "opts": self.opts,
            "object": row,
            "changes": changes(shown)[:CHANGES_PER_PAGE],
            "page": page,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", context)


class FewRows:
    """Without a limit, a form that says it holds a thousand rows is drawn for many seconds."""

    extra = 0
    max_num = FEW

    def get_formset(self, request, obj=None, **options):
        return super().get_formset(request, obj, absolute_max=FEW, **options)


class PanelInline(FewRows, StrictFields, ByPredicate, admin.StackedInline):
    """Rows on their parent's page; they share the reason that is given there."""

    form = WholeRowForm
    formset = VersionedRows
    show_change_link = True


class PanelTable(FewRows, StrictFields, ByPredicate, admin.TabularInline):
    form = WholeRowForm
    formset = VersionedRows


class RecordInline(FewRows, ReadOnly, admin.StackedInline):
    pass
