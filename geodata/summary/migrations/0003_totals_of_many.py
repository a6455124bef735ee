"""Totals of many projects at once are computed by hash joins, whatever the statistics say.

An ANALYZE in the middle of a load sees none of its rows; a plan made for one row then joined 100,000 payments with
themselves for a quarter of an hour. For few projects the planner is left alone: there nested loops are right.
"""

from django.db import migrations

REFRESH = """
CREATE OR REPLACE FUNCTION project_totals_refresh(source text, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    names text[];
    loops constant text := current_setting('enable_nestloop');
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM project_totals_lock(ids);
    SELECT array_agg(quote_ident(name) ORDER BY place) INTO names
    FROM pg_proc f, unnest(f.proargnames, f.proargmodes) WITH ORDINALITY AS a (name, mode, place)
    WHERE f.oid = (source || '(bigint[],date)')::regprocedure AND a.mode = 't' AND a.name <> 'project_id';
    IF cardinality(ids) > 100 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    EXECUTE format(
        'UPDATE project_totals t SET (%s) = ROW (%s)
         FROM unnest($1) AS i (project_id) LEFT JOIN %I($1, ''infinity'') f ON f.project_id = i.project_id
         WHERE t.project_id = i.project_id',
        array_to_string(names, ', '), 'f.' || array_to_string(names, ', f.'), source
    ) USING ids;
    PERFORM set_config('enable_nestloop', loops, true);
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("summary", "0002_figures")]

    operations = [migrations.RunSQL(REFRESH, migrations.RunSQL.noop)]
