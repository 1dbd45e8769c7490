

import django.db.models.deletion
import tenants.ids
import tenants.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0006_extents'),
        ('tenants', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BoundaryImport',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=120, verbose_name='File')),
                ('datum', models.CharField(choices=[('wgs84', 'WGS-84 or CGCS2000 (GPS, Tianditu)'), ('gcj02', 'GCJ-02 (Amap, Tencent)'), ('bd09', 'BD-09 (Baidu)')], max_length=5, verbose_name='Coordinate system')),
                ('matched_by', models.CharField(blank=True, max_length=60, verbose_name='Property')),
                ('tolerance', models.PositiveSmallIntegerField(default=0, verbose_name='Tolerance in metres')),
                ('features', models.JSONField(default=list)),
                ('count', models.PositiveIntegerField(verbose_name='Features')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'verbose_name': 'import of boundaries',
                'verbose_name_plural': 'imports of boundaries',
            },
        ),
    ]
