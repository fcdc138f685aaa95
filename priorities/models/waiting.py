"""Which entries wait for an answer: an index that the database itself keeps (``waiting.py``).

That an entry waits is a fact of three tables, which no index of one of them can hold. Without this
one every page would read all entries of a plan to find the few that nobody has answered.
"""

from datetime import date

from django.db import models

from .plan import Action, Plan


class WaitingQuerySet(models.QuerySet):
    def of_plan(self, plan: Plan):
        return self.filter(action__priority__plan=plan)

    def up_to(self, day: date):
        return self.filter(day__lte=day)


class WaitingEntry(models.Model):
    """Nothing here is written by the program, and nothing of it is shown but what it points to."""

    entry = models.OneToOneField(
        "priorities.ProgressEntry",
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    action = models.ForeignKey(
        Action, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    day = models.DateField()

    objects = WaitingQuerySet.as_manager()

    def __str__(self):
        return str(self.entry)
