"""The tenant walls around the calendar and the time limits."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial"), ("tenants", "0002_walls")]
    operations = [Walls("Day", "DeadlineRule")]
