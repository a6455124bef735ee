"""The flat row says whether a project counts in rates: HQ may leave out those whose stop was reported and approved."""

from django.db import migrations

from geodata.summary.sql import past_row_functions, read, row_functions

ROWS = "project_summary_at(date), project_summary_of(bigint[], date), project_rows_today(date)"
PAST = "project_rows_then(date), project_rows_of(bigint[], date)"


class Migration(migrations.Migration):
    dependencies = [("summary", "0013_rows_then"), ("thresholds", "0001_initial")]

    operations = [
        migrations.RunSQL(f"DROP FUNCTION {ROWS}, {PAST}", row_functions("rows_v3.sql") + past_row_functions("rows_v3.sql")),
        migrations.RunSQL(
            read("stops_v1.sql") + row_functions("rows_v4.sql") + past_row_functions("rows_v4.sql"),
            f"DROP FUNCTION {ROWS}, {PAST}, project_stop_reported(bigint, date)",
        ),
    ]
