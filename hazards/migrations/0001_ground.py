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
        ("hazards", "0001_initial"),
        ("hazards", "0003_hazard_by_reporter"),
        ("hazards", "0004_alerts_wait_to_be_told"),
        ("hazards", "0005_follow_the_heir"),
        ("hazards", "0006_event_on_behalf_of"),
        ("hazards", "0007_rungs_name_posts"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("evidence", "0001_ground"),
        ("enterprises", "0001_ground"),
        ("grids", "0001_ground"),
        ('tenants', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationRung',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=20, verbose_name='Code')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('offset_days', models.SmallIntegerField(verbose_name='Days from the deadline')),
                ('area_roles', models.JSONField(blank=True, default=list, verbose_name='Roles on the area line')),
                ('department_roles', models.JSONField(blank=True, default=list, verbose_name='Roles on the department line')),
                ('area_posts', models.JSONField(blank=True, default=list, verbose_name='Posts on the area line')),
                ('department_posts', models.JSONField(blank=True, default=list, verbose_name='Posts on the department line')),
                ('urgency', models.CharField(choices=[('info', 'Information'), ('warning', 'Warning'), ('urgent', 'Urgent')], default='info', max_length=10, verbose_name='Urgency')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='Source')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'verbose_name': 'escalation rung',
                'verbose_name_plural': 'escalation ladder',
                'ordering': ['offset_days', 'code'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'code'), name='rung_code_once_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='HazardKind',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=20, verbose_name='Code')),
                ('heading', models.CharField(max_length=40, verbose_name='Group')),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('requirement', models.CharField(max_length=300, verbose_name='Suggested requirement')),
                ('days', models.PositiveSmallIntegerField(default=7, verbose_name='Suggested days')),
                ('rank', models.PositiveSmallIntegerField(default=100, verbose_name='Order')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='Source')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'verbose_name': 'hazard kind',
                'verbose_name_plural': 'hazard kinds',
                'ordering': ['rank', 'code'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'code'), name='hazard_kind_code_once_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='HazardTally',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('measure', models.CharField(max_length=10)),
                ('state', models.CharField(blank=True, max_length=20)),
                ('level', models.CharField(blank=True, max_length=10)),
                ('month', models.DateField(null=True)),
                ('n', models.IntegerField()),
                ('department_node', tenants.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.gridnode')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
                ('township', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.gridnode')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'measure', 'month', 'township', 'state'], include=('department_node', 'level', 'n'), name='hazard_tally')],
            },
        ),
        migrations.CreateModel(
            name='Hazard',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=40, verbose_name='Number')),
                ('title', models.CharField(max_length=100, verbose_name='What is wrong')),
                ('description', models.TextField(blank=True, verbose_name='Description')),
                ('place', models.CharField(max_length=200, verbose_name='Place')),
                ('source', models.CharField(choices=[('self_check', 'Enterprise self-check'), ('patrol', "Grid worker's patrol"), ('township', 'Township inspection'), ('department', 'Department inspection'), ('double_random', 'Double-random inspection'), ('expert', 'Expert or service agency'), ('public', 'Public report'), ('superior', 'Assigned from above'), ('monitoring', 'Monitoring')], max_length=20, verbose_name='Source')),
                ('level', models.CharField(blank=True, choices=[('', 'Not assessed'), ('general', 'General'), ('major', 'Major')], max_length=10, verbose_name='Level')),
                ('suspected_major', models.BooleanField(default=False, verbose_name='Suspected major hazard')),
                ('state', models.CharField(choices=[('reported', 'Reported'), ('assessed', 'Assessed'), ('assigned', 'Assigned'), ('rectifying', 'Being rectified'), ('submitted', 'Awaiting recheck'), ('verified', 'Recheck passed'), ('closed', 'Closed'), ('rejected', 'Rejected')], default='reported', max_length=20, verbose_name='State')),
                ('longitude', models.DecimalField(decimal_places=7, max_digits=10, null=True)),
                ('latitude', models.DecimalField(decimal_places=7, max_digits=10, null=True)),
                ('accuracy_m', models.PositiveIntegerField(null=True)),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Reported')),
                ('requirement', models.TextField(blank=True, verbose_name='Required rectification')),
                ('responsible', models.CharField(blank=True, max_length=50, verbose_name='Responsible person')),
                ('assigned_at', models.DateTimeField(null=True, verbose_name='Assigned')),
                ('due_on', models.DateField(null=True, verbose_name='Deadline')),
                ('first_due_on', models.DateField(null=True, verbose_name='First deadline')),
                ('next_alert_on', models.DateField(null=True)),
                ('measures', models.TextField(blank=True, verbose_name='What was done')),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='Cost (yuan)')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='Submitted')),
                ('verified_at', models.DateTimeField(null=True, verbose_name='Recheck passed')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='Closed')),
                ('times_failed', models.PositiveSmallIntegerField(default=0, verbose_name='Failed rechecks')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('area_node', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.gridnode', verbose_name='Grid')),
                ('department_node', tenants.tenancy.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.gridnode', verbose_name='Competent department')),
                ('enterprise', tenants.tenancy.TenantForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hazards', to='enterprises.enterprise', verbose_name='Enterprise')),
                ('rectified_by', tenants.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Rectified by')),
                ('reported_by', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Reported by')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
                ('township', tenants.tenancy.TenantForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.gridnode', verbose_name='Township')),
                ('verified_by', tenants.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Rechecked by')),
                ('kind', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hazards.hazardkind', verbose_name='Kind')),
            ],
            options={
                'verbose_name': 'hazard',
                'verbose_name_plural': 'hazards',
                'indexes': [models.Index(fields=['tenant', '-reported_at', '-id'], name='hazard_newest'), models.Index(fields=['tenant', 'township', 'state', '-reported_at', '-id'], name='hazard_by_township'), models.Index(fields=['tenant', 'department_node', 'state', '-reported_at'], name='hazard_by_department'), models.Index(fields=['tenant', 'area_node', '-reported_at'], name='hazard_by_area'), models.Index(fields=['tenant', 'state', '-reported_at'], name='hazard_by_state'), models.Index(fields=['tenant', 'reported_by', '-reported_at'], include=('township', 'state'), name='hazard_by_reporter'), models.Index(condition=models.Q(('state__in', ('assigned', 'rectifying'))), fields=['tenant', 'due_on'], name='hazard_clock'), models.Index(condition=models.Q(('next_alert_on__isnull', False)), fields=['tenant', 'next_alert_on'], name='hazard_next_alert'), models.Index(condition=models.Q(('state__in', ('closed', 'rejected')), _negated=True), fields=['tenant', 'township'], name='hazard_open')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'number'), name='hazard_number_once_per_tenant'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('assigned', 'rectifying')), _negated=True), ('due_on__isnull', False), _connector='OR'), name='hazard_on_the_clock_has_a_deadline'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='hazard_closed_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['submitted', 'verified', 'closed']), _negated=True), ('rectified_by__isnull', False), _connector='OR'), name='hazard_past_submitted_has_rectifier'), models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), models.Q(('verified_by', models.F('rectified_by')), _negated=True), _connector='OR'), name='nobody_rechecks_their_own_rectification'), models.CheckConstraint(condition=models.Q(('next_alert_on__isnull', True), ('state__in', ('assigned', 'rectifying')), _connector='OR'), name='hazard_alerts_only_on_the_clock')],
            },
        ),
        migrations.CreateModel(
            name='HazardAlert',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('due_on', models.DateField()),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(null=True)),
                ('hazard', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='hazards.hazard')),
                ('rung', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hazards.escalationrung')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('told_at__isnull', True)), fields=['tenant', 'id'], name='alert_waits_to_be_told')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'hazard', 'rung', 'due_on'), name='each_rung_once_per_deadline')],
            },
        ),
        migrations.CreateModel(
            name='HazardDeadline',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('round', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField()),
                ('steps', models.JSONField(default=list)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hazard', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='hazards.hazard')),
                ('set_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'hazard', 'round'), name='one_deadline_per_round')],
            },
        ),
        migrations.CreateModel(
            name='HazardEvent',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='When')),
                ('name', models.CharField(max_length=40, verbose_name='What')),
                ('note', models.TextField(blank=True, verbose_name='Note')),
                ('details', models.JSONField(default=dict)),
                ('from_state', models.CharField(blank=True, max_length=20)),
                ('to_state', models.CharField(max_length=20)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Who')),
                ('hazard', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='hazards.hazard')),
                ('on_behalf_of', tenants.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='On behalf of')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'hazard', 'at'], name='hazard_course')],
            },
        ),
        migrations.CreateModel(
            name='HazardPhoto',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('phase', models.CharField(choices=[('before', 'Before rectification'), ('after', 'After rectification')], max_length=10)),
                ('event', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='hazards.hazardevent')),
                ('hazard', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='hazards.hazard')),
                ('photo', tenants.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.photo')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'hazard'], name='hazard_photos')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'photo'), name='photo_shows_one_hazard')],
            },
        ),
    ]
