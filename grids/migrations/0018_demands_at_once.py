from django.db import migrations, models


def note_demands(apps, schema_editor):
    """What roles ask of their holders stands beside the accounts from now on."""
    held = apps.get_model("grids", "RoleAssignment").objects.filter(
        ended_at__isnull=True, role__second_factor_required=True
    )
    users = apps.get_model("accounts", "User").objects
    users.filter(pk__in=held.values("user_id")).update(second_factor_required=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_factors_and_known_passwords"),
        ("grids", "0017_walls_of_proposed_roles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="role",
            name="second_factor_required",
            field=models.BooleanField(
                default=False,
                help_text="Whoever holds the role sets one up before anything else is open to them.",
                verbose_name="Second factor required",
            ),
        ),
        migrations.RunPython(note_demands, migrations.RunPython.noop),
    ]
