-- The flat row of a project on a day: what lists, maps, files and indicators show. Written once, made three times:
-- project_summary_at(as_of) computes it from the history, project_summary_of(ids, as_of) does so for a few projects,
-- project_rows_today(as_of) reads project_totals.
-- figure[name] stands for a figure; f is a row of project_totals in any case, so that the wide tables are joined on their
-- unique keys only for the columns that are asked for: all others the planner leaves out. {…}: summary/sql/__init__.py.

CREATE FUNCTION {name}({arguments})
RETURNS TABLE (
    id bigint, code text, project_code text, name text, aliases text[], search_text text, parent_code text,
    category text, category_name text, region text, region_name text, unit text, unit_name text,
    township text, township_name text, status text, stage text, nature text, plan_year integer, years integer[],
    sources text[], is_livelihood boolean, scope_content text, location_text text,
    planned_start_on date, planned_start_precision text, planned_end_on date, planned_end_precision text,
    actual_start_on date, works_completed_on date, accepted_on date, lead_unit text, owner_unit text,
    budget numeric, annual_plan numeric, completed numeric, annual_completed numeric, physical_pct numeric,
    allocated numeric, arrived numeric, disbursed numeric, disbursed_to_unit numeric, disbursed_allocation numeric,
    payment_count integer, certified numeric, contract_total numeric,
    investment_rate numeric, annual_rate numeric, time_progress numeric, deviation numeric, disbursement_rate numeric,
    complaints_raw integer, complaints_merged integer, orders_all integer, orders_suggested integer,
    last_report_on date, freshness_days integer, updated date,
    disclosure text, public_geometry text, geom_source text, is_located boolean,
    geom geometry, geom_3857 geometry, anchor_3857 geometry, tile_zoom integer, light text,
    in_rates boolean
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT
    f.project_id, f.code, p.project_code::text, p.name::text, p.aliases::text[], f.search_text, parent.serial_no::text,
    f.category, cat.name::text, f.region, region.name::text, f.unit, unit.name::text,
    f.township, town.name::text,
    coalesce(figure[status], 'preliminary'), coalesce(figure[stage], 'reserve'),
    p.nature::text, f.plan_year,
    CASE WHEN f.plan_year = ANY (figure[years]) THEN figure[years]
         ELSE f.plan_year || coalesce(figure[years], '{}') END,
    coalesce(figure[sources], '{}'),
    f.is_livelihood, p.scope_content, p.location_text::text,
    f.planned_start_on, p.planned_start_precision::text, f.planned_end_on, p.planned_end_precision::text,
    f.actual_start_on, p.works_completed_on, p.accepted_on,
    (SELECT string_agg(o.name, '、' ORDER BY party.id)
     FROM projects_projectparty party JOIN organisations_organisation o ON o.id = party.organisation_id
     WHERE party.project_id = f.project_id AND party.role = 'lead_unit'
       AND (party.valid_from IS NULL OR party.valid_from <= as_of)
       AND (party.valid_to IS NULL OR party.valid_to > as_of)),
    (SELECT string_agg(o.name, '、' ORDER BY party.id)
     FROM projects_projectparty party JOIN organisations_organisation o ON o.id = party.organisation_id
     WHERE party.project_id = f.project_id AND party.role = 'owner_unit'
       AND (party.valid_from IS NULL OR party.valid_from <= as_of)
       AND (party.valid_to IS NULL OR party.valid_to > as_of)),
    coalesce(figure[approved_budget], f.registered_budget),
    coalesce(plan.adjusted_amount, plan.planned_amount),
    figure[completed],
    CASE WHEN figure[last_report_on] BETWEEN make_date(extract(year FROM as_of)::integer, 1, 1)
        AND make_date(extract(year FROM as_of)::integer, 12, 31) THEN figure[completed_in_year] END,
    figure[physical_pct],
    coalesce(figure[allocated], 0), coalesce(figure[arrived], 0), coalesce(figure[disbursed], 0),
    coalesce(figure[disbursed_to_unit], 0), coalesce(figure[disbursed_allocation], 0),
    coalesce(figure[payment_count], 0), figure[certified], figure[contract_total],
    -- I05 累计投资完成率
    figure[completed] / nullif(coalesce(figure[approved_budget], f.registered_budget), 0),
    -- I04 年度投资完成率
    CASE WHEN figure[last_report_on] BETWEEN make_date(extract(year FROM as_of)::integer, 1, 1)
        AND make_date(extract(year FROM as_of)::integer, 12, 31) THEN figure[completed_in_year] END
        / nullif(coalesce(plan.adjusted_amount, plan.planned_amount), 0),
    -- I06 序时进度 of the project's own planned period
    CASE WHEN f.planned_end_on > f.planned_start_on THEN
        least(greatest((as_of - f.planned_start_on)::numeric / (f.planned_end_on - f.planned_start_on), 0), 1) END,
    -- I07 进度偏差 in percentage points: I04 less the whole months of the year that are over
    100 * (
        CASE WHEN figure[last_report_on] BETWEEN make_date(extract(year FROM as_of)::integer, 1, 1)
        AND make_date(extract(year FROM as_of)::integer, 12, 31) THEN figure[completed_in_year] END
            / nullif(coalesce(plan.adjusted_amount, plan.planned_amount), 0)
        - ((extract(year FROM as_of + 1) - extract(year FROM as_of)) * 12 + extract(month FROM as_of + 1) - 1) / 12
    ),
    -- I12 资金拨付率(占到位)
    coalesce(figure[disbursed], 0) / nullif(figure[arrived], 0),
    coalesce(figure[complaints_raw], 0), coalesce(figure[complaints_merged], 0),
    coalesce(figure[orders_all], 0), coalesce(figure[orders_suggested], 0),
    figure[last_report_on], as_of - figure[last_report_on],
    coalesce(figure[latest_on], f.data_as_of),
    p.disclosure::text, p.public_geometry::text, p.geom_source::text,
    f.is_located,
    {geom}, {geom_3857}, {anchor_3857},
    f.tile_zoom, {light},
    -- written in this order, so that the history of a project is asked for only where it stands still and the switch is on
    NOT (
        coalesce(figure[status], '') = 'suspended'
        AND coalesce(
            (SELECT v.value > 0 FROM thresholds_thresholdvalue v WHERE v.key = 'exclude_reported_suspension'), false
        )
        AND project_stop_reported(f.project_id, as_of)
    )
FROM {figures} f
LEFT JOIN projects_project p ON p.id = f.project_id
LEFT JOIN projects_project parent ON parent.id = p.parent_id
LEFT JOIN projects_category cat ON cat.code = f.category
LEFT JOIN regions_areaunit region ON region.code = f.region
LEFT JOIN regions_areaunit unit ON unit.code = f.unit
LEFT JOIN regions_areaunit town ON town.code = f.township
LEFT JOIN progress_planyear plan ON plan.project_id = f.project_id AND plan.year = extract(year FROM as_of)::integer
{lamp}{joins}
$$;
