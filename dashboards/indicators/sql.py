"""The SQL of the sources. Each reads `chosen` and gives (measure, area, above, below, n).

facts.py fills in the days.
"""

from typing import Final

# I10. A weighted node is done evenly between the planned day of the one before it (the first: the planned start) and
# its own. Projects without such nodes: evenly between planned start and end. A day's progress × total investment.
PLANNED: Final = """
    SELECT 'planned', c.area, sum(p.share * c.budget), sum(c.budget), count(*)
    FROM chosen c
    LEFT JOIN (
        SELECT n.project_id, sum(n.weight_pct * CASE
                WHEN n.planned_on <= n.day THEN 1
                WHEN n.day <= n.since THEN 0
                ELSE (n.day - n.since)::numeric / (n.planned_on - n.since) END) / sum(n.weight_pct) AS share
        FROM (
            SELECT m.project_id, m.weight_pct, m.planned_on, %s::date AS day, coalesce(
                lag(m.planned_on) OVER (PARTITION BY m.project_id ORDER BY m.planned_on, m.code),
                begun.planned_on, own.planned_start_on, m.planned_on) AS since
            FROM progress_milestone m
            JOIN projects_project own ON own.id = m.project_id
            LEFT JOIN progress_milestone begun ON begun.project_id = m.project_id AND begun.code = 'M0801'
            WHERE m.weight_pct > 0 AND m.planned_on IS NOT NULL AND m.code BETWEEN 'M0802' AND 'M0819'
        ) n
        GROUP BY n.project_id
    ) nodes ON nodes.project_id = c.id
    CROSS JOIN LATERAL (
        SELECT coalesce(nodes.share, CASE WHEN c.planned_end_on > c.planned_start_on THEN
            least(greatest((%s::date - c.planned_start_on)::numeric / (c.planned_end_on - c.planned_start_on), 0), 1)
        END) AS share
    ) p
    WHERE p.share IS NOT NULL AND c.budget > 0 AND c.status <> 'cancelled' AND c.in_rates
    GROUP BY c.area
"""

# I15A. What came first is paid out first, so what lies idle came last: of each arrival the part that payments, and
# money taken back, have not reached. 元 × days over 元.
IDLE: Final = """
    SELECT 'idle_age', kept.area, sum(kept.part * kept.age), sum(kept.part), count(DISTINCT kept.id)
    FROM (
        SELECT i.id, i.area, %s::date - i.arrived_on AS age, greatest(0, least(i.amount, i.idle - coalesce(
            sum(i.amount) OVER (PARTITION BY i.id ORDER BY i.arrived_on DESC, i.arrival_id DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS part
        FROM (
            SELECT c.id, c.area, c.arrived - c.disbursed AS idle, a.id AS arrival_id, a.amount, a.arrived_on
            FROM funding_fundarrival a
            JOIN funding_budgetline l ON l.id = a.budget_line_id
            JOIN chosen c ON c.id = coalesce(a.project_id, l.project_id)
            WHERE a.arrived_on <= %s::date AND a.amount > 0 AND c.arrived > c.disbursed
        ) i
    ) kept
    GROUP BY kept.area
"""

# NODES. Key nodes planned by the day that were done by their planned day, of projects that go on.
NODES: Final = """
    SELECT 'nodes', c.area, count(*) FILTER (WHERE m.actual_on <= m.planned_on), count(*), count(DISTINCT c.id)
    FROM chosen c
    JOIN progress_milestone m ON m.project_id = c.id AND m.is_key AND m.planned_on <= %s::date
    WHERE c.status <> 'cancelled' AND c.in_rates
    GROUP BY c.area
"""

# I20, one month: whose works went on, stood still or were done and not accepted at its end, and who had sent it in.
REPORTED_IN_TIME: Final = """
    SELECT c.area, count(*) AS owed, count(*) FILTER (WHERE EXISTS (
        SELECT FROM progress_periodreport r
        WHERE r.project_id = c.id AND r.kind = 'month' AND r.period_end = %s AND r.submitted_at < %s
    )) AS sent
    FROM chosen c
    JOIN project_state(NULL, %s::date) state ON state.project_id = c.id
    JOIN projects_project project ON project.id = c.id
    WHERE state.status = ANY (%s) AND (project.actual_start_on IS NULL OR project.actual_start_on <= %s)
    GROUP BY c.area
"""

