"""An approved report is frozen: changing or deleting it is refused to everybody; a correction is a new version."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION refuse_change_of_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an approved report is frozen, % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER approved_frozen BEFORE UPDATE OR DELETE ON progress_periodreport FOR EACH ROW
    WHEN (OLD.state = 'approved') EXECUTE FUNCTION refuse_change_of_approved();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON progress_periodreport
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_approved();
ALTER TABLE progress_periodreport ENABLE ALWAYS TRIGGER approved_frozen;
ALTER TABLE progress_periodreport ENABLE ALWAYS TRIGGER no_truncate;
"""

THAW = """
DROP TRIGGER no_truncate ON progress_periodreport;
DROP TRIGGER approved_frozen ON progress_periodreport;
DROP FUNCTION refuse_change_of_approved();
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0003_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
