

import django.db.models.deletion
import tenants.ids
import tenants.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0007_boundary_imports'),
        ('tenants', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrintRule',
            fields=[
                ('id', models.UUIDField(default=tenants.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('phones', models.CharField(choices=[('masked', 'With the middle digits hidden'), ('full', 'In full'), ('hidden', 'Not at all')], default='masked', max_length=6, verbose_name='Mobile numbers in public')),
                ('duty_phone', models.CharField(blank=True, max_length=40, verbose_name='Office phone on duty')),
                ('report_line', models.CharField(default='12350', max_length=40, verbose_name='Report line')),
                ('emergency_phones', models.CharField(blank=True, max_length=100, verbose_name='Emergency phones')),
                ('duties', models.TextField(blank=True, max_length=2000, verbose_name='Supervisory duties')),
                ('tasks', models.TextField(blank=True, max_length=2000, verbose_name='Tasks of a grid worker')),
                ('frequency', models.TextField(blank=True, max_length=1000, verbose_name='How often')),
                ('forbidden', models.TextField(blank=True, max_length=1000, verbose_name='Not allowed')),
                ('reporting', models.TextField(blank=True, max_length=1000, verbose_name='How to report')),
                ('basis', models.CharField(blank=True, max_length=300, verbose_name='Basis')),
                ('edition', models.CharField(blank=True, max_length=40, verbose_name='Edition')),
                ('is_proposed', models.BooleanField(default=True, verbose_name='Proposed, not prescribed')),
                ('tenant', models.ForeignKey(db_index=False, default=tenants.tenancy.require_tenant, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant', verbose_name='Tenant')),
            ],
            options={
                'verbose_name': 'text of postings and cards',
                'verbose_name_plural': 'texts of postings and cards',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_rule_of_printing_per_tenant')],
            },
        ),
    ]
