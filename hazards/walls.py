"""SQL of the migrations: what the database itself keeps true about hazards."""

from __future__ import annotations

# A hazard's grid and township belong together; when the grid moves to another
# township the database carries the hazard along, and with it the tally.
FOLLOW_THE_GRID = """
ALTER TABLE hazards_hazard DROP CONSTRAINT hazards_hazard_area_node_id_same_tenant;
ALTER TABLE hazards_hazard ADD CONSTRAINT hazard_lies_in_its_township
    FOREIGN KEY (tenant_id, area_node_id, township_id)
    REFERENCES grids_gridnode (tenant_id, id, township_id)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""

# Months are those of the people who read the board.
_COUNTED = """
    SELECT h.tenant_id, h.township_id, h.department_node_id, m.measure, m.state,
           m.level, m.month, {sign} AS n
    FROM {rows} h
    CROSS JOIN LATERAL (VALUES
        ('held', h.state, h.level, NULL::date),
        ('reported', '', '',
         date_trunc('month', h.reported_at AT TIME ZONE 'Asia/Shanghai')::date),
        ('closed', '', '',
         date_trunc('month', h.closed_at AT TIME ZONE 'Asia/Shanghai')::date)
    ) AS m (measure, state, level, month)
    WHERE m.measure = 'held' OR m.month IS NOT NULL
"""

_APPEND = """
    INSERT INTO public.hazards_hazardtally (id, tenant_id, township_id,
        department_node_id, measure, state, level, month, n)
    SELECT uuidv7(), tenant_id, township_id, department_node_id, measure, state,
           level, month, sum(n)
    FROM ({counted}) c
    GROUP BY tenant_id, township_id, department_node_id, measure, state, level, month
    HAVING sum(n) <> 0;
"""

TALLY = f"""
CREATE FUNCTION hazards_tally_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_APPEND.format(counted=_COUNTED.format(sign=1, rows="fresh"))}
    RETURN NULL;
END $$;
CREATE FUNCTION hazards_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {
    _APPEND.format(
        counted=_COUNTED.format(sign=1, rows="fresh")
        + " UNION ALL "
        + _COUNTED.format(sign=-1, rows="stale")
    )
}
    RETURN NULL;
END $$;
CREATE TRIGGER tally_insert AFTER INSERT ON hazards_hazard
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION hazards_tally_insert();
CREATE TRIGGER tally_update AFTER UPDATE ON hazards_hazard
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION hazards_tally_update();
"""

NO_TALLY = """
DROP TRIGGER tally_update ON hazards_hazard;
DROP TRIGGER tally_insert ON hazards_hazard;
DROP FUNCTION hazards_tally_update();
DROP FUNCTION hazards_tally_insert();
"""
