"""The same pairs of a text in a third of the time, as in the record; the index stays as it is."""

from django.db import migrations

from geodata.summary import sql


class Migration(migrations.Migration):
    dependencies = [("public", "0015_orders_of_the_list")]

    operations = [migrations.RunSQL(sql.read("search_v2.sql"), migrations.RunSQL.noop)]
