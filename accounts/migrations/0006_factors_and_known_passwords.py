import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def note_factors(apps, schema_editor):
    """Whoever has one already goes on without being asked."""
    confirmed = apps.get_model("accounts", "SecondFactor").objects.filter(
        confirmed_at__isnull=False
    )
    users = apps.get_model("accounts", "User").objects
    users.filter(pk__in=confirmed.values("user_id")).update(second_factor_on=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_walls_of_rules")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_set_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="second_factor_on",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="second_factor_required",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(note_factors, migrations.RunPython.noop),
    ]
