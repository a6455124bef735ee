"""The audit trail of notices only grows, as all others do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("complaints", "0004_guard_audit_trail")]

    operations = [migrations.RunSQL("SELECT guard_audit_trail()", migrations.RunSQL.noop)]
