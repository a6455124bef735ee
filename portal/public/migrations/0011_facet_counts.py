"""Counts of each value of each filter, kept for the newest snapshot."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("public", "0010_in_rates")]

    operations = [
        migrations.CreateModel(
            name="FacetCounts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("snapshot", models.PositiveIntegerField()),
                ("facet", models.CharField(max_length=24)),
                ("value", models.CharField(max_length=50)),
                ("counted", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "facet", "value"), name="public_facet_counts_once"
                    )
                ],
            },
        ),
    ]
