"""The tenant walls around the roles that lists of new accounts ask for."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("grids", "0016_proposed_roles")]
    operations = [Walls("RoleProposal")]
