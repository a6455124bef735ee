import django.contrib.gis.db.models.fields
from django.db import migrations


class Migration(migrations.Migration):
    """Not in the audit's copies: where a member of staff was stands in one row alone."""

    dependencies = [("progress", "0005_photos")]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="position",
            field=django.contrib.gis.db.models.fields.PointField(
                blank=True, null=True, spatial_index=False, srid=4490
            ),
        ),
    ]
