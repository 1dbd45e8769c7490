"""SQL of the migrations: what the database itself keeps true about codes and heirs."""

from __future__ import annotations

# A code is in use or a former one, not both: else it leads to two places.
CODE_ONCE = """
CREATE FUNCTION grids_code_is_no_former() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.grids_formercode f JOIN fresh n
               ON f.tenant_id = n.tenant_id AND f.code = n.code) THEN
        RAISE unique_violation USING MESSAGE = 'a grid had this code before',
            CONSTRAINT = 'grid_code_is_no_former_code';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION grids_former_is_no_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.grids_gridnode n WHERE n.tenant_id = NEW.tenant_id
               AND n.code = NEW.code) THEN
        RAISE unique_violation USING MESSAGE = 'a grid has this code',
            CONSTRAINT = 'former_code_is_no_grid_code';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION grids_new_code_is_no_former() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.grids_formercode f
               WHERE f.tenant_id = NEW.tenant_id AND f.code = NEW.code) THEN
        RAISE unique_violation USING MESSAGE = 'a grid had this code before',
            CONSTRAINT = 'grid_code_is_no_former_code';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER code_is_no_former AFTER INSERT ON grids_gridnode
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grids_code_is_no_former();
CREATE TRIGGER new_code_is_no_former AFTER UPDATE OF code ON grids_gridnode
    FOR EACH ROW WHEN (NEW.code <> OLD.code)
    EXECUTE FUNCTION grids_new_code_is_no_former();
CREATE TRIGGER former_is_no_code AFTER INSERT OR UPDATE ON grids_formercode
    FOR EACH ROW EXECUTE FUNCTION grids_former_is_no_code();
"""

NO_CODE_ONCE = """
DROP TRIGGER former_is_no_code ON grids_formercode;
DROP TRIGGER new_code_is_no_former ON grids_gridnode;
DROP TRIGGER code_is_no_former ON grids_gridnode;
DROP FUNCTION grids_new_code_is_no_former();
DROP FUNCTION grids_former_is_no_code();
DROP FUNCTION grids_code_is_no_former();
"""

# A row that is written while its grid is being merged is committed after the merge
# and would stay behind. At its commit it waits for the merge (which holds the node
# FOR UPDATE), sees it, and follows. Rows that were there before are carried by it.
HEIRS = """
CREATE FUNCTION grids_follow_the_heir() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    heir uuid;
BEGIN
    SELECT merged_into_id INTO heir FROM public.grids_gridnode
    WHERE tenant_id = NEW.tenant_id AND id = NEW.area_node_id FOR KEY SHARE;
    IF heir IS NOT NULL THEN
        EXECUTE format(
            'UPDATE %I.%I r SET area_node_id = n.id, township_id = n.township_id'
            ' FROM public.grids_gridnode n WHERE n.tenant_id = $1 AND n.id = $2'
            ' AND r.tenant_id = $1 AND r.id = $3', TG_TABLE_SCHEMA, TG_TABLE_NAME)
        USING NEW.tenant_id, heir, NEW.id;
    END IF;
    IF NEW.department_node_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT merged_into_id INTO heir FROM public.grids_gridnode
    WHERE tenant_id = NEW.tenant_id AND id = NEW.department_node_id FOR KEY SHARE;
    IF heir IS NOT NULL THEN
        EXECUTE format(
            'UPDATE %I.%I SET department_node_id = $2'
            ' WHERE tenant_id = $1 AND id = $3', TG_TABLE_SCHEMA, TG_TABLE_NAME)
        USING NEW.tenant_id, heir, NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""

NO_HEIRS = "DROP FUNCTION grids_follow_the_heir();"


def follows_the_heir(table: str) -> tuple[str, str]:
    """SQL, and its reverse, for the table of a ``SupervisedModel``."""
    make = (
        "CREATE CONSTRAINT TRIGGER follow_the_heir AFTER INSERT OR UPDATE OF"
        f" area_node_id, department_node_id ON {table}"
        " DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION grids_follow_the_heir()"
    )
    return make, f"DROP TRIGGER follow_the_heir ON {table}"


# The extent of a boundary beside it, kept by the database itself.
EXTENT = """
CREATE FUNCTION grids_extent(boundary jsonb) RETURNS double precision[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT ARRAY[
        min((corner -> 0)::double precision), min((corner -> 1)::double precision),
        max((corner -> 0)::double precision), max((corner -> 1)::double precision)
    ]
    FROM jsonb_path_query(
        boundary,
        CASE boundary ->> 'type'
            WHEN 'MultiPolygon' THEN '$.coordinates[*][0][*]'::jsonpath
            ELSE '$.coordinates[0][*]'::jsonpath
        END
    ) AS corner
    HAVING count(*) > 0
);
"""
NO_EXTENT = "DROP FUNCTION grids_extent(jsonb)"
