"""The tenant walls around imports of boundaries and the texts of printables."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("grids", "0008_print_rules")]
    operations = [Walls("BoundaryImport", "PrintRule")]
