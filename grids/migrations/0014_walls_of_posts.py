"""The walls around posts and leaves, and what no two posts may be.

The same person cannot hold the same post twice at a time. An exclusion constraint
over plain columns would want ``btree_gist``, which the embedded PostgreSQL does not
carry; ranges of one value each compare as well and need no extension.
"""

from django.db import migrations

from tenants.rls import SameTenantKey, Walls

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
DROP = """
ALTER TABLE grids_post DROP CONSTRAINT post_held_once_at_a_time;
DROP TYPE same_word;
DROP TYPE same_id;
"""


class Migration(migrations.Migration):
    dependencies = [("grids", "0013_posts_and_leaves")]
    operations = [
        Walls("PostRule", "Post", "Leave", "Vacancy"),
        SameTenantKey("RoleAssignment", "on_behalf_of"),
        SameTenantKey("GridEvent", "on_behalf_of"),
        migrations.RunSQL(ONCE_AT_A_TIME, DROP),
    ]
