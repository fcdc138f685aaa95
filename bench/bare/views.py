"""The least that Django can do for the same work: a table, a task with notes, CSV, a write.

Neither the write nor the file asks who is there: less than any real page does.
"""

import csv
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from .models import Action, Note

COLUMNS = ("priority", "title", "owner", "due", "percent", "latest")


def hello(request):
    return HttpResponse(b"hello")


@login_required
def listing(request, plan):
    rows = Action.objects.filter(plan=plan).order_by("id").values_list("id", *COLUMNS)
    return render(request, "list.html", {"rows": rows, "token": get_token(request)})


@login_required
def task(request, pk):
    context = {
        "action": Action.objects.get(pk=pk),
        "notes": Note.objects.filter(action=pk).order_by("-day", "-id"),
        "token": get_token(request),
    }
    return render(request, "task.html", context)


def write(request, pk):
    said = {"text": request.POST["note"], "percent": int(request.POST["percent"])}
    Note.objects.create(action_id=pk, day=date(2027, 1, 4), who="user1", **said)
    return HttpResponse(status=204)


def export(request, plan):
    response = HttpResponse(content_type="text/csv")
    rows = Action.objects.filter(plan=plan).values_list(*COLUMNS)
    csv.writer(response).writerows(rows)
    return response
