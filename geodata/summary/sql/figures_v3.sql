-- The narrow row holds the search text, too: a word that the index of pairs cannot help with (one character, part of a
-- code) is looked for by reading this table, a quarter of the wide one.
CREATE FUNCTION project_register(ids bigint[], upto date)
RETURNS TABLE (
    project_id bigint, code text, category text, region text, unit text, township text, plan_year integer,
    is_livelihood boolean, planned_start_on date, planned_end_on date, actual_start_on date, registered_budget numeric,
    data_as_of date, is_located boolean, anchor_3857 geometry, tile_zoom integer,
    search_text text
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        p.id, p.serial_no::text, cat.code::text, region.code::text, unit.code::text, town.code::text, p.plan_year::integer,
        p.is_livelihood_task, p.planned_start_on, p.planned_end_on, p.actual_start_on, p.total_investment,
        p.data_as_of, p.geom IS NOT NULL, p.anchor_3857, p.tile_zoom::integer,
        p.search_text
    FROM projects_project p
    LEFT JOIN projects_category cat ON cat.id = p.category_id
    LEFT JOIN regions_areaunit region ON region.id = p.admin_area_id
    LEFT JOIN regions_areaunit unit ON unit.id = p.management_unit_id
    LEFT JOIN regions_areaunit town ON town.id = p.township_id
    WHERE (ids IS NULL OR p.id = ANY (ids)) AND NOT p.is_deleted
$$;

-- All of them together, in the columns of project_totals.
CREATE OR REPLACE FUNCTION project_sums(ids bigint[], upto date) RETURNS SETOF project_totals
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
        ce.certified_until, o.orders_until, p.search_text
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
