"""The search index of the published projects: pairs of characters, as in the record."""

from django.db import migrations

from geodata.summary import sql


class Migration(migrations.Migration):
    dependencies = [("public", "0001_initial")]

    operations = [
        migrations.RunSQL(sql.read("search_v1.sql"), "DROP FUNCTION bigrams(text)"),
        migrations.RunSQL(
            "CREATE INDEX public_project_bigrams ON public_publishedproject USING gin (bigrams(search_text))",
            "DROP INDEX public_project_bigrams",
        ),
    ]
