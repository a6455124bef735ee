"""Fresh planner statistics after a bulk load. Only the owner may ANALYZE, so the application asks through a function.

Without them the first publication of a newly loaded city took 39 s instead of 5.
"""

from django.db import migrations

REFRESH = """
CREATE FUNCTION refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named regclass;
BEGIN
    FOR named IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relowner = current_user::regrole
    LOOP
        EXECUTE format('ANALYZE %s', named);
    END LOOP;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("summary", "0004_later_facts_once")]

    operations = [migrations.RunSQL(REFRESH, "DROP FUNCTION refresh_statistics()")]
