"""The tenant walls around notices and digests."""

from django.db import migrations

from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("accounts", "0001_ground"),
        ("tenants", "0002_walls"),
    ]
    operations = [Walls("Notice", "DigestDelivery")]
