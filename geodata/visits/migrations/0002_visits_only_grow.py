"""A visit that was recorded stays as it is: UPDATE, DELETE and TRUNCATE are refused to everybody, the owner included.

The function came with the guards of the ledger (funding 0005); it is stated again, so that the order does not matter.
"""

from django.db import migrations

GUARDS = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON visits_checkin FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON visits_checkin FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE visits_checkin ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE visits_checkin ENABLE ALWAYS TRIGGER no_truncate;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON visits_checkin FROM onemap_app;
    END IF;
END $$;
"""

LIFTED = """
DROP TRIGGER no_truncate ON visits_checkin;
DROP TRIGGER append_only ON visits_checkin;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        GRANT UPDATE, DELETE ON visits_checkin TO onemap_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, LIFTED)]
