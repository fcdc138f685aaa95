"""Handing in a file: the file itself, and what its dry run is agreed to with."""

from django import forms
from django.utils.translation import gettext_lazy

from .fields import StrictForm
from .progress import NonceField

LONGEST_READING = 2_000_000
"""Characters; a request without its files may have 2.5 MB (DATA_UPLOAD_MAX_MEMORY_SIZE)."""


class UploadForm(StrictForm):
    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput({"accept": ".xlsx"}),
        error_messages={"required": gettext_lazy("Choose the file that was filled in.")},
    )


class ApplyForm(StrictForm):
    """``reading`` is what was read of the file, signed; ``seen`` what its dry run showed."""

    reading = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_READING)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    nonce = NonceField()
