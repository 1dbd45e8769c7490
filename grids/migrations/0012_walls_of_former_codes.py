"""The tenant walls around former codes; a code leads to one place, a row to the heir."""

from django.db import migrations

from grids import walls
from tenants.rls import SameTenantKey, Walls


class Migration(migrations.Migration):
    dependencies = [("grids", "0011_former_codes_and_heirs")]
    operations = [
        Walls("FormerCode"),
        SameTenantKey("GridNode", "merged_into"),
        migrations.RunSQL(walls.CODE_ONCE, walls.NO_CODE_ONCE),
        migrations.RunSQL(walls.HEIRS, walls.NO_HEIRS),
    ]
