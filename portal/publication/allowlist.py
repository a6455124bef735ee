"""What leaves the record: for each published table its columns and the query that fills them.

Nothing is published by default. A column stands here by hand, in the model of portal/public and in the test that
compares the two; personal columns have no name to be written to.
"""

from dataclasses import dataclass

from django.db.models import Model

from portal.public.models import (
    PublishedArea,
    PublishedBaseFeature,
    PublishedContract,
    PublishedContractChange,
    PublishedDocument,
    PublishedFunding,
    PublishedHandling,
    PublishedLabel,
    PublishedMilestone,
    PublishedPayment,
    PublishedPhoto,
    PublishedPlanYear,
    PublishedProject,
)

PERSON = "个人(不公开)"

# As coarse as the public may see it: five decimals are about a metre; 2 m in EPSG:4547 for a simplified outline.
_SIMPLE = "ST_Transform(ST_SimplifyPreserveTopology(ST_Transform(s.geom, 4547), 2), 4490)"
_PUBLIC_GEOMETRY = f"""
  CASE s.public_geometry
    WHEN 'exact' THEN ST_ReducePrecision(s.geom, 0.00001)
    WHEN 'simplified' THEN ST_ReducePrecision(CASE WHEN ST_IsEmpty({_SIMPLE}) THEN s.geom ELSE {_SIMPLE} END, 0.00001)
    WHEN 'centroid' THEN ST_ReducePrecision(ST_PointOnSurface(s.geom), 0.001)
    WHEN 'township' THEN (SELECT ST_ReducePrecision(ST_PointOnSurface(t.geom), 0.001)
                            FROM regions_areaunit t WHERE t.code = s.township)
  END"""

# A landline of an office, with or without area code and extension. A mobile number is a person's and never goes out,
# nor does one with a 0 before it: 010 is the only area code that begins with 01.
_OFFICE_LINE = r"^((010|0[2-9][0-9]{1,2})[-— ]?)?[2-9][0-9]{6,7}([-转][0-9]{1,6})?$"

# the first day of the changes with which a history ends, all of them to the same status
_SINCE = """
    SELECT DISTINCT ON (run.project_id) run.project_id, run.effective_on AS status_on
      FROM (
          SELECT c.id, c.project_id, c.effective_on, c.status IS DISTINCT FROM lag(c.status) OVER (
                     PARTITION BY c.project_id ORDER BY c.effective_on, c.id) AS begins
            FROM projects_statuschange c WHERE c.effective_on <= %(as_of)s
      ) run WHERE run.begins
     ORDER BY run.project_id, run.effective_on DESC, run.id DESC
"""

# The newest day among facts that are public themselves. The record's own day moves with each order that comes in: who
# notes it day by day would count the complaints that the band does not tell, and learn their days.
_UPDATED = """coalesce(
           greatest(told.status_until, told.last_report_on, CASE WHEN s.disclosure = 'public' THEN greatest(
               told.budget_until, told.allocated_until, told.arrived_until, told.paid_until, told.contract_until
           ) END), told.data_as_of)"""

