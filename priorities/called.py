"""Who is meant by an address: by a key that never changes, or by a name, also a former one.

Links carry keys (``~12``). Addresses that people kept from before, or type, carry names.
"""

import re
from datetime import date

from django.db.models import Model

from .models import Plan, Unit, User
from .models.changes import end_of

KEY = re.compile(r"~([0-9]{1,18})")


def read_key(words: str) -> int | None:
    """The primary key that the words carry, if they are a key."""
    found = KEY.fullmatch(words)
    return int(found[1]) if found else None


def called_formerly(words: str, day: date | None = None) -> int | None:
    """The unit, by its primary key, that was called so on that day; else whoever was last."""
    by_short_name = _bearer(Unit, "short_name", words, day)
    return by_short_name or _bearer(Unit, "name", words, day)


def plan_called_formerly(slug: str) -> Plan | None:
    """The plan whose address this was, where none has it now."""
    return Plan.objects.filter(pk=_bearer(Plan, "slug", slug, None)).first()


def slugs_of(plan: Plan) -> set[str]:
    """The addresses that are the plan's: the one it has, and former ones that no other has now."""
    former = set(plan.history.values_list("slug", flat=True))
    others = Plan.objects.exclude(pk=plan.pk).filter(slug__in=former)
    return {plan.slug, *former} - set(others.values_list("slug", flat=True))


def person_called(words: str, day: date | None = None) -> User | None:
    """The person of a user name: as it was on that day, as it is, or as it once was.

    Units and people of a past day are looked at under the names of that day, so these come first.
    """
    if pk := read_key(words):
        return User.objects.filter(pk=pk).first()
    then = _bearer_on(User, "username", words, day) if day else None
    if then:
        return User.objects.filter(pk=then).first()
    now = User.objects.filter(username__iexact=words).first()
    return now or User.objects.filter(pk=_bearer(User, "username", words, None)).first()


def _bearer(model: type[Model], column: str, words: str, day: date | None) -> int | None:
    then = _bearer_on(model, column, words, day) if day else None
    rows = model.history.filter(**{f"{column}__iexact": words}, id__in=model.objects.values("pk"))
    return then or rows.order_by("-history_id").values_list("id", flat=True).first()


def _bearer_on(model: type[Model], column: str, words: str, day: date) -> int | None:
    """Whoever bore the name when the day was over."""
    until = model.history.filter(history_date__lt=end_of(day)).order_by("history_id")
    bore = set(until.filter(**{f"{column}__iexact": words}).values_list("id", flat=True))
    last = dict(until.filter(id__in=bore).values_list("id", column))
    return next((pk for pk, name in last.items() if name.lower() == words.lower()), None)
