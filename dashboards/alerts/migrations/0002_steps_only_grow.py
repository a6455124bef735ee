"""A step of a warning's history stays as it was written, and so does the audit trail of the new tables."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON alerts_alertstep FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON alerts_alertstep FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE alerts_alertstep ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE alerts_alertstep ENABLE ALWAYS TRIGGER no_truncate;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON alerts_alertstep FROM onemap_app;
    END IF;
END $$;
"""

LIFTED = """
DROP TRIGGER no_truncate ON alerts_alertstep;
DROP TRIGGER append_only ON alerts_alertstep;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        GRANT UPDATE, DELETE ON alerts_alertstep TO onemap_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        ("visits", "0002_visits_only_grow"),
        ("complaints", "0004_guard_audit_trail"),
    ]

    operations = [
        migrations.RunSQL(GUARDS, LIFTED),
        migrations.RunSQL("SELECT guard_audit_trail()", migrations.RunSQL.noop),
    ]
