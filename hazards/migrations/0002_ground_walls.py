"""The tenant walls, the append-only course, and the counts kept by trigger."""

from django.db import migrations

from grids.walls import follows_the_heir
from hazards.walls import FOLLOW_THE_GRID, NO_TALLY, TALLY
from journal.seals import sealed
from tenants.rls import Walls


class Migration(migrations.Migration):
    replaces = [
        ("hazards", "0002_walls"),
    ]
    dependencies = [
        ("hazards", "0001_ground"),
        ("enterprises", "0002_ground_walls"),
        ("evidence", "0002_ground_walls"),
        ("notices", "0002_walls"),
        ("workdays", "0002_walls"),
        ("grids", "0002_ground_walls"),
    ]
    operations = [
        Walls(
            "HazardKind",
            "Hazard",
            "HazardEvent",
            "HazardDeadline",
            "HazardPhoto",
            "EscalationRung",
            "HazardAlert",
            "HazardTally",
        ),
        sealed("hazards_hazardevent"),
        migrations.RunSQL(FOLLOW_THE_GRID, migrations.RunSQL.noop),
        migrations.RunSQL(TALLY, NO_TALLY),
        migrations.RunSQL(*follows_the_heir("hazards_hazard")),
    ]
