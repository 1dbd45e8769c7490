import datetime

import django.core.validators
from django.db import migrations, models
from django.utils import timezone

LIKE_A_PHONE = r"^1\d{10}$"


def end_endless_tokens(apps, schema_editor):
    """What was valid for ever is valid for half a year from now."""
    last = timezone.localdate() + datetime.timedelta(days=180)
    apps.get_model("accounts", "ApiToken").objects.filter(
        expires_on__isnull=True
    ).update(expires_on=last)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_in_attempts")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={"unique": "This user name is already in use."},
                max_length=50,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        r"^[A-Za-z0-9_.\-]{3,50}$",
                        "3 to 50 letters, digits, dots, hyphens or underscores.",
                    ),
                    django.core.validators.RegexValidator(
                        LIKE_A_PHONE,
                        "A user name must not look like a mobile number.",
                        inverse_match=True,
                    ),
                ],
                verbose_name="User name",
            ),
        ),
        migrations.AlterConstraint(
            model_name="user",
            name="phone_signs_in_one_user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phone", ""), _negated=True),
                fields=("phone",),
                name="phone_signs_in_one_user",
                violation_error_code="phone",
                violation_error_message="This mobile number is already in use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("username__regex", LIKE_A_PHONE), _negated=True),
                name="user_name_is_no_phone_number",
                violation_error_code="username",
                violation_error_message=(
                    "A user name must not look like a mobile number."
                ),
            ),
        ),
        migrations.RunPython(
            end_endless_tokens, migrations.RunPython.noop, elidable=True
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="expires_on",
            field=models.DateField(verbose_name="Valid until"),
        ),
    ]
