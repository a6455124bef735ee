"""Distances in metres (EPSG:4547) to the true geometry, answered by an index: complaints are matched by them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_status_changes_only_grow")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX project_geom_metric ON projects_project USING gist (ST_Transform(geom, 4547))",
            "DROP INDEX project_geom_metric",
        )
    ]
