"""A hazard reported while its grid is being merged follows to the one that stays."""

from django.db import migrations

from grids.walls import follows_the_heir


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0003_hazard_by_reporter"),
        ("grids", "0005_walls_of_former_codes"),
    ]
    operations = [migrations.RunSQL(*follows_the_heir("hazards_hazard"))]
