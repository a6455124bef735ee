"""The trail of the tables that came with the workbench only grows, like that of all the others."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_second_factor"),
        ("complaints", "0004_guard_audit_trail"),
        ("progress", "0008_photo_place_unaudited"),
        ("thresholds", "0001_initial"),
        ("visits", "0002_visits_only_grow"),
        ("workdays", "0001_initial"),
    ]

    operations = [migrations.RunSQL("SELECT guard_audit_trail()", migrations.RunSQL.noop)]
