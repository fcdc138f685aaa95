"""What units and people are called by: the same for a row of the database and for a plain value."""

from .names import fold
from .readings import holds, is_read_as, order_of, pattern_of


class Keyed:
    """What addresses name by a key, since names change."""

    pk: int

    @property
    def key(self) -> str:
        """No user name can look so, and no unit's does."""
        return f"~{self.pk}"


class NamedUnit(Keyed):
    """A unit by its names; whoever derives from it has these fields."""

    name: str
    short_name: str
    pinyin: str
    order: int

    def __str__(self):
        return self.short_name

    @property
    def names(self) -> tuple[str, str, str]:
        """All that it can be found by: as text, and by the initials of each."""
        return self.short_name, self.name, self.pinyin

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among other units: in the order it was given, then by pinyin."""
        return self.order, order_of(self.short_name)

    @property
    def initials(self) -> str:
        """For a script that looks for it: the initials of its names, with every reading."""
        names = [self.short_name, self.name]
        if not is_read_as(self.short_name, self.pinyin):
            names.insert(0, self.pinyin)
        return " ".join(dict.fromkeys(pattern_of(name) for name in names))

    def is_called(self, typed: str) -> bool:
        """Whether what was typed may mean this unit: a part of a name, or of its initials."""
        return any(holds(name, typed) for name in self.names)


class NamedPerson(Keyed):
    """A person by their names; ``shown_name`` tells them from others of the same name."""

    username: str
    display_name: str
    shown_name: str

    def __str__(self):
        return self.shown_name or self.own_name

    @property
    def own_name(self) -> str:
        return self.display_name or self.username

    @property
    def place(self) -> str:
        """Where the person stands among others, by pinyin."""
        return order_of(self.own_name, is_person=True)

    @property
    def names(self) -> tuple[str, ...]:
        """All that this person can be found by: as text, and by the initials of each."""
        return self.display_name, self.username

    def shown_among(self, bearers: dict[str, set[int]]) -> str:
        """The name, with the user name where somebody else bears the same one."""
        is_shared = bool(bearers.get(fold(self.own_name), set()) - {self.pk})
        return self.told_apart if is_shared else self.own_name

    @property
    def told_apart(self) -> str:
        """The name that nobody else has: with the user name in brackets."""
        return f"{self.display_name} ({self.username})" if self.display_name else self.username

    @property
    def spellings(self) -> tuple[str, ...]:
        """How this person may be written where a person is to be named."""
        return self.display_name, self.username, self.told_apart
