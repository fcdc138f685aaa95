"""Columns of the panel's lists that stand in several of them."""

from operator import attrgetter

from django.contrib import admin
from django.utils.translation import gettext_lazy


def plan_column(path: str):
    """Which plan a row belongs to: several years stand in one list, with the same numbers."""

    @admin.display(description=gettext_lazy("plan"), ordering=path.replace(".", "__") + "__slug")
    def plan(self, row):
        return attrgetter(path)(row).slug

    return plan
