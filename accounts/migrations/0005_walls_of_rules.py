from django.db import migrations

from tenants.rls import Walls

BASIS = "GB/T 22239-2019（等保 2.0 三级）应用层控制点"


def furnish(apps, schema_editor):
    """Bureaus that are open already begin with the default rules."""
    rules = apps.get_model("accounts", "SecurityRules")
    tenants = apps.get_model("tenants", "Tenant")
    for tenant in tenants.objects.all():
        rules.objects.create(tenant=tenant, basis=BASIS, edition="2019")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_rules_sessions_second_factor")]

    operations = [
        Walls("SecurityRules"),
        migrations.RunPython(furnish, migrations.RunPython.noop),
    ]
