"""The rows of a past day read what knows no date out of the totals; the definition beside them stays as it is."""

from django.db import migrations

from geodata.summary.sql import past_row_functions, read


class Migration(migrations.Migration):
    dependencies = [("summary", "0012_payments_by_standing")]

    operations = [
        migrations.RunSQL(read("figures_v5.sql"), "DROP FUNCTION project_sums_then(bigint[], date)"),
        migrations.RunSQL(
            past_row_functions("rows_v3.sql"), "DROP FUNCTION project_rows_then(date), project_rows_of(bigint[], date)"
        ),
    ]
