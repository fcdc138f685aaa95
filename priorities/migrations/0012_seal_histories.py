"""The recorded changes come under the chain: from here on any past day can be proved.

A row that is not as its last recorded change left it (saved by a program of old that kept no
history) first gets a record of how it stands. The triggers are made after the migration, as ever.
"""

from django.db import migrations
from django.utils import timezone

from priorities.models.chain import append
from priorities.models.standing import strays

RECORDED = ("Plan", "Priority", "Action", "Milestone", "Unit", "User")  # of then

RELATIONS = ("HistoricalAction_supporting_units", "HistoricalUser_units")
HISTORIES = (*(f"Historical{name}" for name in RECORDED), *RELATIONS)
REASON = "变更记录开始封存时的状态"


def seal(apps, schema_editor):
    using = schema_editor.connection.alias
    for table, key in dict.fromkeys((stray.table, stray.key) for stray in strays(apps, using)):
        record(apps, table, key, using)
    links = apps.get_model("priorities", "ChainLink")
    for name in HISTORIES:
        model = apps.get_model("priorities", name)
        linked = links.objects.using(using).filter(table_name=model._meta.db_table)
        rows = model._base_manager.using(using).exclude(pk__in=linked.values("row_id"))
        keys = rows.order_by("pk").values_list("pk", flat=True)
        append(model, list(keys), using=using, links=links)


def record(apps, table: str, key: int, using: str) -> None:
    """Write down how the row stands, or that it is gone."""
    [name] = [n for n in RECORDED if apps.get_model("priorities", n)._meta.db_table == table]
    model, past = (apps.get_model("priorities", n) for n in (name, f"Historical{name}"))
    row = model._base_manager.using(using).filter(pk=key).first()
    last = past._base_manager.using(using).filter(id=key).order_by("-history_id").first()
    kind = "~" if row and last else "+" if row else "-"
    kept = {f.attname for f in past._meta.concrete_fields}
    columns = {f.attname for f in model._meta.concrete_fields} & kept
    made = past._base_manager.using(using).create(
        **{column: getattr(row or last, column) for column in columns},
        history_date=timezone.now(),
        history_type=kind,
        history_change_reason=REASON,
        door="command",
    )
    for field in model._meta.many_to_many if row else ():
        relation = f"Historical{name}_{field.name}"
        if relation in RELATIONS:
            own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
            through = field.remote_field.through._base_manager.using(using)
            for one in through.filter(**{own: key}):
                apps.get_model("priorities", relation)._base_manager.using(using).create(
                    id=one.pk,
                    history=made,
                    **{f"{n}_id": getattr(one, f"{n}_id") for n in (own, other)},
                )


def unseal(apps, schema_editor):
    """An older program may not know that these rows are never deleted."""
    vendor, quote = schema_editor.connection.vendor, schema_editor.quote_name
    for name in HISTORIES:
        table = apps.get_model("priorities", name)._meta.db_table
        kinds = ("no_update", "no_delete") if vendor == "sqlite" else ("row", "table")
        for kind in kinds:
            on = "" if vendor == "sqlite" else f" ON {quote(table)}"
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{table}_{kind}')}{on}")


class Migration(migrations.Migration):
    dependencies = [("priorities", "0011_names_in_order")]
    operations = [migrations.RunPython(seal, unseal)]
