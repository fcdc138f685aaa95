"""The bare page's two tables; the latest note stands ready beside its action."""

from django.db import models


class Action(models.Model):
    plan = models.IntegerField(db_index=True)
    priority = models.TextField()
    title = models.TextField()
    text = models.TextField()
    owner = models.TextField()
    start = models.DateField()
    due = models.DateField()
    percent = models.IntegerField()
    latest = models.TextField()

    class Meta:
        app_label = "bare"

    def __str__(self):
        return self.title


class Note(models.Model):
    action = models.ForeignKey(Action, models.CASCADE)
    day = models.DateField()
    who = models.TextField()
    text = models.TextField()
    percent = models.IntegerField()

    class Meta:
        app_label = "bare"

    def __str__(self):
        return self.text
