"""The tenant walls around the dossier, and around what an entry was merged into."""

from django.db import migrations

from tenants.rls import Walls

TABLE = "enterprises_enterprise"
MERGED = f"{TABLE}_merged_into_id_same_tenant"


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0010_dossier")]
    operations = [
        Walls(
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
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {MERGED}"
            " FOREIGN KEY (tenant_id, merged_into_id)"
            f" REFERENCES {TABLE} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {TABLE} DROP CONSTRAINT {MERGED}",
        ),
    ]
