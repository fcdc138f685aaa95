"""Search fields that survive what is no row's number.

Django's own look up whatever was sent, to draw it again: ``?lead_unit=abc`` or a key of 30 digits
ends in a server error there.
"""

import re
from collections.abc import Iterable

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError

ROW_NUMBER = re.compile(r"[0-9]{1,18}")


def is_row_number(value: object) -> bool:
    """Whether a database can hold it as a key; a name or 30 digits can be nobody's."""
    return bool(ROW_NUMBER.fullmatch(str(value)))


class RowSearch(AutocompleteSelect):
    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [one for one in value if is_row_number(one)], attrs)


class RowsSearch(AutocompleteSelectMultiple):
    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [one for one in value if is_row_number(one)], attrs)


class RowsField(forms.ModelMultipleChoiceField):
    def clean(self, value: Iterable | None):
        for one in value or ():
            if not is_row_number(one):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(one)[:40]},
                )
        return super().clean(value)
