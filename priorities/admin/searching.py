"""Panels whose search finds as the pages do: folded, and by pinyin initials."""

from ..names import words_of
from ..readings import holds
from .base import LONGEST_SEARCH


class FoundByName:
    """Units, accounts and actions are few enough to be compared here; no database reads Chinese."""

    searched_with: tuple[str, ...] = ()
    """The rows whose names are searched as well."""

    def names_of(self, row) -> tuple[str, ...]:
        return row.names

    def get_search_results(self, request, queryset, search_term):
        words = words_of(search_term[:LONGEST_SEARCH])
        if not words:
            return queryset, False
        rows = queryset.select_related(*self.searched_with) if self.searched_with else queryset
        found = [row.pk for row in rows if self._is_meant(row, words)]
        return queryset.filter(pk__in=found), False

    def _is_meant(self, row, words: list[str]) -> bool:
        names = self.names_of(row)
        return all(any(holds(name, word) for name in names) for word in words)
