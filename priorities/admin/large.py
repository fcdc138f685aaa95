"""Lists of any length: what they count, offer and order costs the same for a thousand plans."""

from django.contrib import admin
from django.contrib.admin.utils import get_model_from_relation
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from ..models import Plan
from .choices import is_row_number

MOST = 10_000
"""Rows that are counted and can be paged through; who looks for others filters or searches."""

MOST_CHOICES, MOST_PLANS = 100, 6


class BoundedPaginator(Paginator):
    """Counts no further than MOST: every row of a table would be read for one number."""

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @cached_property
    def is_cut(self) -> bool:
        return self._found > MOST

    @cached_property
    def _found(self) -> int:
        return self.object_list.order_by().values("pk")[: MOST + 1].count()


class FewChoices(admin.RelatedFieldListFilter):
    """The first rows of a related table, and the one that is asked for."""

    most = MOST_CHOICES

    def field_choices(self, field, request, model_admin):
        rows = self.rows(get_model_from_relation(field)._default_manager.all(), request)
        if ordering := self.field_admin_ordering(field, request, model_admin):
            rows = rows.order_by(*ordering)
        found = list(rows[: self.most])
        asked = [key for key in self.lookup_val or () if is_row_number(key)]
        missing = set(map(int, asked)) - {row.pk for row in found}
        found += rows.model._default_manager.filter(pk__in=missing)
        return [(row.pk, str(row)) for row in found]

    def rows(self, rows, request):
        return rows


class LatestPlans(FewChoices):
    """A count in the list of plans leads to the rows of any other one."""

    most = MOST_PLANS


class PrioritiesOfPlan(FewChoices):
    """Those of the plan that is asked for, else of the latest."""

    def rows(self, rows, request):
        asked = request.GET.get("priority__plan__id__exact", "")
        if not is_row_number(asked):
            asked = Plan.objects.order_by("-start", "-pk").values("pk")[:1]
        return rows.filter(plan=asked)


admin.FieldListFilter.register(
    lambda field: bool(field.remote_field), FewChoices, take_priority=True
)


class LargeList:
    """For a panel of rows that grow with the year. Facets would count every filter's rows."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist_instance(self, request):
        """The days of a very long list are not offered: each one would be read for them."""
        found = super().get_changelist_instance(request)
        if found.paginator.is_cut:
            found.date_hierarchy = None
        return found
