"""The audit trail of weekly reporting is guarded and indexed as all others are, in whatever order an installation grows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_index_deletions"), ("progress", "0011_weekly_reporting")]

    operations = [migrations.RunSQL("SELECT guard_audit_trail()", migrations.RunSQL.noop)]
