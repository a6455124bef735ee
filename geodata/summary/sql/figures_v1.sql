-- Every figure of a project, defined once (docs/data-dictionary.md says each in words).
--
-- One function a source, each giving one row a project: so no join ever multiplies one source by another.
-- `ids` limits the projects, NULL means all of them; `upto` is the last business date that counts, 'infinity' all.
-- `..._until` is the newest business date among the facts counted. All are plain SQL and inlinable, so that the planner
-- sees through them: one project is read by index, ten thousand by hash.

-- Budget 总投资 as approved: the newest approval; one without a date counts from the beginning.
CREATE FUNCTION project_budget(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, approved_budget numeric, budget_until date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT ON (a.project_id) a.project_id, a.amount, a.approved_on
    FROM projects_investmentapproval a
    WHERE (ids IS NULL OR a.project_id = ANY (ids)) AND (a.approved_on IS NULL OR a.approved_on <= upto)
    ORDER BY a.project_id, a.approved_on DESC NULLS LAST, a.id DESC
$$;

-- Status and stage: the newest change by its effective date; of one day's changes the later row.
CREATE FUNCTION project_state(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, status text, stage text, status_until date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT ON (c.project_id) c.project_id, c.status::text, c.stage::text, c.effective_on
    FROM projects_statuschange c
    WHERE (ids IS NULL OR c.project_id = ANY (ids)) AND c.effective_on <= upto
    ORDER BY c.project_id, c.effective_on DESC, c.id DESC
$$;

-- What the unit reported: the newest period with an approved report, its highest version; a month goes before a week
-- that ends on the same day.
CREATE FUNCTION project_reported(ids bigint[], upto date)
RETURNS TABLE (
    project_id bigint, completed numeric, completed_in_year numeric, physical_pct numeric, last_report_on date
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT ON (r.project_id)
        r.project_id, r.invested_cumulative, r.invested_year, r.physical_pct, r.period_end
    FROM progress_periodreport r
    WHERE (ids IS NULL OR r.project_id = ANY (ids)) AND r.state = 'approved' AND r.period_end <= upto
    ORDER BY r.project_id, r.period_end DESC, r.kind, r.version DESC, r.id DESC
$$;

-- Years in whose plan the project stands.
CREATE FUNCTION project_years(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, years integer[])
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT y.project_id, array_agg(y.year::integer ORDER BY y.year)
    FROM progress_planyear y
    WHERE ids IS NULL OR y.project_id = ANY (ids)
    GROUP BY y.project_id
$$;

-- Sources 资金来源: those of the financing plan and those of the budget lines issued.
CREATE FUNCTION project_sources(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, sources text[])
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.project_id, array_agg(f.code::text ORDER BY f.code)
    FROM (
        SELECT q.project_id, q.source_id FROM funding_fundingplan q WHERE ids IS NULL OR q.project_id = ANY (ids)
        UNION
        SELECT l.project_id, l.source_id FROM funding_budgetline l
        WHERE l.project_id IS NOT NULL AND (ids IS NULL OR l.project_id = ANY (ids)) AND l.issued_on <= upto
    ) u
    JOIN funding_fundingsource f ON f.id = u.source_id
    GROUP BY u.project_id
$$;

-- 资金下达: budget lines issued, taken-back ones negative.
CREATE FUNCTION project_allocations(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, allocated numeric, allocated_until date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT l.project_id, sum(l.amount), max(l.issued_on)
    FROM funding_budgetline l
    WHERE l.project_id IS NOT NULL AND (ids IS NULL OR l.project_id = ANY (ids)) AND l.issued_on <= upto
    GROUP BY l.project_id
$$;

-- 资金到位: arrivals; one that names no project belongs to the project of its budget line.
CREATE FUNCTION project_arrivals(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, arrived numeric, arrived_until date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.project_id, sum(u.amount), max(u.arrived_on)
    FROM (
        SELECT a.project_id, a.amount, a.arrived_on FROM funding_fundarrival a
        WHERE a.project_id IS NOT NULL AND (ids IS NULL OR a.project_id = ANY (ids)) AND a.arrived_on <= upto
        UNION ALL
        SELECT l.project_id, a.amount, a.arrived_on
        FROM funding_fundarrival a JOIN funding_budgetline l ON l.id = a.budget_line_id
        WHERE a.project_id IS NULL AND l.project_id IS NOT NULL
          AND (ids IS NULL OR l.project_id = ANY (ids)) AND a.arrived_on <= upto
    ) u
    GROUP BY u.project_id
$$;

-- 拨付: the ledger by its latest assignment and latest status; cleared and returned count, each level by itself.
CREATE FUNCTION project_payments(ids bigint[], upto date)
RETURNS TABLE (
    project_id bigint, disbursed numeric, disbursed_to_unit numeric, disbursed_allocation numeric,
    payment_count integer, paid_until date
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        a.project_id,
        sum(d.amount) FILTER (WHERE d.level = 'to_payee'),
        sum(d.amount) FILTER (WHERE d.level = 'to_unit'),
        sum(d.amount) FILTER (WHERE d.level = 'allocation'),
        (count(*) FILTER (WHERE d.level = 'to_payee'))::integer,
        max(d.paid_on)
    FROM funding_disbursementassignment a
    JOIN funding_disbursement d ON d.id = a.disbursement_id
    JOIN funding_disbursementstatus s ON s.disbursement_id = a.disbursement_id
    WHERE a.project_id IS NOT NULL AND (ids IS NULL OR a.project_id = ANY (ids))
      AND d.paid_on <= upto
      AND s.status IN ('cleared', 'returned')
      AND NOT EXISTS (
          SELECT FROM funding_disbursementassignment later
          WHERE later.disbursement_id = a.disbursement_id AND later.id > a.id
      )
      AND NOT EXISTS (
          SELECT FROM funding_disbursementstatus later
          WHERE later.disbursement_id = s.disbursement_id AND later.id > s.id
      )
    GROUP BY a.project_id
$$;

-- Contracts: prices of those signed and changes approved. A contract without a date counts from the beginning, a change
-- without one is not approved and does not count.
CREATE FUNCTION project_contracts(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, contract_total numeric, contract_until date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.project_id, sum(u.amount), max(u.on_day)
    FROM (
        SELECT c.project_id, c.price AS amount, c.signed_on AS on_day FROM funding_contract c
        WHERE (ids IS NULL OR c.project_id = ANY (ids)) AND (c.signed_on IS NULL OR c.signed_on <= upto)
        UNION ALL
        SELECT c.project_id, h.amount_delta, h.approved_on
        FROM funding_contractchange h JOIN funding_contract c ON c.id = h.contract_id
        WHERE (ids IS NULL OR c.project_id = ANY (ids)) AND (c.signed_on IS NULL OR c.signed_on <= upto)
          AND h.approved_on <= upto
    ) u
    GROUP BY u.project_id
$$;

-- 经确认产值: of each contract the cumulative sum at its newest measurement.
CREATE FUNCTION project_certified(ids bigint[], upto date)
RETURNS TABLE (project_id bigint, certified numeric, certified_until date)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT n.project_id, sum(n.cumulative_amount), max(n.measured_to)
    FROM (
        SELECT DISTINCT ON (c.id) c.project_id, m.cumulative_amount, m.measured_to
        FROM funding_measurement m JOIN funding_contract c ON c.id = m.contract_id
        WHERE (ids IS NULL OR c.project_id = ANY (ids)) AND m.measured_to <= upto
        ORDER BY c.id, m.measured_to DESC, m.period_no DESC
    ) n
    GROUP BY n.project_id
$$;

-- 12345 orders received up to the end of the day in Beijing time. Complaints are kinds 投诉 and 举报; merged counts one a
-- group of duplicates (并单).
CREATE FUNCTION project_orders(ids bigint[], upto date)
RETURNS TABLE (
    project_id bigint, complaints_raw integer, complaints_merged integer, orders_all integer, orders_suggested integer,
    orders_until date
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        m.project_id,
        (count(*) FILTER (WHERE m.state = 'confirmed' AND o.kind IN ('complaint', 'report_violation')))::integer,
        (count(DISTINCT coalesce(o.duplicate_of_id, o.id))
            FILTER (WHERE m.state = 'confirmed' AND o.kind IN ('complaint', 'report_violation')))::integer,
        (count(*) FILTER (WHERE m.state = 'confirmed'))::integer,
        (count(*) FILTER (WHERE m.state = 'suggested'))::integer,
        (max(o.received_at) AT TIME ZONE 'Asia/Shanghai')::date
    FROM complaints_ordermatch m
    JOIN complaints_workorder o ON o.id = m.order_id
    WHERE (ids IS NULL OR m.project_id = ANY (ids)) AND m.state <> 'rejected'
      AND o.received_at < ((upto + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
    GROUP BY m.project_id
$$;

-- All of them together, in the columns of project_totals.
CREATE FUNCTION project_sums(ids bigint[], upto date) RETURNS SETOF project_totals
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        p.id,
        b.approved_budget, b.budget_until,
        st.status, st.stage, st.status_until,
        r.completed, r.completed_in_year, r.physical_pct, r.last_report_on,
        y.years, fs.sources,
        al.allocated, al.allocated_until,
        ar.arrived, ar.arrived_until,
        pay.disbursed, pay.disbursed_to_unit, pay.disbursed_allocation, pay.payment_count, pay.paid_until,
        k.contract_total, k.contract_until,
        ce.certified, ce.certified_until,
        o.complaints_raw, o.complaints_merged, o.orders_all, o.orders_suggested, o.orders_until,
        greatest(
            b.budget_until, st.status_until, r.last_report_on, al.allocated_until, ar.arrived_until, pay.paid_until,
            k.contract_until, ce.certified_until, o.orders_until
        )
    FROM projects_project p
    LEFT JOIN project_budget(ids, upto) b ON b.project_id = p.id
    LEFT JOIN project_state(ids, upto) st ON st.project_id = p.id
    LEFT JOIN project_reported(ids, upto) r ON r.project_id = p.id
    LEFT JOIN project_years(ids, upto) y ON y.project_id = p.id
    LEFT JOIN project_sources(ids, upto) fs ON fs.project_id = p.id
    LEFT JOIN project_allocations(ids, upto) al ON al.project_id = p.id
    LEFT JOIN project_arrivals(ids, upto) ar ON ar.project_id = p.id
    LEFT JOIN project_payments(ids, upto) pay ON pay.project_id = p.id
    LEFT JOIN project_contracts(ids, upto) k ON k.project_id = p.id
    LEFT JOIN project_certified(ids, upto) ce ON ce.project_id = p.id
    LEFT JOIN project_orders(ids, upto) o ON o.project_id = p.id
    WHERE ids IS NULL OR p.id = ANY (ids)
$$;

-- The same for one project, opaque to the planner: for the few rows whose newest fact lies after the day asked for.
CREATE FUNCTION project_sums_on(id bigint, upto date) RETURNS project_totals
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    found project_totals;
BEGIN
    SELECT s.* INTO found FROM project_sums(ARRAY[id], upto) s;
    RETURN found;
END
$$;
