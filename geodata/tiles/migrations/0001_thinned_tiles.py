"""Indexes of the few marks that the low zooms draw, so that a tile over the whole city reads only those."""

from django.db import migrations

# The cast is that of the row functions: an index serves only the very expression that they ask for.
INDEX = (
    "CREATE INDEX project_anchor_z{zoom} ON projects_project USING gist (anchor_3857)"
    " WHERE tile_zoom::integer <= {zoom} AND NOT is_deleted"
)
DROP = "DROP INDEX project_anchor_z{zoom}"
ZOOMS = (6, 8, 10)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("projects", "0002_initial")]
    operations = [migrations.RunSQL(INDEX.format(zoom=zoom), DROP.format(zoom=zoom)) for zoom in ZOOMS]
