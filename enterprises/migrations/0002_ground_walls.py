"""The tenant walls around the register, and what the database itself keeps of it."""

from django.db import migrations

from grids.walls import follows_the_heir
from journal.seals import sealed
from tenants.rls import Walls

TABLE = "enterprises_enterprise"
PLAIN = f"{TABLE}_area_node_id_same_tenant"
WITH_TOWNSHIP = f"{TABLE}_area_node_with_township"
# A printed code is a promise: not even a mistake of ours may break it.
KEPT = """
CREATE FUNCTION enterprises_code_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a code that was issued is kept as it is'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER code_is_kept
    BEFORE DELETE OR UPDATE OF token, enterprise_id, tenant_id
    ON enterprises_enterprisecode
    FOR EACH ROW EXECUTE FUNCTION enterprises_code_is_kept();
CREATE TRIGGER code_is_kept
    BEFORE DELETE OR UPDATE ON enterprises_codedirectory
    FOR EACH ROW EXECUTE FUNCTION enterprises_code_is_kept();
"""
FREE = """
DROP TRIGGER code_is_kept ON enterprises_codedirectory;
DROP TRIGGER code_is_kept ON enterprises_enterprisecode;
DROP FUNCTION enterprises_code_is_kept();
"""


class Migration(migrations.Migration):
    replaces = [
        ("enterprises", "0002_walls"),
    ]
    dependencies = [
        ("enterprises", "0001_ground"),
        ("grids", "0002_ground_walls"),
        ("journal", "0002_ground_walls"),
    ]
    operations = [
        Walls(
            "IndustryCategory",
            "IndustrySubcategory",
            "Enterprise",
            "EnterpriseEvent",
            "EnterpriseCode",
            "LevelThreshold",
            "DirectReason",
            "LevelDecision",
            "BoundaryDuty",
            "BoundaryDecision",
            "DirectSupervision",
            "CopyNotice",
            "ColumnMapping",
            "SpecialDomain",
            "EnterpriseDomain",
            "ScaleGroup",
            "ScaleBound",
            "EnterpriseDocument",
            "StaffMember",
            "StaffCertificate",
            "StandardizationCertificate",
            "ExpiryRung",
            "ExpiryReminder",
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
        migrations.RunSQL(KEPT, FREE),
        migrations.RunSQL(*follows_the_heir(TABLE)),
    ]
