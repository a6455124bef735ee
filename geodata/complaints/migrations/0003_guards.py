"""Reveals of callers only grow, and so does the audit trail of every table up to here.

pghistory's own guards are pgtrigger's, which a session can switch off, and they let TRUNCATE pass. Plain triggers stand beside
them, and the application's role loses the right. A table audited later needs the same (a test looks for it).
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

# Event tables are those with a column pgh_obj_id. pghistory_context is updated as its metadata grow: no rows may vanish.
GUARDS = """
DO $$
DECLARE
    guarded regclass;
    app boolean := EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app');
BEGIN
    FOR guarded IN
        SELECT attrelid::regclass FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE attname = 'pgh_obj_id' AND relkind = 'r' AND NOT attisdropped
        UNION SELECT 'complaints_personreveal'::regclass
    LOOP
        EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON %s'
                       ' FOR EACH ROW EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %s'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER only_grows', guarded);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER no_truncate', guarded);
        IF app THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM onemap_app', guarded);
        END IF;
    END LOOP;
    CREATE TRIGGER only_grows BEFORE DELETE ON pghistory_context FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER no_truncate BEFORE TRUNCATE ON pghistory_context
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE pghistory_context ENABLE ALWAYS TRIGGER only_grows;
    ALTER TABLE pghistory_context ENABLE ALWAYS TRIGGER no_truncate;
    IF app THEN
        REVOKE DELETE, TRUNCATE ON pghistory_context FROM onemap_app;
    END IF;
END $$;
"""

LIFTED = """
DO $$
DECLARE
    guarded regclass;
BEGIN
    FOR guarded IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'only_grows' LOOP
        EXECUTE format('DROP TRIGGER only_grows ON %s', guarded);
        EXECUTE format('DROP TRIGGER no_truncate ON %s', guarded);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
            EXECUTE format('GRANT UPDATE, DELETE ON %s TO onemap_app', guarded);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0002_initial"),
        ("funding", "0005_ledger_guards"),
        ("organisations", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("progress", "0004_approved_reports_frozen"),
        ("projects", "0003_status_changes_only_grow"),
        ("regions", "0001_initial"),
        ("stewards", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, LIFTED),
    ]
