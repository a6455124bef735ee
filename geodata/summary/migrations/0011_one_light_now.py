"""A light that still holds ends on the last day of the calendar, not nowhere: so the planner sees that a project has one
at most, and leaves the join out of rows of which nobody asks the light."""

from datetime import date

from django.db import migrations, models
from django.db.models import F, Q

from geodata.summary.sql import row_functions

LASTING = date(9999, 12, 31)


class Migration(migrations.Migration):
    dependencies = [("summary", "0010_reports_as_of")]

    operations = [
        migrations.RemoveConstraint("ProjectLight", "light_now_once"),
        migrations.RemoveConstraint("ProjectLight", "light_period"),
        migrations.RunSQL(
            "UPDATE summary_projectlight SET until = '9999-12-31' WHERE until IS NULL", migrations.RunSQL.noop
        ),
        migrations.AlterField("ProjectLight", "until", models.DateField(default=LASTING)),
        migrations.AddConstraint(
            "ProjectLight", models.UniqueConstraint(fields=("project", "until"), name="light_until_once")
        ),
        migrations.AddConstraint(
            "ProjectLight", models.CheckConstraint(condition=Q(until__gt=F("since")), name="light_period")
        ),
        migrations.RunSQL(row_functions("rows_v3.sql"), migrations.RunSQL.noop),
    ]
