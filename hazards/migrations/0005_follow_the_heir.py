"""A hazard reported while its grid is being merged follows to the one that stays."""

from django.db import migrations

from grids.walls import follows_the_heir


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0004_alerts_wait_to_be_told"),
        ("grids", "0012_walls_of_former_codes"),
    ]
    operations = [migrations.RunSQL(*follows_the_heir("hazards_hazard"))]
