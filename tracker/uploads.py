"""Files of a form on their way in, where there may be no room for them."""

from django.core.files import uploadhandler
from django.core.files.uploadhandler import SkipFile


class TemporaryFileUploadHandler(uploadhandler.TemporaryFileUploadHandler):
    """Where a file cannot be written, the rest of the form is read nevertheless.

    The parser would drop the whole form, and with it the words, which nothing else may have kept.
    """

    def new_file(self, *args, **kwargs):
        self._try(super().new_file, *args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        return self._try(super().receive_data_chunk, raw_data, start)

    def file_complete(self, file_size):
        return self._try(super().file_complete, file_size)

    def _try(self, act, *args, **kwargs):
        try:
            return act(*args, **kwargs)
        except OSError as error:
            self.request.could_not_store = error
            raise SkipFile from error


class StoredFilesMiddleware:
    """Stands behind the CSRF check, so that the words may be given back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if error := getattr(request, "could_not_store", None):
            raise error
