"""The tenant walls around the tree, and the sequence of tree ids."""

from django.db import migrations

from journal.seals import sealed
from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("grids", "0001_initial"), ("journal", "0002_walls")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE grids_tree_id", "DROP SEQUENCE grids_tree_id"
        ),
        Walls("GridNode", "NodeGrant", "Role", "RoleAssignment", "GridEvent"),
        sealed("grids_gridevent"),
    ]
