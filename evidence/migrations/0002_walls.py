"""The tenant walls around pictures and photos."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("tenants", "0002_walls")]
    operations = [Walls("Blob", "Photo")]
