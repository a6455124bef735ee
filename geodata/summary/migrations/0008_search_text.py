"""project_totals holds the search text: words are read from the narrow table, a quarter of the wide one.

At 100,000 projects the staff map asked for 改造 took 1.2 s by the index of pairs, for 2 (in every text) 1.6 s by four
readings of 198 MB; so it takes 0.7 and 0.9 s.
"""

from django.db import migrations, models

from geodata.summary.sql import read, row_functions


class Migration(migrations.Migration):
    dependencies = [("summary", "0007_pairs_are_dear")]

    operations = [
        migrations.AddField("ProjectTotals", "search_text", models.TextField(null=True)),
        migrations.RunSQL("DROP FUNCTION project_register(bigint[], date)", migrations.RunSQL.noop),
        migrations.RunSQL(read("figures_v3.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(
            row_functions("rows_v2.sql").replace("p.search_text", "f.search_text"), migrations.RunSQL.noop
        ),
        migrations.RunSQL("SELECT project_totals_rebuild(NULL)", migrations.RunSQL.noop),
    ]
