import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("priorities", "0005_extension"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalaction",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("bulk", "bulk change"),
                    ("admin", "admin panel"),
                    ("command", "command"),
                    ("import", "file handed in"),
                ],
                default="command",
                max_length=10,
                verbose_name="door",
            ),
        ),
        migrations.AlterField(
            model_name="historicalmilestone",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("bulk", "bulk change"),
                    ("admin", "admin panel"),
                    ("command", "command"),
                    ("import", "file handed in"),
                ],
                default="command",
                max_length=10,
                verbose_name="door",
            ),
        ),
        migrations.AlterField(
            model_name="historicalplan",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("bulk", "bulk change"),
                    ("admin", "admin panel"),
                    ("command", "command"),
                    ("import", "file handed in"),
                ],
                default="command",
                max_length=10,
                verbose_name="door",
            ),
        ),
        migrations.AlterField(
            model_name="historicalpriority",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("bulk", "bulk change"),
                    ("admin", "admin panel"),
                    ("command", "command"),
                    ("import", "file handed in"),
                ],
                default="command",
                max_length=10,
                verbose_name="door",
            ),
        ),
        migrations.AlterField(
            model_name="historicalunit",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("bulk", "bulk change"),
                    ("admin", "admin panel"),
                    ("command", "command"),
                    ("import", "file handed in"),
                ],
                default="command",
                max_length=10,
                verbose_name="door",
            ),
        ),
        migrations.AlterField(
            model_name="historicaluser",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("bulk", "bulk change"),
                    ("admin", "admin panel"),
                    ("command", "command"),
                    ("import", "file handed in"),
                ],
                default="command",
                max_length=10,
                verbose_name="door",
            ),
        ),
        migrations.CreateModel(
            name="FileImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=255, verbose_name="file name")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("numbers", models.TextField(verbose_name="actions")),
                ("entries", models.PositiveIntegerField(verbose_name="entries")),
                ("assignments", models.PositiveIntegerField(verbose_name="assignments")),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="handed in at"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed in by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="priorities.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported file",
                "verbose_name_plural": "imported files",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nonce",),
                        name="import_nonce_unique",
                        violation_error_message="This file has already been taken over.",
                    )
                ],
            },
        ),
    ]
