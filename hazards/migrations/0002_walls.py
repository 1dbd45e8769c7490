"""The tenant walls, the append-only course, and the counts kept by trigger."""

from django.db import migrations

from hazards.walls import FOLLOW_THE_GRID, NO_TALLY, TALLY
from journal.seals import sealed
from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0001_initial"),
        ("enterprises", "0002_walls"),
        ("evidence", "0002_walls"),
        ("notices", "0002_walls"),
        ("workdays", "0002_walls"),
        ("grids", "0002_walls"),
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
    ]
