"""The tenant walls around the floor's own tables."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [Walls("NumberSeries", "Submission")]
