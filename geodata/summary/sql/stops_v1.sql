-- Whether the stop in which a project's history ends by a day has its approved report: a day of the report by then, or a
-- stop that was reported beforehand (报备停工). As in dashboards/alerts/gathering/works.py, the stop is the run of suspending
-- changes at the end. Opaque to the planner on purpose: few projects stand still, and only for those it is called.
CREATE FUNCTION project_stop_reported(project bigint, upto date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10 AS $$
DECLARE
    change record;
BEGIN
    FOR change IN
        SELECT c.status, c.reported_on, c.suspension_kind
        FROM projects_statuschange c
        WHERE c.project_id = project AND c.effective_on <= upto
        ORDER BY c.effective_on DESC, c.id DESC
    LOOP
        IF change.status <> 'suspended' THEN
            RETURN false;
        END IF;
        IF coalesce(change.reported_on <= upto, change.suspension_kind = 'reported') THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END
$$;
