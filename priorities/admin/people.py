"""Units and accounts. Accounts are the administrators' alone."""

from collections.abc import Sequence

from django import forms
from django.contrib import admin
from django.contrib.auth import password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from ..models import Action, Plan, Unit, User
from ..models.chain import hold_chain
from ..models.people import Role, pinyin_initials
from ..permissions import can_manage_accounts
from ..words import listed
from .base import count_link, counted, in_transaction, yes_or_no
from .leaving import LeavingForm, LeavingPanel, SuccessorField
from .passwords import opened, sealed
from .searching import FoundByName
from .site import panel


def actions_page(**filters) -> str | None:
    """The current plan's actions on the site, filtered."""
    plan = Plan.objects.current()
    return plan and f"{reverse('actions', args=[plan.slug])}?{urlencode(filters)}"


class UnitForm(LeavingForm):
    successor = SuccessorField(Unit.objects.active())

    def clean(self):
        """Initials that were made from the old short name follow the new one."""
        cleaned = super().clean()
        before = Unit.objects.filter(pk=self.instance.pk).first()
        if before and cleaned.get("pinyin") == pinyin_initials(before.short_name):
            cleaned["pinyin"] = pinyin_initials(cleaned.get("short_name", ""))
        return cleaned


@admin.register(Unit, site=panel)
class UnitPanel(FoundByName, LeavingPanel):
    form = UnitForm
    active = yes_or_no(Unit, "is_active")
    fieldsets = (
        (None, {"fields": ("name", "short_name", "pinyin", "kind", "order", "is_active")}),
    )
    list_display = ("short_name", "name", "kind", "leads", "supports", "staffed", "order", "active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "short_name", "pinyin")
    search_help_text = gettext_lazy("Name, short name or pinyin initials")
    actions = ("delete_rows",)

    def get_queryset(self, request):
        units = super().get_queryset(request)
        return units.annotate(
            led_count=counted(Action.objects, "lead_unit"),
            supported_count=counted(Action.objects, "supporting_units"),
            people_count=counted(User.objects, "units"),
        )

    def get_list_display(self, request):
        """Accounts are no page for a supervisor: the count of people then leads nowhere."""
        if can_manage_accounts(request.user):
            return self.list_display
        return tuple(
            "staffed_in_words" if name == "staffed" else name for name in self.list_display
        )

    @admin.display(description=gettext_lazy("leads"), ordering="led_count")
    def leads(self, unit):
        return count_link(unit.led_count, Action, lead_unit__id__exact=unit.pk)

    @admin.display(description=gettext_lazy("supports"), ordering="supported_count")
    def supports(self, unit):
        return count_link(unit.supported_count, Action, supporting_units__id__exact=unit.pk)

    @admin.display(description=gettext_lazy("people"), ordering="people_count")
    def staffed(self, unit):
        return count_link(unit.people_count, User, units__id__exact=unit.pk)

    @admin.display(description=gettext_lazy("people"), ordering="people_count")
    def staffed_in_words(self, unit):
        return unit.people_count or "–"

    def view_on_site(self, unit) -> str | None:
        return actions_page(unit=unit.key)


class AccountForm(LeavingForm):
    """An account; the password is set here too, so that one reason covers the whole change."""

    successor = SuccessorField(User.objects.filter(is_active=True).prefetch_related("units"))

    new_password = forms.CharField(
        label=gettext_lazy("New password"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Left empty, it stays as it is. 10 characters at least."),
    )
    new_password_again = forms.CharField(
        label=gettext_lazy("New password, again"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    new_password_kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        nonce = self.data.get("nonce", "")
        self.kept = opened(self.data.get("new_password_kept", ""), nonce=nonce)
        if self.instance.pk is None:
            self._ask_for_password(is_needed=not self.kept)
            self.fields["new_password"].help_text = _("10 characters at least.")
        if self.kept:
            self._say_it_is_kept()

    def _ask_for_password(self, *, is_needed: bool) -> None:
        for name in ("new_password", "new_password_again"):
            self.fields[name].required = is_needed

    def _say_it_is_kept(self) -> None:
        self._ask_for_password(is_needed=False)
        self.fields["new_password"].help_text = _(
            "The password that you typed is kept. Type another one only if you want another."
        )

    def clean(self):
        cleaned = super().clean()
        self._check_somebody_is_left()
        self._set_password()
        return cleaned

    def _check_somebody_is_left(self) -> None:
        stays = self.cleaned_data.get("is_active") and (
            self.cleaned_data.get("role") == Role.ADMINISTRATOR
        )
        if not stays and are_last_administrators([self.instance]):
            raise ValidationError(last_administrator_stays())

    def _set_password(self) -> None:
        password = self.cleaned_data.get("new_password")
        again = self.cleaned_data.get("new_password_again")
        if password and again is not None and password != again:
            self.add_error("new_password_again", _("The two passwords are not the same."))
        elif again and not password and "new_password" not in self.errors:
            self.add_error("new_password", _("Type the new password here, too."))
        elif password:
            self._take_password(password)
        elif self.kept and not again:
            self.instance.password = self.kept

    def _take_password(self, password: str) -> None:
        self.instance.username = self.cleaned_data.get("username", "")
        self.instance.display_name = self.cleaned_data.get("display_name", "")
        try:
            password_validation.validate_password(password, self.instance)
        except ValidationError as error:
            self.add_error("new_password", error)
        else:
            self.instance.set_password(password)
            self._keep(self.instance.password)

    def _keep(self, password_hash: str) -> None:
        """For the page that comes back if another field is wrong: not to be typed again."""
        self.data = self.data.copy()
        nonce = self.data.get("nonce", "")
        self.data["new_password_kept"] = sealed(password_hash, nonce=nonce)
        self._say_it_is_kept()


def are_last_administrators(accounts: Sequence[Model]) -> bool:
    """Whether nobody could open accounts any more without these.

    Within a transaction the rows stay locked to its end, so two administrators who demote each
    other at the same moment cannot both succeed.
    """
    active = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    hold_chain()
    rows = active.select_for_update() if in_transaction() else active
    standing = set(rows.values_list("pk", flat=True))
    gone = {account.pk for account in accounts}
    return bool(standing & gone) and not standing - gone


def last_administrator_stays() -> str:
    return _("This is the last active administrator. Make somebody else administrator first.")


@admin.register(User, site=panel)
@method_decorator(
    sensitive_post_parameters("new_password", "new_password_again"), name="changeform_view"
)
class AccountPanel(FoundByName, LeavingPanel):
    holds_as_owner = True
    form = AccountForm
    active = yes_or_no(User, "is_active")
    may_edit = staticmethod(can_manage_accounts)
    fieldsets = (
        (None, {"fields": ("username", "display_name", "role", "units", "is_active")}),
        (
            gettext_lazy("Password"),
            {"fields": ("new_password", "new_password_again", "new_password_kept")},
        ),
    )
    autocomplete_fields = ("units",)
    list_display = ("username", "display_name", "role", "units_in_short", "owns", "active")
    list_filter = ("role", "is_active", "units")
    search_fields = ("username", "display_name", "units__name")
    search_help_text = gettext_lazy("User name, name or unit")
    actions = ("delete_rows",)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The password's two fields are the form's own; the model has none of that name."""
        fields = [name for name in kwargs.pop("fields", ()) if not name.startswith("new_")]
        return super().get_form(request, obj, change, fields=fields, **kwargs)

    def names_of(self, row):
        return row.names + tuple(name for unit in row.units.all() for name in unit.names)

    def get_queryset(self, request):
        accounts = super().get_queryset(request).prefetch_related("units")
        return accounts.annotate(owned_count=counted(Action.objects, "owner"))

    @admin.display(description=gettext_lazy("units"))
    def units_in_short(self, account):
        names = listed(str(unit) for unit in account.units.all())
        return names or "–"

    @admin.display(description=gettext_lazy("owns"), ordering="owned_count")
    def owns(self, account):
        return count_link(account.owned_count, Action, owner__id__exact=account.pk)

    def view_on_site(self, account) -> str | None:
        return actions_page(owner=account.key)

    def refusals(self, rows, by):
        found = super().refusals(rows, by)
        if by in rows:
            found.append(_("This is your own account; somebody else has to delete it."))
        if are_last_administrators(rows):
            found.append(last_administrator_stays())
        return found

    def store(self, request, obj, form, change):
        super().store(request, obj, form, change)
        if obj == request.user and (form.cleaned_data["new_password"] or form.kept):
            update_session_auth_hash(request, obj)
