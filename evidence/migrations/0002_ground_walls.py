"""The tenant walls around pictures, photos and background jobs."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    replaces = [
        ("evidence", "0002_walls"),
    ]
    dependencies = [("evidence", "0001_ground"), ("tenants", "0002_walls")]
    operations = [Walls("Blob", "Photo", "Job")]
