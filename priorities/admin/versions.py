"""Two people on one page of the panel: each row knows which of its states it was drawn from."""

from collections.abc import Sequence
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.forms import BaseInlineFormSet, ModelForm
from django.utils.translation import gettext as _

from ..acts.preview import digest
from ..forms.rows import CountedRows
from ..forms.versions import (
    NOTHING,
    STALE,
    THEIRS,
    Difference,
    VersionedForm,
    kept_name,
    last_change,
    meanwhile,
    values_in,
)
from ..models.chain import hold_chain


class VersionedRowForm(VersionedForm, ModelForm):
    """A row's form; ``versions`` are those of all rows beside it, where they were read at once."""

    def __init__(self, *args, versions: dict[int, int] | None = None, **options):
        self.versions = versions
        self.is_late = False
        super().__init__(*args, **options)

    @property
    def version(self) -> str:
        if self.instance.pk is None:
            return ""
        if self.versions is not None:
            return str(self.versions.get(self.instance.pk, ""))
        last = last_change(self.instance.history)
        return str(last.history_id) if last else ""

    def values_at(self, seen: str) -> dict[str, object]:
        if not (seen.isascii() and seen.isdigit() and len(seen) <= 18):
            return {}
        record = self.instance.history.filter(history_id=seen).first()
        return values_in(record) if record else {}

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self.is_stale and self.differences:
            self.is_late = True
            self.add_error(None, ValidationError(self.faster, code=STALE))
            self.show_what_stands()
        return cleaned

    @property
    def faster(self) -> str:
        return meanwhile(last_change(self.instance.history))

    @property
    def conflicts(self) -> list[Difference]:
        return self.differences if self.is_late else []


class VersionedRows(CountedRows, BaseInlineFormSet):
    """Rows on their parent's page, of which somebody may have changed or deleted some meanwhile."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.gone: list[int] = []
        if self.is_bound and self.management_form.is_valid():
            self._settle_gone()

    @cached_property
    def versions(self) -> dict[int, int]:
        history = self.model.history.filter(id__in=[row.pk for row in self.get_queryset()])
        return dict(history.order_by().values_list("id").annotate(Max("history_id")))

    def get_form_kwargs(self, index):
        return {**super().get_form_kwargs(index), "versions": self.versions}

    def get_queryset(self):
        """In the order in which they were sent: the panel puts forms and rows side by side."""
        rows = super().get_queryset()
        if not self.is_bound:
            return rows
        if not hasattr(self, "_in_order_sent"):
            keys = [self.data.get(self._name(place, "id"), "") for place in range(self.max_num)]
            places = {key: place for place, key in reversed(list(enumerate(keys)))}
            last = len(keys)
            self._in_order_sent = sorted(rows, key=lambda row: places.get(str(row.pk), last))
        return self._in_order_sent

    def _name(self, place: int, name: str) -> str:
        return f"{self.prefix}-{place}-{name}"

    def _settle_gone(self) -> None:
        """What was typed for a row that is gone becomes a new row, until it is given up."""
        initial, total = self.initial_form_count(), self.total_form_count()
        stored = {str(row.pk) for row in self.get_queryset()}
        keys = [self.data.get(self._name(place, "id"), "") for place in range(initial)]
        here = [place for place in range(initial) if not self._is_gone(keys[place], stored)]
        moved = [place for place in range(initial) if place not in here]
        new = [place for place in range(initial, total) if not self._is_given_up(place)]
        order = [*here, *new, *moved]
        if not moved and order == list(range(total)):
            return
        self.gone = list(range(len(order) - len(moved), len(order)))
        self._renumber(order, initial=len(here))

    def _is_gone(self, key: str, stored: set[str]) -> bool:
        return key.isascii() and key.isdigit() and key not in stored

    def _is_given_up(self, place: int) -> bool:
        return self.data.get(kept_name(self._name(place, "gone"))) == THEIRS

    def _renumber(self, order: list[int], *, initial: int) -> None:
        sent = {key: self.data.getlist(key) for key in self.data}
        self.data = self.data.copy()
        for key in sent:
            if key.startswith(f"{self.prefix}-") and key.split("-")[1].isdigit():
                del self.data[key]
        for place, was in enumerate(order):
            for key, values in sent.items():
                start, name = self._name(was, ""), key.rpartition("-")[2]
                if key.startswith(start):
                    is_key = place in self.gone and name in ("id", "seen")
                    self.data.setlist(self._name(place, name), [""] if is_key else values)
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(initial)
        self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(order))
        self.__dict__.pop("management_form", None)
        self.__dict__.pop("_in_order_sent", None)

    def clean(self):
        super().clean()
        if self.gone:
            said = _("Somebody deleted a row after you opened the page.")
            raise ValidationError(said, code=STALE)
        for form in self.deleted_forms:
            if form.is_late:
                words = {"row": form.instance, "faster": form.faster}
                said = _("%(faster)s Look at “%(row)s” again before you delete it.") % words
                raise ValidationError(said, code=STALE)

    @property
    def conflicts(self) -> list[Difference]:
        """Those of all rows, each field named with its row."""
        changed = [
            Difference(d.name, f"{form.instance}: {d.label}", d.theirs, d.mine, d.chosen)
            for form in self.initial_forms
            for d in form.conflicts
        ]
        return changed + [self._deletion(self.forms[place], place) for place in self.gone]

    def _deletion(self, form: ModelForm, place: int) -> Difference:
        typed = [str(form[name].data) for name in form.fields if form[name].data]
        return Difference(
            name=self._name(place, "gone"),
            label=str(self.model._meta.verbose_name),
            theirs=_("(deleted)"),
            mine=" · ".join(typed) or NOTHING,
            chosen="",
        )

    @property
    def is_late(self) -> bool:
        """Whether somebody was faster with one of the rows, or with a row that is to go."""
        codes = [error.code for error in self.non_form_errors().as_data()]
        return STALE in codes or any(form.is_late for form in self.initial_forms)


def versions_of(rows: Sequence[Model]) -> str:
    """Names the state of rows of one kind; another change, or another row, has another name."""
    if not rows:
        return ""
    history = rows[0].history.model.objects.filter(id__in=[row.pk for row in rows])
    last = history.order_by("id").values_list("id").annotate(Max("history_id"))
    return digest(list(last))


def lock(model: type[Model], pk: object, inlined: dict[type[Model], str]) -> None:
    """Hold the row and those on its page until the transaction ends: who is next then sees it."""
    hold_chain()
    list(_locked(model, pk=pk))
    for other, parent in inlined.items():
        list(_locked(other, **{parent: pk}))


def _locked(model: type[Model], **which):
    rows = model._base_manager.select_for_update(no_key=True).filter(**which)
    return rows.order_by("pk").values_list("pk", flat=True)
