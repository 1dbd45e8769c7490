"""The tenant walls around background jobs."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_jobs")]
    operations = [Walls("Job")]
