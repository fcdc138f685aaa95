"""People as they are typed: by name, by user name, or by both as our own lists show them."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..legible import in_short
from ..models import User
from ..names import fold
from ..words import listed


def find_person(words: str, people: Iterable[User]) -> User | None:
    """The one person whom the words mean; None where nobody is called so.

    Raises ValidationError, saying how each of them is to be written, where several are.
    """
    wanted = fold(words)
    found = [person for person in people if wanted in map(fold, person.spellings)]
    if len(found) > 1:
        names = listed(person.told_apart for person in found)
        raise ValidationError(
            _("Several are called “%(name)s”; write which is meant: %(names)s.")
            % {"name": in_short(words), "names": names}
        )
    return found[0] if found else None
