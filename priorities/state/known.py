"""What is the same as before is the very same value again.

After a change nearly all that is stored of a plan is as it was. Where a row of the database equals
the one that was read before, the value that was made of it then is taken again, and with it all
that was computed and drawn from it.
"""

from collections.abc import Callable, Iterable, Sequence


class Known:
    """The values of one reading of the database, by the rows that they were made of."""

    def __init__(self, before: "Known | None" = None):
        self._before = before._now if before else {}
        self._now: dict[tuple, object] = {}

    def again(self, make: Callable, row: Iterable, *values: object):
        """``make(*row, *values)``, or what that gave before: of an equal row and the same values.

        A row holds what a database gives; values were made of rows themselves.
        """
        key = (make, *row, *map(id, values))
        if key not in self._now:
            found = self._before.get(key)
            self._now[key] = make(*row, *values) if found is None else found
        return self._now[key]

    def together(self, values: Sequence[object]) -> tuple:
        """The values as a tuple, the very same one again where they are."""
        return self.again(_tuple, (), *values)

    def forget(self) -> "Known":
        """Let go of what was before the last reading; gives itself."""
        self._before = {}
        return self


def _tuple(*values: object) -> tuple:
    return values
