-- Every project that is not deleted has its row in project_totals from the beginning, with what project_register says of
-- it. A row that is missing is made with those columns, so that none ever stands without its code, unit and category.
CREATE OR REPLACE FUNCTION project_totals_lock(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    names text[];
    missing bigint[];
BEGIN
    EXECUTE 'SELECT array_agg(i) FROM unnest($1) AS i
             WHERE NOT EXISTS (SELECT FROM project_totals t WHERE t.project_id = i)' INTO missing USING ids;
    IF missing IS NOT NULL THEN
        names := project_figures_of('project_register');
        EXECUTE format(
            'INSERT INTO project_totals (project_id, %s)
             SELECT r.project_id, r.%s FROM project_register($1, ''infinity'') r ORDER BY r.project_id
             ON CONFLICT (project_id) DO NOTHING',
            array_to_string(names, ', '), array_to_string(names, ', r.')
        ) USING missing;
    END IF;
    EXECUTE 'SELECT FROM project_totals t WHERE t.project_id = ANY ($1) ORDER BY t.project_id FOR UPDATE' USING ids;
END
$$;

-- `source` names one of the functions of figures; its columns of these projects' totals are computed anew. For many
-- projects hash joins are used, whatever the statistics say: an ANALYZE in the middle of a load sees none of its rows.
CREATE OR REPLACE FUNCTION project_totals_refresh(source text, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    names constant text[] := project_figures_of(source);
    loops constant text := current_setting('enable_nestloop');
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM project_totals_lock(ids);
    IF cardinality(ids) > 100 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    EXECUTE format(
        'UPDATE project_totals t SET (%s) = ROW (%s)
         FROM unnest($1) AS i (project_id) LEFT JOIN %I($1, ''infinity'') f ON f.project_id = i.project_id
         WHERE t.project_id = i.project_id',
        array_to_string(names, ', '), 'f.' || array_to_string(names, ', f.'), source
    ) USING ids;
    PERFORM set_config('enable_nestloop', loops, true);
END
$$;

-- All sources of the projects given, or of all projects, in one statement.
CREATE OR REPLACE FUNCTION project_totals_rebuild(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    every constant bigint[] := coalesce(ids, (SELECT array_agg(id ORDER BY id) FROM projects_project));
    loops constant text := current_setting('enable_nestloop');
    names text[];
BEGIN
    DELETE FROM project_totals t WHERE (ids IS NULL OR t.project_id = ANY (ids)) AND NOT EXISTS (
        SELECT FROM projects_project p WHERE p.id = t.project_id AND NOT p.is_deleted
    );
    PERFORM project_totals_lock(every);
    SELECT array_agg(quote_ident(attname) ORDER BY attnum) INTO names
    FROM pg_attribute
    WHERE attrelid = 'project_totals'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND attname <> 'project_id';
    IF cardinality(every) > 100 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    EXECUTE format(
        'UPDATE project_totals t SET (%s) = ROW (s.%s) FROM project_sums($1, ''infinity'') s
         WHERE t.project_id = s.project_id',
        array_to_string(names, ', '), array_to_string(names, ', s.')
    ) USING ids;
    PERFORM set_config('enable_nestloop', loops, true);
END
$$;

-- What projects say of themselves. A new project gets its row, a deleted one loses it, one taken back gets it anew; of
-- changed ones only those rows are written that differ, for most changes of a project touch none of these columns.
CREATE FUNCTION project_totals_follow_projects() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    back bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE 'DELETE FROM project_totals t USING changed c WHERE t.project_id = c.id';
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT array_agg(c.id ORDER BY c.id) FROM changed c' INTO touched;
    IF touched IS NULL THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM project_totals_lock(touched);
        RETURN NULL;
    END IF;
    EXECUTE 'DELETE FROM project_totals t USING changed c WHERE t.project_id = c.id AND c.is_deleted';
    EXECUTE 'SELECT array_agg(c.id) FROM changed c
             WHERE NOT c.is_deleted AND NOT EXISTS (SELECT FROM project_totals t WHERE t.project_id = c.id)' INTO back;
    IF back IS NOT NULL THEN
        PERFORM project_totals_rebuild(back);
    END IF;
    PERFORM project_totals_refresh('project_register', project_totals_outdated(touched));
    RETURN NULL;
END
$$;

-- Those of the projects given whose stored register is not what it should be.
CREATE FUNCTION project_totals_outdated(ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    names constant text[] := project_figures_of('project_register');
    found bigint[];
BEGIN
    EXECUTE format(
        'SELECT array_agg(r.project_id ORDER BY r.project_id)
         FROM project_register($1, ''infinity'') r JOIN project_totals t ON t.project_id = r.project_id
         WHERE (t.%s) IS DISTINCT FROM (r.%s)',
        array_to_string(names, ', t.'), array_to_string(names, ', r.')
    ) INTO found USING ids;
    RETURN found;
END
$$;

-- Areas and categories lend their codes. TG_ARGV[0] is a query for the projects that bear one of those changed.
CREATE FUNCTION project_totals_follow_codes() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    EXECUTE format(
        'SELECT array_agg(p.id ORDER BY p.id)
         FROM before b JOIN after a ON a.id = b.id AND a.code <> b.code JOIN projects_project p ON %s', TG_ARGV[0]
    ) INTO touched;
    PERFORM project_totals_refresh('project_register', touched);
    RETURN NULL;
END
$$;

CREATE TRIGGER totals_insert AFTER INSERT ON projects_project REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow_projects();
CREATE TRIGGER totals_update AFTER UPDATE ON projects_project REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow_projects();
CREATE TRIGGER totals_delete AFTER DELETE ON projects_project REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow_projects();
CREATE TRIGGER totals_update AFTER UPDATE ON regions_areaunit REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT
    EXECUTE FUNCTION project_totals_follow_codes('a.id IN (p.admin_area_id, p.management_unit_id, p.township_id)');
CREATE TRIGGER totals_update AFTER UPDATE ON projects_category REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION project_totals_follow_codes('a.id = p.category_id');
