"""The panel's pages as a browser uses them: what is in a form is sent back with the changes."""

import re
from datetime import date

from django.urls import reverse

from priorities.models import Evidence
from tests.factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)

EDITABLE = ("plan", "priority", "action", "milestone", "unit")
REASON = "示例理由：按会议纪要更正"


def address(row_or_model, page: str) -> str:
    """``page`` is changelist, add, change, delete or history."""
    name = f"admin:{row_or_model._meta.app_label}_{row_or_model._meta.model_name}_{page}"
    return reverse(name, args=[row_or_model.pk] if page in ("change", "delete", "history") else [])


def filled(client, url: str, **changes) -> dict:
    """What a browser would send from that page, with the changes and a reason."""
    context = client.get(url).context
    form = context["adminform"].form
    data = _values(form)
    for inline in context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for row in inline.formset.forms:
            data |= _values(row)
    return data | {"reason": REASON} | changes


def _values(form) -> dict:
    found = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        if isinstance(value, (list, tuple)):
            value = [getattr(one, "pk", one) for one in value]
        found[bound.html_name] = "on" if value is True else value
    return found


def save(client, row, **changes):
    url = address(row, "change")
    return client.post(url, filled(client, url, **changes))


def add(client, model, **fields):
    url = address(model, "add")
    return client.post(url, filled(client, url, **fields))


def delete(client, row, **changes):
    """What a browser sends from the page that asks whether to delete it."""
    seen = client.get(address(row, "delete")).context["form"]["seen"].value()
    return client.post(address(row, "delete"), {"reason": REASON, "seen": seen} | changes)


def delete_several(client, rows, **changes):
    chosen = {"action": "delete_rows", "_selected_action": [row.pk for row in rows]}
    page = client.post(address(type(rows[0]), "changelist"), chosen)
    seen = page.context["form"]["seen"].value() if page.status_code == 200 else ""
    sent = chosen | {"reason": REASON, "seen": seen} | changes
    return client.post(address(type(rows[0]), "changelist"), sent)


def errors(response) -> str:
    assert response.status_code == 422, response.status_code
    words = re.findall(r'<ul class="errorlist.*?</ul>', response.content.decode(), re.S)
    return re.sub(r"<[^>]+>", " ", " ".join(words))


def signatures(row) -> list[tuple]:
    """Kind, person, reason and door of each row of history, newest first."""
    rows = row.history.order_by("-history_id")
    return [
        (past.history_type, past.history_user, past.history_change_reason, past.door)
        for past in rows
    ]


def make_one_of_each():
    unit = make_unit("示例一局")
    person = make_user("reporter", [unit])
    plan = make_plan()
    action = make_action(make_priority(plan), lead_unit=unit, owner=person, due=date(2022, 10, 31))
    step = make_milestone(action, date(2022, 6, 30))
    entry = make_entry(action, by=person, needs_review=True)
    target = make_target(action)
    decision = entry.send_back(by=make_user("supervisor"), reason="示例：请写明进度")
    evidence = Evidence.objects.create(entry=entry, link="https://example.org/示例")
    return [plan, action.priority, action, step, unit, person, entry, decision, evidence, target]
