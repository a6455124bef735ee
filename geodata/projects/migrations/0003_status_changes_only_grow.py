"""Status changes only grow: UPDATE, DELETE and TRUNCATE are refused to everybody, the table's owner included.

A project with a history is therefore never deleted, only marked (`is_deleted`). The TRUNCATE guard stands apart under the
name `no_truncate`: tests lift it to empty the tables.
"""

from django.db import migrations

TABLES = ("projects_statuschange",)

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
    dependencies = [("projects", "0002_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        *[migrations.RunSQL(GUARDS.format(table=table), LIFTED.format(table=table)) for table in TABLES],
    ]