PROJECTS = f"""
WITH s AS (SELECT * FROM project_summary_at(%(as_of)s) WHERE disclosure IN ('public', 'partial')),
g AS (SELECT s.id, {_PUBLIC_GEOMETRY} AS geom FROM s WHERE s.geom IS NOT NULL),
shown AS (SELECT id, CASE WHEN ST_IsEmpty(geom) THEN NULL ELSE geom END AS geom FROM g)
SELECT s.code, s.project_code, s.name, s.aliases, s.search_text, s.parent_code, s.category, s.category_name, s.region,
       s.unit, s.township, s.status, since.status_on, s.stage, s.nature, s.plan_year, s.years, s.sources,
       s.is_livelihood, s.scope_content, s.location_text, s.lead_unit, s.owner_unit,
       (SELECT left(string_agg(o.name, '、' ORDER BY party.id), 400)
          FROM projects_projectparty party JOIN organisations_organisation o ON o.id = party.organisation_id
         WHERE party.project_id = s.id AND party.role = 'responsible_unit' AND NOT o.is_natural_person
           AND (party.valid_from IS NULL OR party.valid_from <= %(as_of)s)
           AND (party.valid_to IS NULL OR party.valid_to > %(as_of)s)) AS responsible_unit,
       CASE WHEN kept.office_phone ~ '{_OFFICE_LINE}' THEN kept.office_phone END AS office_phone,
       s.planned_start_on, s.planned_start_precision,
       s.planned_end_on, s.planned_end_precision, s.actual_start_on, s.accepted_on,
       CASE WHEN s.disclosure = 'public' THEN s.budget END AS budget,
       CASE WHEN s.disclosure = 'public' THEN s.annual_plan END AS annual_plan,
       CASE WHEN s.disclosure = 'public' THEN s.completed END AS completed,
       CASE WHEN s.disclosure = 'public' THEN s.annual_completed END AS annual_completed,
       s.physical_pct,
       CASE WHEN s.disclosure = 'public' THEN s.allocated END AS allocated,
       CASE WHEN s.disclosure = 'public' THEN s.arrived END AS arrived,
       CASE WHEN s.disclosure = 'public' THEN s.disbursed END AS disbursed,
       CASE WHEN s.disclosure = 'public' THEN s.contract_total END AS contract_total,
       CASE WHEN s.disclosure = 'public' THEN s.payment_count ELSE 0 END AS payment_count,
       CASE WHEN s.disclosure = 'public' THEN s.investment_rate END AS investment_rate,
       CASE WHEN s.disclosure = 'public' THEN s.annual_rate END AS annual_rate,
       CASE WHEN s.disclosure = 'public' THEN s.disbursement_rate END AS disbursement_rate,
       CASE WHEN s.complaints_merged = 0 THEN '0' WHEN s.complaints_merged < 5 THEN '<5'
            ELSE s.complaints_merged::text END AS complaints_band,
       s.last_report_on, {_UPDATED} AS updated, shown.geom IS NOT NULL AS is_located, s.in_rates,
       shown.geom, s.tile_zoom
  FROM s JOIN projects_project kept ON kept.id = s.id LEFT JOIN shown ON shown.id = s.id
  LEFT JOIN ({_SINCE}) since ON since.project_id = s.id
  LEFT JOIN project_sums(NULL, %(as_of)s) told ON told.project_id = s.id
"""

# a project's payments are public only when its money is
_PUBLIC_PROJECTS = "(SELECT id, serial_no FROM projects_project WHERE disclosure = 'public' AND NOT is_deleted) AS p"

FUNDING = f"""
SELECT p.serial_no || '/' || f.code AS key, p.serial_no AS code, f.code AS source, f.name AS source_name, l.amount
  FROM funding_fundingplan l JOIN funding_fundingsource f ON f.id = l.source_id
  JOIN {_PUBLIC_PROJECTS} ON p.id = l.project_id
"""

CONTRACTS = f"""
SELECT c.number AS key, p.serial_no AS code, c.kind, c.name,
       CASE WHEN o.is_natural_person OR o.name = ANY(%(persons)s) THEN '{PERSON}' ELSE o.name END AS supplier,
       c.price, coalesce(v.delta, 0) AS changes, c.signed_on
  FROM funding_contract c JOIN organisations_organisation o ON o.id = c.contractor_id
  JOIN {_PUBLIC_PROJECTS} ON p.id = c.project_id
  LEFT JOIN (SELECT contract_id, sum(amount_delta) AS delta FROM funding_contractchange
              WHERE approved_on <= %(as_of)s GROUP BY contract_id) v ON v.contract_id = c.id
"""

PAYMENTS = f"""
SELECT d.id AS number, p.serial_no AS code, d.paid_on, d.amount,
       CASE WHEN d.payee_is_person OR d.payee_name = ANY(%(persons)s) THEN '{PERSON}' ELSE d.payee_name END AS payee,
       f.code AS source, f.name AS source_name, d.purpose, st.status, c.number AS contract_key,
       d.reverses_id AS reverses
  FROM funding_disbursement d
  JOIN (SELECT DISTINCT ON (disbursement_id) disbursement_id, status
          FROM funding_disbursementstatus ORDER BY disbursement_id, id DESC) st ON st.disbursement_id = d.id
  JOIN (SELECT DISTINCT ON (disbursement_id) disbursement_id, project_id, contract_id
          FROM funding_disbursementassignment ORDER BY disbursement_id, id DESC) a ON a.disbursement_id = d.id
  JOIN {_PUBLIC_PROJECTS} ON p.id = a.project_id
  LEFT JOIN funding_contract c ON c.id = a.contract_id
  LEFT JOIN funding_fundingsource f ON f.id = d.source_id
 WHERE d.level = 'to_payee' AND st.status IN ('cleared', 'returned') AND d.paid_on <= %(as_of)s
"""

