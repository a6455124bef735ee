-- project_totals holds project_sums(…, 'infinity') of every project that has any fact, kept by statement-level triggers.
--
-- A trigger collects the projects of the rows that changed, locks their totals in project order, and only then computes
-- them anew with the one definition, so that of two writers the later sees what the earlier committed: no update is
-- lost, and statements that overlap wait for each other instead of deadlocking. The SQL runs by EXECUTE: a plan made
-- while a table was empty would be kept for the session and crawl after a bulk load.

CREATE FUNCTION project_totals_lock(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO project_totals (project_id)
             SELECT p.id FROM projects_project p WHERE p.id = ANY ($1) ORDER BY p.id
             ON CONFLICT (project_id) DO NOTHING' USING ids;
    EXECUTE 'SELECT FROM project_totals t WHERE t.project_id = ANY ($1) ORDER BY t.project_id FOR UPDATE' USING ids;
END
$$;

-- `source` names one of the functions of figures; its columns of these projects' totals are computed anew.
CREATE FUNCTION project_totals_refresh(source text, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    names text[];
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM project_totals_lock(ids);
    SELECT array_agg(quote_ident(name) ORDER BY place) INTO names
    FROM pg_proc f, unnest(f.proargnames, f.proargmodes) WITH ORDINALITY AS a (name, mode, place)
    WHERE f.oid = (source || '(bigint[],date)')::regprocedure AND a.mode = 't' AND a.name <> 'project_id';
    EXECUTE format(
        'UPDATE project_totals t SET (%s) = ROW (%s)
         FROM unnest($1) AS i (project_id) LEFT JOIN %I($1, ''infinity'') f ON f.project_id = i.project_id
         WHERE t.project_id = i.project_id',
        array_to_string(names, ', '), 'f.' || array_to_string(names, ', f.'), source
    ) USING ids;
END
$$;

-- All sources of the projects given, or of all projects.
CREATE FUNCTION project_totals_rebuild(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    source text;
    every bigint[] := coalesce(ids, (SELECT array_agg(id ORDER BY id) FROM projects_project));
BEGIN
    FOREACH source IN ARRAY ARRAY[
        'project_budget', 'project_state', 'project_reported', 'project_years', 'project_sources',
        'project_allocations', 'project_arrivals', 'project_payments', 'project_contracts', 'project_certified',
        'project_orders'
    ] LOOP
        PERFORM project_totals_refresh(source, every);
    END LOOP;
END
$$;

-- TG_ARGV[0] is a query for the projects touched, where %s stands for the changed rows; the others name the sources to
-- compute anew.
CREATE FUNCTION project_totals_follow() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    rows_changed text := CASE TG_OP
        WHEN 'UPDATE' THEN '(SELECT * FROM before UNION ALL SELECT * FROM after) changed' ELSE 'changed' END;
    position integer;
BEGIN
    EXECUTE format(
        'SELECT array_agg(DISTINCT t.project_id ORDER BY t.project_id) FROM (%s) t WHERE t.project_id IS NOT NULL',
        replace(TG_ARGV[0], '%s', rows_changed)
    ) INTO touched;
    FOR position IN 1 .. TG_NARGS - 1 LOOP
        PERFORM project_totals_refresh(TG_ARGV[position], touched);
    END LOOP;
    RETURN NULL;
END
$$;

-- Work orders change often in ways that no figure counts (signed, replied, closed): those are passed over.
CREATE FUNCTION project_totals_follow_orders() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    EXECUTE 'SELECT array_agg(DISTINCT m.project_id ORDER BY m.project_id)
             FROM before b JOIN after a ON a.id = b.id JOIN complaints_ordermatch m ON m.order_id = a.id
             WHERE (a.kind, a.duplicate_of_id, a.received_at)
                   IS DISTINCT FROM (b.kind, b.duplicate_of_id, b.received_at)' INTO touched;
    PERFORM project_totals_refresh('project_orders', touched);
    RETURN NULL;
END
$$;

DO $$
DECLARE
    own constant text := 'SELECT project_id FROM %s';
    by_contract constant text :=
        'SELECT c.project_id FROM funding_contract c WHERE c.id IN (SELECT contract_id FROM %s)';
    by_payment constant text :=
        'SELECT a.project_id FROM funding_disbursementassignment a '
        'WHERE a.disbursement_id IN (SELECT disbursement_id FROM %s)';
    by_line constant text :=
        'SELECT coalesce(changed.project_id, l.project_id) AS project_id '
        'FROM %s JOIN funding_budgetline l ON l.id = changed.budget_line_id';
    each record;
BEGIN
    FOR each IN
        SELECT * FROM (VALUES
            ('projects_investmentapproval', own, $q$'project_budget'$q$, true),
            ('projects_statuschange', own, $q$'project_state'$q$, true),
            ('progress_periodreport', own, $q$'project_reported'$q$, true),
            ('progress_planyear', own, $q$'project_years'$q$, true),
            ('funding_fundingplan', own, $q$'project_sources'$q$, true),
            ('funding_budgetline', own, $q$'project_sources', 'project_allocations', 'project_arrivals'$q$, true),
            ('funding_fundarrival', by_line, $q$'project_arrivals'$q$, true),
            ('funding_contract', own, $q$'project_contracts', 'project_certified'$q$, true),
            ('funding_contractchange', by_contract, $q$'project_contracts'$q$, true),
            ('funding_measurement', by_contract, $q$'project_certified'$q$, true),
            ('funding_disbursementstatus', by_payment, $q$'project_payments'$q$, false),
            ('funding_disbursementassignment', by_payment, $q$'project_payments'$q$, false),
            ('complaints_ordermatch', own, $q$'project_orders'$q$, true)
        ) AS t (source_table, touched, sources, may_change)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER totals_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
             FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow(%L, %s)',
            each.source_table, each.touched, each.sources);
        CONTINUE WHEN NOT each.may_change;  -- the ledger only grows
        EXECUTE format(
            'CREATE TRIGGER totals_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after
             FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow(%L, %s)',
            each.source_table, each.touched, each.sources);
        EXECUTE format(
            'CREATE TRIGGER totals_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
             FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow(%L, %s)',
            each.source_table, each.touched, each.sources);
    END LOOP;
    CREATE TRIGGER totals_update AFTER UPDATE ON complaints_workorder
        REFERENCING OLD TABLE AS before NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow_orders();
END
$$;