OF_ALL_MONTHS: Final = """
    SELECT 'duty', month.area, sum(month.sent), sum(month.owed), sum(month.owed)
    FROM ({months}) month (area, owed, sent)
    GROUP BY month.area
"""

# C01, C02, C08–C11: confirmed orders received in the period. Merged counts one a project and group of duplicates;
# handling counts orders as the hotline issued them.
ORDERS: Final = """
    SELECT line.measure, s.area, line.above, line.below, line.n
    FROM (
        SELECT o.area,
            count(DISTINCT o.root) FILTER (WHERE o.complaint) AS merged,
            count(*) FILTER (WHERE o.complaint) AS raw,
            count(*) AS every,
            count(*) FILTER (WHERE o.due) AS due,
            count(*) FILTER (WHERE o.due AND o.closed AND NOT o.late) AS in_time,
            count(*) FILTER (WHERE o.due AND o.late) AS late,
            count(*) FILTER (WHERE o.due AND o.reworked) AS reworked,
            count(*) FILTER (WHERE o.due AND o.asked) AS asked,
            count(*) FILTER (WHERE o.due AND o.asked AND o.satisfied) AS satisfied,
            count(*) FILTER (WHERE o.complaint AND o.valid) AS complaints,
            count(*) FILTER (WHERE o.complaint AND o.valid AND o.repeated) AS repeated
        FROM (
            SELECT c.area, (c.id, coalesce(w.duplicate_of_id, w.id)) AS root, w.duplicate_of_id IS NOT NULL AS repeated,
                w.kind IN ('complaint', 'report_violation') AS complaint, w.state <> 'invalid' AS valid,
                w.state NOT IN ('direct_answered', 'invalid') AS due, w.rework_count > 0 AS reworked,
                w.satisfaction = ANY (%s) AS satisfied,
                done.closed,
                w.due_at IS NOT NULL AND w.due_at < CASE WHEN done.closed THEN w.closed_at ELSE %s END AS late,
                (w.revisit_at IS NOT NULL OR w.satisfaction IN ('satisfied', 'basically', 'dissatisfied', 'unknown'))
                    AND (w.revisit_at IS NULL OR w.revisit_at < %s) AS asked
            FROM complaints_workorder w
            JOIN complaints_ordermatch m ON m.order_id = w.id AND m.state = 'confirmed'
            JOIN chosen c ON c.id = m.project_id
            CROSS JOIN LATERAL (
                SELECT w.state = 'closed' AND w.closed_at IS NOT NULL AND w.closed_at < %s AS closed
            ) done
            WHERE w.received_at >= %s AND w.received_at < %s
        ) o
        GROUP BY o.area
    ) s
    CROSS JOIN LATERAL (VALUES
        ('merged', s.merged, 0, s.raw), ('every', s.every, 0, s.every),
        ('in_time', s.in_time, s.due, s.due), ('satisfied', s.satisfied, s.asked, s.asked),
        ('reworked', s.reworked, s.due, s.due), ('late', s.late, s.due, s.due),
        ('repeated', s.repeated, s.complaints, s.complaints)
    ) AS line (measure, above, below, n)
"""

