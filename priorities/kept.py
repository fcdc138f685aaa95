"""Which pages may be shown again as they are, while the data stand, and for how long.

Only a view knows. What a view is given beyond its request, its person and the data, it must not
look at: the keeping is done around it, by whoever put ``keeping`` on the request.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def kept(view: View) -> View:
    """The answer to the same question of the same person stands until the data move."""

    @wraps(view)
    def keeping(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        keeping = getattr(request, "keeping", None)
        if keeping is None:
            return view(request, *args, **kwargs)
        return keeping.answer(lambda: view(request, *args, **kwargs))

    return keeping


def holds_until(request: HttpRequest, moment: datetime) -> None:
    """What is drawn now will not be true after that moment, though no data move."""
    keeping = getattr(request, "keeping", None)
    if keeping is not None:
        keeping.until = min(keeping.until, moment.timestamp())
