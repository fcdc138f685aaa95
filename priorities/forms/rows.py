"""Several rows of one kind in one form: how many there may be is asked before any is made."""

from django.forms import BaseFormSet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.functional import cached_property

from .fields import INCOMPLETE

MOST_ROWS = 1000
"""More than any form here takes; up to it a formset itself says how many are too many."""


class CountedRows(BaseFormSet):
    """A formset that believes no count which cannot be.

    Django bounds the total alone; ``INITIAL_FORMS=99999999`` drives every loop over the rows that
    were there. Such a count is as one that is missing: there are no rows, the form is refused.
    """

    default_error_messages = {"missing_management_form": INCOMPLETE}

    @cached_property
    def management_form(self):
        form = super().management_form
        if not self.is_bound:
            return form
        counts = {name: form.cleaned_data.get(name, 0) for name in COUNTS}
        is_possible = 0 <= counts[INITIAL_FORM_COUNT] <= counts[TOTAL_FORM_COUNT]
        if not is_possible or counts[TOTAL_FORM_COUNT] > MOST_ROWS:
            form.add_error(None, INCOMPLETE)
            form.cleaned_data.update(dict.fromkeys(COUNTS, 0))
        return form


COUNTS = (INITIAL_FORM_COUNT, TOTAL_FORM_COUNT)
