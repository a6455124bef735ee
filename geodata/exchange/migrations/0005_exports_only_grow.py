"""The account of exports only grows: UPDATE, DELETE and TRUNCATE are refused to everybody."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON exchange_export FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON exchange_export FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE exchange_export ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE exchange_export ENABLE ALWAYS TRIGGER no_truncate;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onemap_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON exchange_export FROM onemap_app;
    END IF;
END $$;
"""

LIFTED = """
DROP TRIGGER no_truncate ON exchange_export;
DROP TRIGGER append_only ON exchange_export;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_export"), ("funding", "0005_ledger_guards")]

    operations = [migrations.RunSQL(GUARDS, LIFTED)]
