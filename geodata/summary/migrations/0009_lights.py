"""The light of each project by day, and in the flat row."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from geodata.summary.sql import row_functions

COLOURS = [("red", "红灯"), ("yellow", "黄灯"), ("grey", "无数据"), ("green", "绿灯")]


class Migration(migrations.Migration):
    dependencies = [("summary", "0008_search_text")]

    operations = [
        migrations.CreateModel(
            "ProjectLight",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("light", models.CharField(choices=COLOURS, max_length=6)),
                ("computed", models.CharField(choices=COLOURS, max_length=6)),
                ("sentence", models.CharField(max_length=400)),
                ("overridden_until", models.DateField(null=True)),
                ("light_since", models.DateField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lights", to="projects.project"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["project", "since"], name="light_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(until__isnull=True), fields=("project",), name="light_now_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="light_period"
                    ),
                ],
            },
        ),
        # their rows get one more column
        migrations.RunSQL(
            "DROP FUNCTION project_summary_at(date), project_summary_of(bigint[], date), project_rows_today(date)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(row_functions("rows_v3.sql"), migrations.RunSQL.noop),
    ]
