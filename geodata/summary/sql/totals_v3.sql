-- A row that is missing is made whole at once: with what project_register says of the project, and with the state and
-- the budget that may have been recorded before it in the same transaction. Whoever brings in thousands of projects
-- writes these two first, whose own triggers then find no row to move: one row written where three were. Rows made here
-- are our own and need no lock.
CREATE OR REPLACE FUNCTION project_totals_lock(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    own constant text[] := project_figures_of('project_register');
    state constant text[] := project_figures_of('project_state');
    budget constant text[] := project_figures_of('project_budget');
    loops constant text := current_setting('enable_nestloop');
    missing bigint[];
    made bigint := 0;
BEGIN
    EXECUTE 'SELECT array_agg(i) FROM unnest($1) AS i
             WHERE NOT EXISTS (SELECT FROM project_totals t WHERE t.project_id = i)' INTO missing USING ids;
    IF missing IS NOT NULL THEN
        IF cardinality(missing) > 100 THEN
            PERFORM set_config('enable_nestloop', 'off', true);
        END IF;
        EXECUTE format(
            'INSERT INTO project_totals (project_id, %s, %s, %s)
             SELECT r.project_id, r.%s, s.%s, b.%s
             FROM project_register($1, ''infinity'') r
             LEFT JOIN project_state($1, ''infinity'') s ON s.project_id = r.project_id
             LEFT JOIN project_budget($1, ''infinity'') b ON b.project_id = r.project_id
             ORDER BY r.project_id
             ON CONFLICT (project_id) DO NOTHING',
            array_to_string(own, ', '), array_to_string(state, ', '), array_to_string(budget, ', '),
            array_to_string(own, ', r.'), array_to_string(state, ', s.'), array_to_string(budget, ', b.')
        ) USING missing;
        GET DIAGNOSTICS made = ROW_COUNT;
        PERFORM set_config('enable_nestloop', loops, true);
    END IF;
    IF made < cardinality(ids) THEN
        EXECUTE 'SELECT FROM project_totals t WHERE t.project_id = ANY ($1) ORDER BY t.project_id FOR UPDATE'
        USING ids;
    END IF;
END
$$;

-- Nothing is computed of projects that have no row: they are deleted, or will be inserted later in the transaction.
CREATE OR REPLACE FUNCTION project_totals_refresh(source text, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    names constant text[] := project_figures_of(source);
    loops constant text := current_setting('enable_nestloop');
    held bigint[];
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM project_totals_lock(ids);
    EXECUTE 'SELECT array_agg(i) FROM unnest($1) AS i
             WHERE EXISTS (SELECT FROM project_totals t WHERE t.project_id = i)' INTO held USING ids;
    IF held IS NULL THEN
        RETURN;
    END IF;
    IF cardinality(held) > 100 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    EXECUTE format(
        'UPDATE project_totals t SET (%s) = ROW (%s)
         FROM unnest($1) AS i (project_id) LEFT JOIN %I($1, ''infinity'') f ON f.project_id = i.project_id
         WHERE t.project_id = i.project_id',
        array_to_string(names, ', '), 'f.' || array_to_string(names, ', f.'), source
    ) USING held;
    PERFORM set_config('enable_nestloop', loops, true);
END
$$;
