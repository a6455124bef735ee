-- 拨付: payments by their latest assignment and latest status, as funding_paymentstanding holds them beside the ledger:
-- one narrow index instead of three tables and two searches for a later row. Cleared and returned count, each level by
-- itself. The standing's triggers come before those of the totals (standing_insert, totals_insert: by their names).
CREATE OR REPLACE FUNCTION project_payments(ids bigint[], upto date)
RETURNS TABLE (
    project_id bigint, disbursed numeric, disbursed_to_unit numeric, disbursed_allocation numeric,
    payment_count integer, paid_until date
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        s.project_id,
        sum(s.amount) FILTER (WHERE s.level = 'to_payee'),
        sum(s.amount) FILTER (WHERE s.level = 'to_unit'),
        sum(s.amount) FILTER (WHERE s.level = 'allocation'),
        (count(*) FILTER (WHERE s.level = 'to_payee'))::integer,
        max(s.paid_on)
    FROM funding_paymentstanding s
    WHERE s.project_id IS NOT NULL AND (ids IS NULL OR s.project_id = ANY (ids))
      AND s.paid_on <= upto AND s.status IN ('cleared', 'returned')
    GROUP BY s.project_id
$$;
