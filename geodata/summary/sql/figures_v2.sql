-- project_totals holds, beside the sums, what the project itself says and lists ask for: so that filters, counts, sums
-- and tiles read one narrow table. One more source, like those of figures_v1.sql; its columns know no date. A deleted
-- project has neither.
CREATE FUNCTION project_register(ids bigint[], upto date)
RETURNS TABLE (
    project_id bigint, code text, category text, region text, unit text, township text, plan_year integer,
    is_livelihood boolean, planned_start_on date, planned_end_on date, actual_start_on date, registered_budget numeric,
    data_as_of date, is_located boolean, anchor_3857 geometry, tile_zoom integer
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        p.id, p.serial_no::text, cat.code::text, region.code::text, unit.code::text, town.code::text, p.plan_year::integer,
        p.is_livelihood_task, p.planned_start_on, p.planned_end_on, p.actual_start_on, p.total_investment,
        p.data_as_of, p.geom IS NOT NULL, p.anchor_3857, p.tile_zoom::integer
    FROM projects_project p
    LEFT JOIN projects_category cat ON cat.id = p.category_id
    LEFT JOIN regions_areaunit region ON region.id = p.admin_area_id
    LEFT JOIN regions_areaunit unit ON unit.id = p.management_unit_id
    LEFT JOIN regions_areaunit town ON town.id = p.township_id
    WHERE (ids IS NULL OR p.id = ANY (ids)) AND NOT p.is_deleted
$$;

-- All of them together, in the columns of project_totals.
CREATE FUNCTION project_sums(ids bigint[], upto date) RETURNS SETOF project_totals
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        p.project_id, p.tile_zoom, p.plan_year, p.is_located, p.is_livelihood,
        greatest(
            b.budget_until, st.status_until, r.last_report_on, al.allocated_until, ar.arrived_until, pay.paid_until,
            k.contract_until, ce.certified_until, o.orders_until
        ),
        p.unit, p.category, st.status, p.region, st.stage, y.years, fs.sources, p.code,
        b.approved_budget, p.registered_budget, r.last_report_on, r.completed, r.completed_in_year,
        al.allocated, ar.arrived, pay.disbursed, ce.certified, k.contract_total,
        p.planned_start_on, p.planned_end_on, pay.payment_count,
        o.complaints_raw, o.complaints_merged, o.orders_all, o.orders_suggested,
        p.anchor_3857, r.physical_pct, p.township, p.actual_start_on,
        pay.disbursed_to_unit, pay.disbursed_allocation, p.data_as_of,
        b.budget_until, st.status_until, al.allocated_until, ar.arrived_until, pay.paid_until, k.contract_until,
        ce.certified_until, o.orders_until
    FROM project_register(ids, upto) p
    LEFT JOIN project_budget(ids, upto) b ON b.project_id = p.project_id
    LEFT JOIN project_state(ids, upto) st ON st.project_id = p.project_id
    LEFT JOIN project_reported(ids, upto) r ON r.project_id = p.project_id
    LEFT JOIN project_years(ids, upto) y ON y.project_id = p.project_id
    LEFT JOIN project_sources(ids, upto) fs ON fs.project_id = p.project_id
    LEFT JOIN project_allocations(ids, upto) al ON al.project_id = p.project_id
    LEFT JOIN project_arrivals(ids, upto) ar ON ar.project_id = p.project_id
    LEFT JOIN project_payments(ids, upto) pay ON pay.project_id = p.project_id
    LEFT JOIN project_contracts(ids, upto) k ON k.project_id = p.project_id
    LEFT JOIN project_certified(ids, upto) ce ON ce.project_id = p.project_id
    LEFT JOIN project_orders(ids, upto) o ON o.project_id = p.project_id
$$;

-- The columns of project_totals that one of the functions of figures gives.
CREATE FUNCTION project_figures_of(source text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_agg(quote_ident(name) ORDER BY place)
    FROM pg_proc f, unnest(f.proargnames, f.proargmodes) WITH ORDINALITY AS a (name, mode, place)
    WHERE f.oid = (source || '(bigint[],date)')::regprocedure AND a.mode = 't' AND a.name <> 'project_id'
$$;

-- The sums up to a day of the projects that have a later fact, and of no others: nothing where none has. Only the sources
-- with a later fact are computed; the rest is as stored. Opaque to the planner, and planned for the projects found: an
-- array of unknown length is taken for a short one, and nested loops over 2,444 projects then took 41 s.
CREATE FUNCTION project_sums_late(upto date) RETURNS SETOF project_totals
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100 AS $$
DECLARE
    late bigint[];
    any_late boolean;
    each record;
    name text;
    column_of jsonb;
    joins text := '';
BEGIN
    SELECT array_agg(t.project_id) INTO late FROM project_totals t WHERE t.latest_on > upto;
    IF late IS NULL THEN
        RETURN;
    END IF;
    SELECT jsonb_object_agg(attname, 't.' || quote_ident(attname)) INTO column_of
    FROM pg_attribute WHERE attrelid = 'project_totals'::regclass AND attnum > 0 AND NOT attisdropped;
    FOR each IN
        SELECT * FROM (VALUES
            ('project_budget', 'budget_until'), ('project_state', 'status_until'),
            ('project_reported', 'last_report_on'), ('project_sources', 'allocated_until'),
            ('project_allocations', 'allocated_until'), ('project_arrivals', 'arrived_until'),
            ('project_payments', 'paid_until'), ('project_contracts', 'contract_until'),
            ('project_certified', 'certified_until'), ('project_orders', 'orders_until')
        ) AS s (source, until)
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM project_totals WHERE project_id = ANY ($1) AND %I > $2)', each.until)
        INTO any_late USING late, upto;
        CONTINUE WHEN NOT any_late;
        FOREACH name IN ARRAY project_figures_of(each.source) LOOP
            column_of := column_of || jsonb_build_object(
                name, format('CASE WHEN t.%1$I > $2 THEN %2$I.%3$s ELSE t.%3$s END', each.until, each.source, name));
        END LOOP;
        joins := joins || format(' LEFT JOIN %1$I($1, $2) ON %1$I.project_id = t.project_id', each.source);
    END LOOP;
    column_of := column_of || jsonb_build_object('latest_on', format(
        'greatest(%s)', (SELECT string_agg(column_of ->> until, ', ') FROM unnest(ARRAY[
            'budget_until', 'status_until', 'last_report_on', 'allocated_until', 'arrived_until', 'paid_until',
            'contract_until', 'certified_until', 'orders_until']) AS until)));
    RETURN QUERY EXECUTE format(
        'SELECT %s FROM project_totals t%s WHERE t.project_id = ANY ($1)',
        (SELECT string_agg(
             format('(%s)::%s', column_of ->> attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
         FROM pg_attribute WHERE attrelid = 'project_totals'::regclass AND attnum > 0 AND NOT attisdropped),
        joins
    ) USING late, upto;
END
$$;
