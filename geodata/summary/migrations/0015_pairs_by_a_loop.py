"""The same pairs of a text in a third of the time; the index stays as it is."""

from django.db import migrations

from geodata.summary.sql import read


class Migration(migrations.Migration):
    dependencies = [("summary", "0014_in_rates")]

    operations = [migrations.RunSQL(read("search_v2.sql"), migrations.RunSQL.noop)]
