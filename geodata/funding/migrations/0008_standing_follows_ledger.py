"""funding_paymentstanding follows the ledger: statement-level triggers on statuses and assignments keep it.

Of several rows about one payment the one with the highest id wins, whichever transaction comes last. The SQL runs by
EXECUTE: a plan made while a table was empty would be kept for the session and crawl after a bulk load.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION funding_standing_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO funding_paymentstanding AS standing
                 (disbursement_id, paid_on, level, amount, purpose, source_id, payee_id, status, status_row)
             SELECT d.id, d.paid_on, d.level, d.amount, d.purpose, d.source_id, d.payee_id, n.status, n.id
             FROM (SELECT DISTINCT ON (disbursement_id) disbursement_id, status, id
                   FROM changed ORDER BY disbursement_id, id DESC) n
             JOIN funding_disbursement d ON d.id = n.disbursement_id
             ORDER BY d.id
             ON CONFLICT (disbursement_id) DO UPDATE SET status = excluded.status, status_row = excluded.status_row
             WHERE standing.status_row IS NULL OR standing.status_row < excluded.status_row';
    RETURN NULL;
END $$;

CREATE FUNCTION funding_standing_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO funding_paymentstanding AS standing
                 (disbursement_id, paid_on, level, amount, purpose, source_id, payee_id, status,
                  project_id, contract_id, assignment_row)
             SELECT d.id, d.paid_on, d.level, d.amount, d.purpose, d.source_id, d.payee_id, '''',
                    n.project_id, n.contract_id, n.id
             FROM (SELECT DISTINCT ON (disbursement_id) disbursement_id, project_id, contract_id, id
                   FROM changed ORDER BY disbursement_id, id DESC) n
             JOIN funding_disbursement d ON d.id = n.disbursement_id
             ORDER BY d.id
             ON CONFLICT (disbursement_id) DO UPDATE SET project_id = excluded.project_id,
                 contract_id = excluded.contract_id, assignment_row = excluded.assignment_row
             WHERE standing.assignment_row IS NULL OR standing.assignment_row < excluded.assignment_row';
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER standing_insert AFTER INSERT ON funding_disbursementstatus REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION funding_standing_status();
CREATE TRIGGER standing_insert AFTER INSERT ON funding_disbursementassignment REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION funding_standing_assignment();
"""

PAST = """
INSERT INTO funding_paymentstanding
    (disbursement_id, paid_on, level, amount, purpose, source_id, payee_id, status, status_row,
     project_id, contract_id, assignment_row)
SELECT d.id, d.paid_on, d.level, d.amount, d.purpose, d.source_id, d.payee_id, coalesce(s.status, ''), s.id,
       a.project_id, a.contract_id, a.id
FROM funding_disbursement d
LEFT JOIN (SELECT DISTINCT ON (disbursement_id) disbursement_id, status, id
           FROM funding_disbursementstatus ORDER BY disbursement_id, id DESC) s ON s.disbursement_id = d.id
LEFT JOIN (SELECT DISTINCT ON (disbursement_id) disbursement_id, project_id, contract_id, id
           FROM funding_disbursementassignment ORDER BY disbursement_id, id DESC) a ON a.disbursement_id = d.id
WHERE s.id IS NOT NULL OR a.id IS NOT NULL
ORDER BY d.id
"""

LIFTED = """
DROP TRIGGER standing_insert ON funding_disbursementstatus;
DROP TRIGGER standing_insert ON funding_disbursementassignment;
DROP FUNCTION funding_standing_status();
DROP FUNCTION funding_standing_assignment();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0007_payment_standing")]

    operations = [
        migrations.RunSQL(FUNCTIONS + TRIGGERS, LIFTED),
        migrations.RunSQL(PAST, migrations.RunSQL.noop),
    ]
