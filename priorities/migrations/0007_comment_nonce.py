"""A comment on a draft knows which copy of the form it came from: a double click says it once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("priorities", "0006_import")]

    operations = [
        migrations.AddField(
            model_name="reportcomment",
            name="nonce",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="reportcomment",
            constraint=models.UniqueConstraint(
                fields=("nonce",),
                name="report_comment_nonce_unique",
                violation_error_message="This comment has already been said.",
            ),
        ),
    ]