MILESTONES = """
SELECT p.serial_no || '/' || m.code AS key, p.serial_no AS code, m.code AS node, m.name, m.planned_on,
       m.planned_precision, m.forecast_on, CASE WHEN m.actual_on <= %(as_of)s THEN m.actual_on END AS actual_on
  FROM progress_milestone m
  JOIN projects_project p ON p.id = m.project_id AND p.disclosure IN ('public', 'partial') AND NOT p.is_deleted
"""

# Confirmed orders of all kinds received by the day, as the hotline issued them (C08, C09): how long answers took, and
# how many of those asked were satisfied. Fewer than 30 would tell of single callers, and stay inside.
HANDLING = """
WITH day AS (SELECT (%(as_of)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS over),
o AS (
    SELECT m.project_id, w.closed_at - w.received_at AS took, w.state = 'closed' AND w.closed_at < day.over AS closed,
           (w.revisit_at IS NOT NULL OR w.satisfaction IN ('satisfied', 'basically', 'dissatisfied', 'unknown'))
               AND (w.revisit_at IS NULL OR w.revisit_at < day.over) AS asked,
           w.satisfaction = 'satisfied' OR w.satisfaction = 'basically' AND coalesce((
               SELECT v.value > 0 FROM thresholds_thresholdvalue v WHERE v.key = 'satisfaction_with_basically'
           ), false) AS satisfied
      FROM complaints_workorder w JOIN complaints_ordermatch m ON m.order_id = w.id AND m.state = 'confirmed', day
     WHERE w.received_at < day.over AND w.state NOT IN ('direct_answered', 'invalid')
), s AS (
    SELECT project_id, count(*) FILTER (WHERE closed) AS answered,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took) / 86400) FILTER (WHERE closed) AS days,
           count(*) FILTER (WHERE asked) AS asked, count(*) FILTER (WHERE asked AND satisfied) AS satisfied
      FROM o GROUP BY project_id
)
SELECT p.serial_no AS code,
       CASE WHEN s.answered >= 30 THEN s.answered END AS answered,
       CASE WHEN s.answered >= 30 THEN round(s.days::numeric, 1) END AS answer_days,
       CASE WHEN s.asked >= 30 THEN s.asked END AS asked,
       CASE WHEN s.asked >= 30 THEN s.satisfied END AS satisfied
  FROM s JOIN projects_project p ON p.id = s.project_id
         AND p.disclosure IN ('public', 'partial') AND NOT p.is_deleted
 WHERE s.answered >= 30 OR s.asked >= 30
"""

CONTRACT_CHANGES = f"""
SELECT c.number || '/' || h.number AS key, c.number AS contract_key, p.serial_no AS code, h.number, h.level,
       h.amount_delta AS amount, h.approved_on,
       CASE WHEN h.level IN ('major', 'significant') THEN h.reason ELSE '' END AS reason,
       CASE WHEN h.level IN ('major', 'significant') THEN h.content ELSE '' END AS content
  FROM funding_contractchange h JOIN funding_contract c ON c.id = h.contract_id
  JOIN {_PUBLIC_PROJECTS} ON p.id = c.project_id
 WHERE h.approved_on <= %(as_of)s
"""

# Photos and documents go out one by one, each by the decision of a person that stands (progress_release). Who sent a
# photo and where it was taken have no column.
PHOTOS = """
SELECT p.serial_no || '/' || h.id AS key, p.serial_no AS code, h.taken_on, h.caption, h.sha256, h.width, h.height,
       h.bytes
  FROM progress_release r
  JOIN progress_photo h ON h.id = r.photo_id AND h.removed_at IS NULL
  JOIN projects_project p ON p.id = h.project_id AND p.disclosure IN ('public', 'partial') AND NOT p.is_deleted
 WHERE r.ended_at IS NULL AND h.taken_on <= %(as_of)s
"""