# C07: the merged complaints of the period, of the same period of the year before, and of the one before it.
ORDERS_BEFORE: Final = """
    SELECT line.measure, s.area, s.merged, line.merged, line.merged
    FROM (
        SELECT o.area, count(DISTINCT o.root) FILTER (WHERE o.now) AS merged,
            count(DISTINCT o.root) FILTER (WHERE o.year_before) AS merged_year,
            count(DISTINCT o.root) FILTER (WHERE o.one_before) AS merged_one
        FROM (
            SELECT c.area, (c.id, coalesce(w.duplicate_of_id, w.id)) AS root,
                w.received_at >= %s AND w.received_at < %s AS now,
                w.received_at >= %s AND w.received_at < %s AS year_before,
                w.received_at >= %s AND w.received_at < %s AS one_before
            FROM complaints_workorder w
            JOIN complaints_ordermatch m ON m.order_id = w.id AND m.state = 'confirmed'
            JOIN chosen c ON c.id = m.project_id
            WHERE w.kind IN ('complaint', 'report_violation') AND (
                (w.received_at >= %s AND w.received_at < %s) OR (w.received_at >= %s AND w.received_at < %s)
                OR (w.received_at >= %s AND w.received_at < %s))
        ) o
        GROUP BY o.area
    ) s
    CROSS JOIN LATERAL (VALUES ('year_before', s.merged_year), ('one_before', s.merged_one)) AS line (measure, merged)
"""

# C05: merged complaints of the period about projects that serve households, and how many households they serve.
HOUSEHOLDS: Final = """
    SELECT 'of_households', c.area, count(DISTINCT (c.id, coalesce(w.duplicate_of_id, w.id))), 0, 0
    FROM complaints_workorder w
    JOIN complaints_ordermatch m ON m.order_id = w.id AND m.state = 'confirmed'
    JOIN chosen c ON c.id = m.project_id
    JOIN projects_project project ON project.id = c.id
    JOIN projects_category category ON category.id = project.category_id
    WHERE w.kind IN ('complaint', 'report_violation') AND w.received_at >= %s AND w.received_at < %s
        AND project.benefited_households > 0 AND category.code LIKE '01%%'
    GROUP BY c.area
    UNION ALL
    SELECT 'households', c.area, 0, sum(project.benefited_households), count(*)
    FROM chosen c
    JOIN projects_project project ON project.id = c.id
    JOIN projects_category category ON category.id = project.category_id
    WHERE project.benefited_households > 0 AND category.code LIKE '01%%'
    GROUP BY c.area
"""

# C06: what was invested within the period, as the cumulative sums at its end and before its beginning differ.
# A project whose newest report states no sum is left out.
INVESTED: Final = """
    SELECT 'invested', c.area, 0, sum(c.completed - coalesce(before.completed, 0)),
        count(*) FILTER (WHERE c.last_report_on >= %s)
    FROM chosen c
    LEFT JOIN project_reported(NULL, %s::date) before ON before.project_id = c.id
    WHERE c.completed IS NOT NULL
    GROUP BY c.area
"""
# the same for a period that is over on the day of the rows
INVESTED_BEFORE: Final = """
    SELECT 'invested', c.area, 0, sum(now.completed - coalesce(before.completed, 0)),
        count(*) FILTER (WHERE now.last_report_on >= %s)
    FROM chosen c
    JOIN project_reported(NULL, %s::date) now ON now.project_id = c.id
    LEFT JOIN project_reported(NULL, %s::date) before ON before.project_id = c.id
    WHERE now.completed IS NOT NULL
    GROUP BY c.area
"""

# chosen projects that lie in several counties by stated shares, each as a line of its own (shares.py)
SHARED: Final = """
    SELECT 'shared', c.id::text, 0, 0, 1 FROM chosen c
    WHERE EXISTS (SELECT FROM projects_projectareashare s WHERE s.project_id = c.id)
"""

# the permanent residents of every area by the newest figure that is not of a later year, and that year (areas.py); the
# city stands once more under no code
POPULATION: Final = """
    SELECT 'population', place.code, p.residents, p.year, 0
    FROM (
        SELECT DISTINCT ON (area_id) area_id, residents, year FROM regions_areapopulation
        WHERE year <= %s ORDER BY area_id, year DESC
    ) p
    JOIN regions_areaunit a ON a.id = p.area_id
    CROSS JOIN LATERAL (SELECT a.code UNION ALL SELECT '' WHERE a.kind = 'city') AS place (code)
"""
