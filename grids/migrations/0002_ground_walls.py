"""The walls around tree, people and duties, and what the database itself keeps.

The same person cannot hold the same post twice at a time. An exclusion constraint
over plain columns would want ``btree_gist``, which the embedded PostgreSQL does not
carry; ranges of one value each compare as well and need no extension.
"""

from django.db import migrations

from grids import walls
from journal.seals import sealed
from tenants.rls import Walls

ONCE_AT_A_TIME = """
CREATE TYPE same_id AS RANGE (subtype = uuid);
CREATE TYPE same_word AS RANGE (subtype = text, collation = "C");
ALTER TABLE grids_post ADD CONSTRAINT post_held_once_at_a_time EXCLUDE USING gist (
    int8range(tenant_id, tenant_id, '[]') WITH =,
    same_id(user_id, user_id, '[]') WITH =,
    same_id(node_id, node_id, '[]') WITH =,
    same_word(kind, kind, '[]') WITH =,
    daterange(begins_on, ends_on) WITH &&
);
"""
SEVERAL_AT_A_TIME = """
ALTER TABLE grids_post DROP CONSTRAINT post_held_once_at_a_time;
DROP TYPE same_word;
DROP TYPE same_id;
"""


class Migration(migrations.Migration):
    replaces = [
        ("grids", "0002_walls"),
    ]
    dependencies = [
        ("grids", "0001_ground"),
        ("evidence", "0002_ground_walls"),
        ("journal", "0002_ground_walls"),
    ]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE grids_tree_id", "DROP SEQUENCE grids_tree_id"
        ),
        Walls(
            "GridNode",
            "FormerCode",
            "BoundaryImport",
            "PrintRule",
            "NodeGrant",
            "Role",
            "RoleAssignment",
            "RoleProposal",
            "GridEvent",
            "PostRule",
            "Post",
            "Leave",
            "Vacancy",
            "WorkScheme",
            "WorkSchemeTerm",
            "WorkItem",
            "WorkItemVersion",
            "WorkRecord",
            "WorkPhoto",
            "WorkEvent",
            "OfficeKind",
            "OfficeStandard",
            "OfficeMark",
            "OfficePhoto",
        ),
        sealed("grids_gridevent"),
        sealed("grids_workevent"),
        migrations.RunSQL(walls.CODE_ONCE, walls.NO_CODE_ONCE),
        migrations.RunSQL(walls.HEIRS, walls.NO_HEIRS),
        migrations.RunSQL(ONCE_AT_A_TIME, SEVERAL_AT_A_TIME),
    ]
