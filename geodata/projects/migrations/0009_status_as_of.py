"""The status of every project on a day is read from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_desk_order")]

    operations = [
        migrations.AddIndex(
            "StatusChange",
            models.Index(
                fields=["project", "-effective_on", "-id"], include=["status", "stage"], name="status_as_of"
            ),
        ),
        migrations.RemoveIndex("StatusChange", "status_latest"),
    ]
