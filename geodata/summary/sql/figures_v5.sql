-- What lists and figures of a past day read: project_sums() (figures_v3.sql), but what knows no date, the register and
-- the years of plans, out of project_totals, where it is kept: so one narrow table takes the place of five.
-- `reconcile` holds the totals against the definition, and the tests hold these rows against it.
CREATE FUNCTION project_sums_then(ids bigint[], upto date) RETURNS SETOF project_totals
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        p.project_id, p.tile_zoom, p.plan_year, p.is_located, p.is_livelihood,
        greatest(
            b.budget_until, st.status_until, r.last_report_on, al.allocated_until, ar.arrived_until, pay.paid_until,
            k.contract_until, ce.certified_until, o.orders_until
        ),
        p.unit, p.category, st.status, p.region, st.stage, p.years, fs.sources, p.code,
        b.approved_budget, p.registered_budget, r.last_report_on, r.completed, r.completed_in_year,
        al.allocated, ar.arrived, pay.disbursed, ce.certified, k.contract_total,
        p.planned_start_on, p.planned_end_on, pay.payment_count,
        o.complaints_raw, o.complaints_merged, o.orders_all, o.orders_suggested,
        p.anchor_3857, r.physical_pct, p.township, p.actual_start_on,
        pay.disbursed_to_unit, pay.disbursed_allocation, p.data_as_of,
        b.budget_until, st.status_until, al.allocated_until, ar.arrived_until, pay.paid_until, k.contract_until,
        ce.certified_until, o.orders_until, p.search_text
    FROM project_totals p
    LEFT JOIN project_budget(ids, upto) b ON b.project_id = p.project_id
    LEFT JOIN project_state(ids, upto) st ON st.project_id = p.project_id
    LEFT JOIN project_reported(ids, upto) r ON r.project_id = p.project_id
    LEFT JOIN project_sources(ids, upto) fs ON fs.project_id = p.project_id
    LEFT JOIN project_allocations(ids, upto) al ON al.project_id = p.project_id
    LEFT JOIN project_arrivals(ids, upto) ar ON ar.project_id = p.project_id
    LEFT JOIN project_payments(ids, upto) pay ON pay.project_id = p.project_id
    LEFT JOIN project_contracts(ids, upto) k ON k.project_id = p.project_id
    LEFT JOIN project_certified(ids, upto) ce ON ce.project_id = p.project_id
    LEFT JOIN project_orders(ids, upto) o ON o.project_id = p.project_id
    WHERE ids IS NULL OR p.project_id = ANY (ids)
$$;
