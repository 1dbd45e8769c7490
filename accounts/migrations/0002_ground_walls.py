"""The tenant walls around the rules of security."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0005_walls_of_rules"),
    ]
    dependencies = [("accounts", "0001_ground"), ("tenants", "0002_walls")]
    operations = [Walls("SecurityRules")]
