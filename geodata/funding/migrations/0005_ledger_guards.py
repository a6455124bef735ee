"""The ledger only grows: UPDATE, DELETE and TRUNCATE are refused to everybody, the tables' owner included.

Plain triggers, because those of pgtrigger can be switched off by a setting of the session. ENABLE ALWAYS keeps them on for
replication roles too. The TRUNCATE guards stand apart under one name, `no_truncate`: tests lift them to empty the tables.
"""

from django.db import migrations

TABLES = ("funding_disbursement", "funding_disbursementstatus", "funding_disbursementassignment")

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM onemap_app;
    END IF;
END $$;
"""

LIFTED = """
DROP TRIGGER no_truncate ON {table};
DROP TRIGGER append_only ON {table};
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        GRANT UPDATE, DELETE ON {table} TO onemap_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0004_ledger_events_without_copies")]

    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        *[migrations.RunSQL(GUARDS.format(table=table), LIFTED.format(table=table)) for table in TABLES],
    ]