DOCUMENTS = f"""
SELECT p.serial_no || '/' || a.id AS key, p.serial_no AS code, a.title,
       (a.uploaded_at AT TIME ZONE 'Asia/Shanghai')::date AS dated_on, a.media_type, a.sha256, a.bytes
  FROM progress_release r
  JOIN progress_attachment a ON a.id = r.attachment_id AND a.removed_at IS NULL
  JOIN {_PUBLIC_PROJECTS} ON p.id = a.project_id
  LEFT JOIN progress_periodreport report ON report.id = a.report_id
  LEFT JOIN progress_milestone node ON node.id = a.milestone_id
  LEFT JOIN progress_statusrequest request ON request.id = a.request_id
 WHERE r.ended_at IS NULL
   AND (report.state = 'approved' OR node.actual_on IS NOT NULL OR request.state = 'approved')
"""

# a year stands here when there is a plan for it or budget was issued for it
PLAN_YEARS = f"""
WITH issued AS (
    SELECT project_id, year, sum(amount) AS amount FROM funding_budgetline
     WHERE project_id IS NOT NULL AND issued_on <= %(as_of)s GROUP BY project_id, year
), y AS (
    SELECT coalesce(q.project_id, i.project_id) AS project_id, coalesce(q.year, i.year) AS year,
           q.planned_amount AS planned, q.adjusted_amount AS adjusted,
           CASE WHEN q.adjusted_amount IS NULL THEN '' ELSE coalesce(q.adjust_doc_no, '') END AS adjusted_by,
           i.amount AS allocated
      FROM progress_planyear q FULL JOIN issued i ON i.project_id = q.project_id AND i.year = q.year
)
SELECT p.serial_no || '/' || y.year AS key, p.serial_no AS code, y.year, y.planned, y.adjusted,
       coalesce(y.adjusted_by, '') AS adjusted_by, y.allocated
  FROM y JOIN {_PUBLIC_PROJECTS} ON p.id = y.project_id
"""

AREAS = """
SELECT a.code, a.kind, a.name, a.short_name, p.code AS parent_code, a.official_order, a.is_schematic, a.geom,
       a.management_geom
  FROM regions_areaunit a LEFT JOIN regions_areaunit p ON p.id = a.parent_id
 WHERE (a.valid_from IS NULL OR a.valid_from <= %(as_of)s) AND (a.valid_to IS NULL OR a.valid_to > %(as_of)s)
"""

LABELS = """
SELECT 'category/' || code AS key, 'category' AS kind, code, name FROM projects_category
UNION ALL SELECT 'source/' || code, 'source', code, name FROM funding_fundingsource
"""

BASE = "SELECT id AS key, kind, name, rank, geom FROM regions_basefeature"


@dataclass(frozen=True)
class PublishedTable:
    """A published table: its model, the column that identifies a row, its columns, the query that fills them."""

    model: type[Model]
    key: str
    columns: tuple[str, ...]
    query: str

    @property
    def name(self) -> str:
        return self.model._meta.db_table


def _columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of a model that a query fills: all but the frame of the snapshot and the generated ones."""
    frame = {"row", "from_snapshot", "to_snapshot", "digest"}
    columns = [str(f.column) for f in model._meta.local_fields if not f.generated]
    return tuple(column for column in columns if column not in frame)


TABLES = (
    PublishedTable(PublishedArea, "code", _columns(PublishedArea), AREAS),
    PublishedTable(PublishedLabel, "key", _columns(PublishedLabel), LABELS),
    PublishedTable(PublishedBaseFeature, "key", _columns(PublishedBaseFeature), BASE),
    PublishedTable(PublishedProject, "code", _columns(PublishedProject), PROJECTS),
    PublishedTable(PublishedFunding, "key", _columns(PublishedFunding), FUNDING),
    PublishedTable(PublishedContract, "key", _columns(PublishedContract), CONTRACTS),
    PublishedTable(PublishedContractChange, "key", _columns(PublishedContractChange), CONTRACT_CHANGES),
    PublishedTable(PublishedPlanYear, "key", _columns(PublishedPlanYear), PLAN_YEARS),
    PublishedTable(PublishedMilestone, "key", _columns(PublishedMilestone), MILESTONES),
    PublishedTable(PublishedHandling, "code", _columns(PublishedHandling), HANDLING),
    PublishedTable(PublishedPhoto, "key", _columns(PublishedPhoto), PHOTOS),
    PublishedTable(PublishedDocument, "key", _columns(PublishedDocument), DOCUMENTS),
    PublishedTable(PublishedPayment, "number", _columns(PublishedPayment), PAYMENTS),
)
