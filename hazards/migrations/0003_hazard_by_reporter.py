from django.db import migrations, models


class Migration(migrations.Migration):
    """Whoever reported little would otherwise have a whole tenant searched."""

    dependencies = [("hazards", "0002_walls")]
    operations = [
        migrations.AddIndex(
            model_name="hazard",
            index=models.Index(
                fields=["tenant", "reported_by", "-reported_at"],
                include=["township", "state"],
                name="hazard_by_reporter",
            ),
        ),
    ]
