"""Tells the planner what it costs to compute the pairs of a text, 70 µs, as in the record."""

from django.db import migrations

COST = "ALTER FUNCTION bigrams(text) COST {cost}"


class Migration(migrations.Migration):
    dependencies = [("public", "0007_keys_in_list_indexes")]

    operations = [migrations.RunSQL(COST.format(cost=5000), COST.format(cost=100))]
