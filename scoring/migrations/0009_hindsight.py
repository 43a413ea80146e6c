"""What came of what a model said, and in what people look otherwise than when it was calibrated."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0008_between_runs'),
        ('tenants', '0004_scope_of_models'),
    ]

    operations = [
        migrations.AddField(
            model_name='clientrun',
            name='spread',
            field=models.JSONField(db_default={}, default=dict, help_text='Of each column of the model, how many people are in which bin of it.'),
        ),
        migrations.AddField(
            model_name='scorerun',
            name='drift',
            field=models.JSONField(help_text='In what people look otherwise than when its model was calibrated; null: not to be told.', null=True),
        ),
        migrations.CreateModel(
            name='Hindsight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('as_of', models.DateTimeField(help_text='The moment of the first run by this model.', verbose_name='said at')),
                ('days', models.PositiveSmallIntegerField(help_text='Days since then that are looked at, at most its horizon.')),
                ('seen_at', models.DateTimeField(help_text='When it was looked at.')),
                ('contacts', models.PositiveIntegerField(help_text='Of whom something was said.')),
                ('positives', models.PositiveIntegerField(help_text='Who had the outcome so far.')),
                ('report', models.JSONField(help_text='By tenths of what was said, with those who were contacted; figures.')),
                ('sentence', models.TextField(help_text='Whether the model before would have told people apart better.', verbose_name='guard')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='hindsights', to='scoring.modelversion')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'version'), name='hindsight_is_one_a_model'), models.CheckConstraint(condition=models.Q(('positives__lte', models.F('contacts'))), name='hindsight_counts_contacts')],
            },
        ),
        Wall("Hindsight"),
    ]
