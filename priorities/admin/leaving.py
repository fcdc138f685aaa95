"""Who becomes inactive while open actions are theirs names a successor on the same page."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Action
from ..models.chain import hold_chain
from ..models.changes import Door
from ..words import listed
from .base import Panel, PanelForm, in_transaction
from .choices import is_row_number


class SuccessorField(forms.ModelChoiceField):
    """Those who are active; people with their units."""

    def __init__(self, queryset):
        super().__init__(queryset, label=gettext_lazy("Successor"), required=False)

    def to_python(self, value):
        if value and not is_row_number(value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)

    def label_from_instance(self, row) -> str:
        units = [str(unit) for unit in row.units.all()] if hasattr(row, "units") else []
        return f"{row} · {listed(units)}" if units else str(row)


class LeavingForm(PanelForm):
    """Asks for the successor where one is needed, and shows what is held."""

    successor: SuccessorField
    held: list[Action] = []

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is None or cleaned.get("is_active", True):
            return cleaned
        self.held = list(self.instance.open_actions)
        self.instance.successor = cleaned.get("successor")
        if self.held and not (self.instance.successor or "successor" in self.errors):
            self.add_error("successor", _("Choose who takes over the open actions."))
        return cleaned

    @property
    def changes_row(self) -> bool:
        return bool(set(self.changed_data) - {"reason", "nonce", "successor"})


class LeavingPanel(Panel):
    """Saves the hand-over before the row, in the same transaction and with the same reason."""

    def get_object(self, request, object_id, from_field=None):
        """The actions are locked first, as everybody does who changes who holds them."""
        if request.method == "POST" and is_row_number(object_id) and in_transaction():
            hold_chain()
            held = Q(owner=object_id) if self.holds_as_owner else self._of_unit(object_id)
            rows = Action.objects.select_for_update(no_key=True).filter(held)
            list(rows.order_by("pk").values_list("pk"))
        return super().get_object(request, object_id, from_field)

    holds_as_owner = False

    def _of_unit(self, pk: str) -> Q:
        supported = Action.supporting_units.through.objects.filter(unit=pk).values("action")
        return Q(lead_unit=pk) | Q(pk__in=supported)

    def store(self, request, obj, form, change):
        if form.held:
            reason = form.cleaned_data["reason"]
            for said in obj.hand_over(by=request.user, reason=reason, door=Door.ADMIN):
                self.message_user(request, said)
        super().store(request, obj, form, change)
