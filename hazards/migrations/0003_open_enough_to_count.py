"""The index of open hazards answers the board alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hazards", "0002_ground_walls")]
    operations = [
        migrations.RemoveIndex(
            model_name='hazard',
            name='hazard_open',
        ),
        migrations.AddIndex(
            model_name='hazard',
            index=models.Index(condition=models.Q(('state__in', ('closed', 'rejected')), _negated=True), fields=['tenant', 'township'], include=('state', 'due_on', 'suspected_major'), name='hazard_open'),
        ),
    ]
