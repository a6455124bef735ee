"""One function guards the trail of any table audited later: the migration that brings it calls `guard_audit_trail()`."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION guard_audit_trail() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    guarded regclass;
BEGIN
    FOR guarded IN
        SELECT a.attrelid::regclass FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE a.attname = 'pgh_obj_id' AND c.relkind = 'r' AND NOT a.attisdropped
           AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'only_grows')
    LOOP
        EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON %s'
                       ' FOR EACH ROW EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %s'
                       ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', guarded);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER only_grows', guarded);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER no_truncate', guarded);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM onemap_app', guarded);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_guards")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION guard_audit_trail()")]
