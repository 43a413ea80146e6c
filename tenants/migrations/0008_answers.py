"""Answers that are remembered, behind their wall; keys may send more shapes than their help text said."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0007_channel_handle_in_any_case'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read: clients, sources, batches, scores, warnings, models, jobs'), ('ingest', 'Send: engagements, outcomes, counts and all other rows')], max_length=20), default=list, size=None),
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('route', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=255)),
                ('digest', models.BinaryField(max_length=32)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.TextField(help_text='JSON; may quote rows that were set aside.')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-created_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'route', 'key'), name='answer_is_one_to_a_key_on_a_route')],
            },
        ),
        Wall("Answer"),
    ]
