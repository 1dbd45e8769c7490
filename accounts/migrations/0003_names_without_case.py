"""A user name signs in one person, however it is written (upper or lower case)."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_ground_walls'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('tenants', '0002_walls'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_name_signs_in_one_user', violation_error_code='username', violation_error_message='This user name is already in use.'),
        ),
    ]
