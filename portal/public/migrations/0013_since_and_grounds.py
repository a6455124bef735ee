"""Since when a status holds, and which document adjusted a year's plan; years without one do not read as changed."""

from django.db import migrations, models

COLUMNS = "key, code, year, planned, adjusted, adjusted_by, allocated"


class Migration(migrations.Migration):
    dependencies = [("public", "0012_handling")]

    operations = [
        migrations.AddField("publishedproject", "status_on", models.DateField(null=True)),
        migrations.AddField("publishedplanyear", "adjusted_by", models.CharField(default="", max_length=80)),
        migrations.RunSQL(
            f"UPDATE public_publishedplanyear t SET digest = (SELECT md5(x::text) FROM (SELECT {COLUMNS}) AS x)"  # noqa: S608
            " WHERE to_snapshot IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
