"""The anchors of the low zooms stand in project_totals now, and so do their indexes."""

from django.db import migrations

INDEX = (
    "CREATE INDEX project_totals_z{zoom} ON project_totals USING gist (anchor_3857)"
    " WHERE tile_zoom <= {zoom}"
)
DROP = "DROP INDEX project_totals_z{zoom}"
OLD_INDEX = (
    "CREATE INDEX project_anchor_z{zoom} ON projects_project USING gist (anchor_3857)"
    " WHERE tile_zoom::integer <= {zoom} AND NOT is_deleted"
)
OLD_DROP = "DROP INDEX project_anchor_z{zoom}"
ZOOMS = (6, 8, 10)


class Migration(migrations.Migration):
    dependencies = [("tiles", "0001_thinned_tiles"), ("summary", "0006_narrow_totals")]
    operations = [
        *(migrations.RunSQL(OLD_DROP.format(zoom=zoom), OLD_INDEX.format(zoom=zoom)) for zoom in ZOOMS),
        *(migrations.RunSQL(INDEX.format(zoom=zoom), DROP.format(zoom=zoom)) for zoom in ZOOMS),
    ]
