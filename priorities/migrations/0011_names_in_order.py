"""Keeps with units and people where their names stand in pinyin order, and who is shown how."""

from collections import Counter

from django.db import migrations, models

from priorities.names import fold
from priorities.readings import order_of


def put_in_order(apps, schema_editor):
    """No row of history comes of it: nothing that anybody said is changed."""
    units, people = (apps.get_model("priorities", name).objects for name in ("Unit", "User"))
    for unit in units.all():
        units.filter(pk=unit.pk).update(name_order=order_of(unit.short_name))
    bearers = Counter(fold(person.display_name or person.username) for person in people.all())
    for person in people.all():
        name = person.display_name or person.username
        is_shared = bearers[fold(name)] > 1 and person.display_name
        people.filter(pk=person.pk).update(
            name_order=order_of(name, is_person=True),
            shown_name=f"{name} ({person.username})" if is_shared else name,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("priorities", "0010_decision_undone"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="unit",
            options={
                "ordering": ["order", "name_order", "short_name"],
                "verbose_name": "unit",
                "verbose_name_plural": "units",
            },
        ),
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ["name_order", "username"],
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
        ),
        migrations.AddField(
            model_name="unit",
            name="name_order",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="user",
            name="name_order",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="user",
            name="shown_name",
            field=models.CharField(blank=True, default="", editable=False, max_length=220),
        ),
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
    ]
