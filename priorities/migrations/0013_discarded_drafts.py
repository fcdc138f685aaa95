import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("priorities", "0012_seal_histories")]

    operations = [
        migrations.CreateModel(
            name="DiscardedDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("report", models.BigIntegerField(verbose_name="report")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("rows", models.TextField(verbose_name="draft")),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="thrown away at"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discarded_drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="discarded_drafts",
                        to="priorities.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft that was thrown away",
                "verbose_name_plural": "drafts that were thrown away",
                "ordering": ["-pk"],
            },
        ),
    ]
