"""The audit trail of publications only grows, as all others do."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial"), ("complaints", "0004_guard_audit_trail")]

    operations = [migrations.RunSQL("SELECT guard_audit_trail()", migrations.RunSQL.noop)]
