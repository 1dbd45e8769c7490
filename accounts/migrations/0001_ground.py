"""Every table of this app; one migration instead of a course of many, for a quick start."""

import django.contrib.auth.models
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import tenants.ids
import tenants.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_sign_in_attempts"),
        ("accounts", "0003_names_sessions_tokens"),
        ("accounts", "0004_rules_sessions_second_factor"),
        ("accounts", "0006_factors_and_known_passwords"),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('tenants', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(error_messages={'unique': 'This user name is already in use.'}, max_length=50, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9_.\\-]{3,50}$', '3 to 50 letters, digits, dots, hyphens or underscores.'), django.core.validators.RegexValidator('^1\\d{10}$', 'A user name must not look like a mobile number.', inverse_match=True)], verbose_name='User name')),
                ('phone', models.CharField(blank=True, max_length=11, validators=[django.core.validators.RegexValidator('^1\\d{10}$', 'A mobile number has 11 digits and begins with 1.')], verbose_name='Mobile phone')),
                ('full_name', models.CharField(max_length=50, verbose_name='Full name')),
                ('title', models.CharField(blank=True, max_length=50, verbose_name='Position')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='Language')),
                ('large_text', models.BooleanField(default=False, verbose_name='Large text')),
                ('is_staff', models.BooleanField(default=False, verbose_name='May open the admin')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('must_change_password', models.BooleanField(default=False, editable=False, verbose_name='Must choose a password of their own')),
                ('password_changed_at', models.DateTimeField(editable=False, null=True, verbose_name='Password changed')),
                ('second_factor_required', models.BooleanField(default=False, editable=False)),
                ('second_factor_on', models.BooleanField(default=False, editable=False)),
                ('reactivated_at', models.DateTimeField(editable=False, null=True)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Created')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('password_set_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'indexes': [models.Index(fields=['tenant', 'full_name'], name='user_by_name')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('phone', ''), _negated=True), fields=('phone',), name='phone_signs_in_one_user', violation_error_code='phone', violation_error_message='This mobile number is already in use.'), models.CheckConstraint(condition=models.Q(('username__regex', '^1\\d{10}$'), _negated=True), name='user_name_is_no_phone_number', violation_error_code='username', violation_error_message='A user name must not look like a mobile number.'), models.UniqueConstraint(fields=('tenant', 'id'), name='user_of_tenant'), models.CheckConstraint(condition=models.Q(('tenant__isnull', True), ('is_superuser', False), _connector='OR'), name='superusers_belong_to_the_platform')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='SecurityRules',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('password_length', models.PositiveSmallIntegerField(default=10, help_text='Characters.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(64)], verbose_name='Shortest password')),
                ('admin_password_length', models.PositiveSmallIntegerField(default=12, help_text='Of whoever may open the admin.', validators=[django.core.validators.MinValueValidator(12), django.core.validators.MaxValueValidator(64)], verbose_name='Shortest password of administrators')),
                ('password_classes', models.PositiveSmallIntegerField(default=3, help_text='Of small letters, capital letters, digits and other characters.', validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(4)], verbose_name='Kinds of characters')),
                ('password_history', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(24)], verbose_name='Former passwords that are not taken again')),
                ('password_days', models.PositiveSmallIntegerField(default=90, help_text='0: passwords do not grow old.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)], verbose_name='Oldest password, in days')),
                ('idle_minutes', models.PositiveSmallIntegerField(default=30, help_text='A role may have a number of its own.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)], verbose_name='Signed out after, in minutes without a request')),
                ('admin_idle_minutes', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(60)], verbose_name='The same for administrators')),
                ('unused_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(30), django.core.validators.MaxValueValidator(365)], verbose_name='Unused accounts are disabled after, in days')),
                ('unused_warning_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='Warned so many days before')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='Basis')),
                ('edition', models.CharField(blank=True, editable=False, max_length=40, verbose_name='Edition')),
                ('is_proposed', models.BooleanField(default=True, editable=False, verbose_name='Proposed')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'verbose_name': 'rules of security',
                'verbose_name_plural': 'rules of security',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_row_of_security_rules_per_tenant'), models.CheckConstraint(condition=models.Q(('password_length__gte', 10), ('password_length__lte', 64)), name='security_password_length_in_bounds'), models.CheckConstraint(condition=models.Q(('admin_password_length__gte', 12), ('admin_password_length__lte', 64)), name='security_admin_password_length_in_bounds'), models.CheckConstraint(condition=models.Q(('password_classes__gte', 3), ('password_classes__lte', 4)), name='security_password_classes_in_bounds'), models.CheckConstraint(condition=models.Q(('password_history__gte', 5), ('password_history__lte', 24)), name='security_password_history_in_bounds'), models.CheckConstraint(condition=models.Q(('password_days__gte', 0), ('password_days__lte', 365)), name='security_password_days_in_bounds'), models.CheckConstraint(condition=models.Q(('idle_minutes__gte', 5), ('idle_minutes__lte', 240)), name='security_idle_minutes_in_bounds'), models.CheckConstraint(condition=models.Q(('admin_idle_minutes__gte', 5), ('admin_idle_minutes__lte', 60)), name='security_admin_idle_minutes_in_bounds'), models.CheckConstraint(condition=models.Q(('unused_days__gte', 30), ('unused_days__lte', 365)), name='security_unused_days_in_bounds'), models.CheckConstraint(condition=models.Q(('unused_warning_days__gte', 1), ('unused_warning_days__lte', 30)), name='security_unused_warning_days_in_bounds')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempts',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('of_name', models.CharField(blank=True, default='', max_length=64)),
                ('began_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'sign-in attempts',
                'verbose_name_plural': 'sign-in attempts',
                'indexes': [models.Index(fields=['began_at'], name='sign_in_attempts_by_age'), models.Index(fields=['of_name'], name='sign_in_attempts_by_name')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='second_factor', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='User')),
                ('secret', models.TextField(editable=False)),
                ('begun_at', models.DateTimeField(auto_now_add=True)),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='Since')),
                ('last_step', models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'second factor',
                'verbose_name_plural': 'second factors',
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, verbose_name='Purpose')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Created')),
                ('last_used_on', models.DateField(editable=False, null=True, verbose_name='Last used')),
                ('expires_on', models.DateField(verbose_name='Valid until')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='User')),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
            },
        ),
        migrations.CreateModel(
            name='FormerPassword',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(editable=False, max_length=128)),
                ('ended_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_passwords', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'former password',
                'verbose_name_plural': 'former passwords',
                'indexes': [models.Index(fields=['user', '-ended_at'], name='former_password_by_user')],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'recovery code',
                'verbose_name_plural': 'recovery codes',
                'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='recovery_code_once_per_user')],
            },
        ),
        migrations.CreateModel(
            name='UserSession',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('session_key', models.CharField(editable=False, max_length=40, unique=True)),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Since')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Last seen')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='Network address')),
                ('agent', models.CharField(blank=True, max_length=300, verbose_name='Browser')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='User')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'indexes': [models.Index(fields=['user', '-seen_at'], name='session_by_user'), models.Index(fields=['seen_at'], name='session_by_age')],
            },
        ),
    ]
