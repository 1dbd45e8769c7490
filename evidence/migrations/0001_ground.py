"""Every table of this app; one migration instead of a course of many, for a quick start."""

import django.db.models.deletion
import django.utils.timezone
import tenants.ids
import tenants.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("evidence", "0001_initial"),
        ("evidence", "0003_jobs"),
        ("evidence", "0004_jobs_walls"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('tenants', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('path', models.CharField(max_length=200)),
                ('thumbnail_path', models.CharField(max_length=200)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('received_size', models.PositiveIntegerField()),
                ('received_format', models.CharField(max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'sha256'), name='picture_once_per_content'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('digest__regex', '^[0-9a-f]{64}$')), name='picture_hashes_are_sha256'), models.CheckConstraint(condition=models.Q(('width__gte', 1), ('height__gte', 1)), name='picture_has_pixels')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40, verbose_name='Kind')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='State')),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('parameters', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('error', models.TextField(blank=True, verbose_name='Why it failed')),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='File')),
                ('source_path', models.CharField(blank=True, max_length=200)),
                ('product_name', models.CharField(blank=True, max_length=200, verbose_name='Result file')),
                ('product_path', models.CharField(blank=True, max_length=200)),
                ('rows_path', models.CharField(blank=True, max_length=200)),
                ('lease', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Started')),
                ('started_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True, verbose_name='Ended')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='Kept until')),
                ('actor', tenants.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Started by')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'verbose_name': 'background job',
                'verbose_name_plural': 'background jobs',
                'indexes': [models.Index(fields=['tenant', 'actor', '-created_at'], name='jobs_of_one'), models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['tenant', 'created_at'], name='jobs_to_do')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed', 'cancelled'])), name='job_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('heartbeat_at__isnull', False), ('lease__isnull', False)), _connector='OR'), name='running_job_has_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ('waiting', 'running'))), models.Q(('expires_at__isnull', False), ('finished_at__isnull', False), models.Q(('state__in', ('waiting', 'running')), _negated=True)), _connector='OR'), name='ended_job_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='failed_job_says_why'), models.CheckConstraint(condition=models.Q(('done__lte', models.F('total')), ('total', 0), _connector='OR'), name='job_is_not_further_than_its_end')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Uploaded')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='Taken')),
                ('clock', models.CharField(blank=True, choices=[('page', 'The page it was taken with'), ('camera', "The camera's own clock")], max_length=10, verbose_name='Time from')),
                ('longitude', models.DecimalField(blank=True, decimal_places=7, max_digits=10, null=True, verbose_name='Longitude')),
                ('latitude', models.DecimalField(blank=True, decimal_places=7, max_digits=10, null=True, verbose_name='Latitude')),
                ('accuracy_m', models.PositiveIntegerField(blank=True, null=True, verbose_name='Accuracy (m)')),
                ('method', models.CharField(blank=True, choices=[('gps', 'Satellite'), ('manual', 'Marked on the map'), ('geocode', 'From the address')], max_length=10, verbose_name='Position from')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='Place')),
                ('reporter', models.CharField(blank=True, max_length=50, verbose_name='Reporter')),
                ('claims', models.JSONField(blank=True, default=dict)),
                ('attached_at', models.DateTimeField(blank=True, null=True, verbose_name='Used')),
                ('blob', tenants.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='evidence.blob')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
                ('uploaded_by', tenants.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Uploaded by')),
            ],
            options={
                'verbose_name': 'photo',
                'verbose_name_plural': 'photos',
                'indexes': [models.Index(condition=models.Q(('attached_at__isnull', True)), fields=['tenant', 'uploaded_by', 'uploaded_at'], name='photos_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__isnull', False), ('longitude__range', (-180, 180))), _connector='OR'), name='photo_position_is_on_earth'), models.CheckConstraint(condition=models.Q(models.Q(('clock', ''), ('taken_at__isnull', True)), models.Q(('taken_at__isnull', False), models.Q(('clock', ''), _negated=True)), _connector='OR'), name='photo_time_names_its_clock')],
            },
        ),
    ]
