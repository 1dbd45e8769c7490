"""Every table of this app; one migration instead of a course of many, for a quick start."""

import django.db.models.deletion
import django.utils.timezone
import tenants.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("journal", "0001_initial"),
        ("journal", "0003_words_for_the_columns"),
        ("journal", "0004_security_actions_of_accounts"),
        ("journal", "0005_actions_of_lists"),
        ("journal", "0006_changes_of_rule_rows"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('tenants', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveBigIntegerField(verbose_name='Seal number')),
                ('stream', models.CharField(max_length=63, verbose_name='Sealed table')),
                ('event_ids', models.JSONField(verbose_name='Sealed events')),
                ('leaves', models.JSONField(verbose_name='Hashes of the events')),
                ('algorithm', models.CharField(max_length=20, verbose_name='Algorithm')),
                ('previous', models.CharField(max_length=64, verbose_name='Previous digest')),
                ('digest', models.CharField(max_length=64, verbose_name='Digest')),
                ('sealed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Sealed at')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'seal',
                'verbose_name_plural': 'seals',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'number'), name='seals_are_numbered_per_tenant', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='SecurityEvent',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='When')),
                ('name', models.CharField(choices=[('sign_in', 'Signed in'), ('sign_in_failed', 'Sign-in failed'), ('sign_out', 'Signed out'), ('password_changed', 'Password changed'), ('user_created', 'Account created'), ('user_changed', 'Account changed'), ('role_granted', 'Role granted'), ('role_revoked', 'Role revoked'), ('token_made', 'API token made'), ('token_revoked', 'API token revoked'), ('tenant_chosen', 'Tenant chosen'), ('exported', 'Exported'), ('personal_data_shown', 'Personal data shown'), ('rules_changed', 'Rules of security changed'), ('rule_rows_changed', 'Rule rows changed'), ('account_unlocked', 'Account unlocked'), ('session_ended', 'Sessions ended elsewhere'), ('second_factor_added', 'Second factor set up'), ('second_factor_removed', 'Second factor removed'), ('second_factor_failed', 'Second factor wrong'), ('recovery_codes_made', 'Recovery codes made'), ('recovery_code_used', 'Recovery code used'), ('account_unused', 'Unused account disabled'), ('accounts_proposed', 'List of accounts handed in'), ('accounts_opened', 'List of accounts opened'), ('first_passwords_shown', 'One-time passwords shown'), ('roles_refused', 'Proposed roles refused'), ('refused', 'Refused')], max_length=40, verbose_name='What')),
                ('succeeded', models.BooleanField(default=True, verbose_name='Succeeded')),
                ('note', models.TextField(blank=True, verbose_name='Note')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='Network address')),
                ('agent', models.CharField(blank=True, max_length=300, verbose_name='Browser')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='Request number')),
                ('details', models.JSONField(default=dict, verbose_name='Particulars')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Who')),
                ('tenant', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'security event',
                'verbose_name_plural': 'security log',
                'indexes': [models.Index(fields=['tenant', '-at'], name='security_log_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('event_id', models.UUIDField(primary_key=True, serialize=False)),
                ('stream', models.CharField(max_length=63)),
                ('tenant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'event_id'], name='unsealed_in_order')],
            },
        ),
    ]
