"""The tenant walls around work items and the checklist of grid offices."""

from django.db import migrations

from journal.seals import sealed
from tenants.rls import Walls


class Migration(migrations.Migration):
    dependencies = [("grids", "0004_work_items"), ("evidence", "0002_walls")]
    operations = [
        Walls(
            "WorkScheme",
            "WorkSchemeTerm",
            "WorkItem",
            "WorkItemVersion",
            "WorkRecord",
            "WorkPhoto",
            "WorkEvent",
            "OfficeKind",
            "OfficeStandard",
            "OfficeMark",
            "OfficePhoto",
        ),
        sealed("grids_workevent"),
    ]
