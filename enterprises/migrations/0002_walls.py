"""The tenant walls around the register, and the township that follows its node."""

from django.db import migrations

from journal.seals import sealed
from tenants.rls import Walls

TABLE = "enterprises_enterprise"
PLAIN = f"{TABLE}_area_node_id_same_tenant"
WITH_TOWNSHIP = f"{TABLE}_area_node_with_township"


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0001_initial"),
        ("grids", "0002_walls"),
        ("journal", "0002_walls"),
    ]
    operations = [
        Walls(
            "IndustryCategory",
            "IndustrySubcategory",
            "Enterprise",
            "EnterpriseEvent",
        ),
        # The township of a row is the township of its node: a node that moves
        # carries it over. This key says more than the plain one and replaces it.
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} DROP CONSTRAINT {PLAIN};"
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {WITH_TOWNSHIP}"
            " FOREIGN KEY (tenant_id, area_node_id, township_id)"
            " REFERENCES grids_gridnode (tenant_id, id, township_id)"
            " ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {TABLE} DROP CONSTRAINT {WITH_TOWNSHIP};"
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {PLAIN}"
            " FOREIGN KEY (tenant_id, area_node_id)"
            " REFERENCES grids_gridnode (tenant_id, id)"
            " DEFERRABLE INITIALLY DEFERRED",
        ),
        sealed("enterprises_enterpriseevent"),
    ]
