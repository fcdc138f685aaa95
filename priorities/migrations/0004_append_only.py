"""The chain of hashes, with a link for each row that was written before there was one.

The triggers are no part of it: ``priorities.seal`` makes them after every migration.
"""

from django.db import migrations, models

from priorities.models.chain import append

WRITTEN_ONCE = ("ProgressEntry", "Evidence", "Decision", "IssuedReport", "IssuedFile")


def link_what_is_there(apps, schema_editor):
    using = schema_editor.connection.alias
    links = apps.get_model("priorities", "ChainLink")
    for name in WRITTEN_ONCE:
        model = apps.get_model("priorities", name)
        keys = model._base_manager.using(using).order_by("pk").values_list("pk", flat=True)
        append(model, list(keys), using=using, links=links)


class Migration(migrations.Migration):
    dependencies = [
        ("priorities", "0003_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        primary_key=True, serialize=False, verbose_name="number"
                    ),
                ),
                ("table_name", models.CharField(max_length=63, verbose_name="table")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                ("columns", models.TextField(verbose_name="columns")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the row")),
                (
                    "hash",
                    models.CharField(max_length=64, verbose_name="SHA-256 of the chain up to here"),
                ),
            ],
            options={
                "verbose_name": "link of the chain",
                "verbose_name_plural": "links of the chain",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("table_name", "row_id"),
                        name="chain_link_one_per_row",
                        violation_error_message="This row has its link already.",
                    )
                ],
            },
        ),
        migrations.RunPython(link_what_is_there, migrations.RunPython.noop),
    ]
