"""The figures in SQL, the triggers that keep project_totals, the search index; then the totals of what is there already."""

from django.db import migrations

from geodata.summary.sql import read, rows

BIGRAMS = "CREATE INDEX project_search_bigrams ON projects_project USING gin (bigrams(search_text))"


class Migration(migrations.Migration):
    dependencies = [
        ("summary", "0001_initial"),
        ("organisations", "0001_initial"),
        ("regions", "0001_initial"),
        ("projects", "0002_initial"),
        ("progress", "0003_initial"),
        ("funding", "0003_initial"),
        ("complaints", "0002_initial"),
    ]
    operations = [
        migrations.RunSQL(read("figures_v1.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(rows("rows_v1.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("totals_v1.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("search_v1.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(BIGRAMS, migrations.RunSQL.noop),
        migrations.RunSQL("SELECT project_totals_rebuild(NULL)", migrations.RunSQL.noop),
    ]
