"""Loads the plan of 2022 with its units, and a first row of history for each.

What is there already is left alone, so going back and forward never touches what people have
changed: going back takes away only what nobody has touched since it was loaded.
"""

import json
from pathlib import Path

from django.db import migrations

from priorities.loading import moment

DATA = Path(__file__).resolve().parent.parent / "data"
REASON = "据来源文件录入"


def load(apps, schema_editor):
    document = _read("plan_2022.json")
    loader = _Loader(apps)
    for fields in _read("units_2022.json"):
        loader.add("Unit", {"short_name": fields["short_name"]}, fields)
    plan = loader.add("Plan", {"slug": document["slug"]}, _plan_fields(document))
    for row in document["priorities"]:
        texts = row.pop("actions")
        priority = plan and loader.add("Priority", {"plan_id": plan, "number": row["number"]}, row)
        if not priority:
            continue
        for order, text in enumerate(texts, start=1):
            loader.add("Action", {"priority_id": priority, "order": order}, {"text": text})


def unload(apps, schema_editor):
    document = _read("plan_2022.json")
    loader = _Loader(apps)
    plan = {"plan__slug": document["slug"]}
    loader.remove_untouched(
        "Action",
        {f"priority__{key}": value for key, value in plan.items()},
        unless=["entries", "milestones", "supporting_units"],
    )
    loader.remove_untouched(
        "Priority", plan, unless=["actions"], remembered=("Action", "priority_id")
    )
    loader.remove_untouched(
        "Plan",
        {"slug": document["slug"]},
        unless=["priorities"],
        remembered=("Priority", "plan_id"),
    )
    names = [fields["short_name"] for fields in _read("units_2022.json")]
    loader.remove_untouched(
        "Unit", {"short_name__in": names}, unless=["people", "led_actions", "supported_actions"]
    )


class _Loader:
    """Writes and takes away rows together with the history row of their loading."""

    def __init__(self, apps):
        self.apps = apps
        self.now = moment()

    def add(self, name: str, key: dict, fields: dict) -> int | None:
        """The row's primary key, made with its history where it was never there before.

        None where somebody has deleted the row: it stays deleted.
        """
        model, past = self._models(name)
        row = model.objects.filter(**key).first()
        if row:
            return row.pk
        if past.objects.filter(**key).exists():
            return None
        row = model.objects.create(**{**fields, **key})
        kept = {field.attname for field in past._meta.concrete_fields}
        columns = {
            field.attname: getattr(row, field.attname)
            for field in model._meta.concrete_fields
            if field.attname in kept
        }
        past.objects.create(
            **columns,
            history_date=self.now,
            history_type="+",
            history_change_reason=REASON,
            door="command",
        )
        return row.pk

    def remove_untouched(
        self, name: str, where: dict, unless: list[str], remembered: tuple[str, str] | None = None
    ) -> None:
        """``remembered`` names the parts of a row of which no history may be left.

        What people deleted from it is known by its key alone: with a new one it would come back.
        """
        model, past = self._models(name)
        empty = {f"{relation}__isnull": True for relation in unless}
        for row in model.objects.filter(**where, **empty):
            history = past.objects.filter(id=row.pk)
            is_loaded = history.count() == 1 and history.get().history_change_reason == REASON
            if is_loaded and not self._remembers(remembered, row.pk):
                history.delete()
                row.delete()

    def _remembers(self, parts: tuple[str, str] | None, pk: int) -> bool:
        if parts is None:
            return False
        name, column = parts
        _model, past = self._models(name)
        return past.objects.filter(**{column: pk}).exists()

    def _models(self, name: str):
        get = self.apps.get_model
        return get("priorities", name), get("priorities", f"Historical{name}")


def _plan_fields(document: dict) -> dict:
    source = document["source"]
    return {
        "title": document["title"],
        "source_title": source["title"],
        "source_publication": source["publication"],
        "source_session": source["session"],
        "start": document["start"],
        "end": document["end"],
    }


def _read(name: str):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    dependencies = [("priorities", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
