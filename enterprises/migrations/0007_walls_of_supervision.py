"""The tenant walls around direct supervision, its copies, and boundary duties."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0006_supervision_and_boundary"),
        ("grids", "0002_walls"),
    ]
    operations = [
        Walls(
            "BoundaryDuty",
            "BoundaryDecision",
            "DirectSupervision",
            "CopyNotice",
        ),
    ]
