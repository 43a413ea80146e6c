"""Scores that are made anew between two runs, and what becomes of their bands."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0022_facts_by_receipt'),
        ('scoring', '0007_aims_and_acts'),
        ('tenants', '0004_scope_of_models'),
    ]

    operations = [
        migrations.CreateModel(
            name='BandChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('at', models.DateTimeField(help_text='The moment that the new score speaks of.')),
                ('was', models.CharField(choices=[('strong', 'Strong'), ('warm', 'Warm'), ('some', 'Some'), ('none', 'None')], max_length=6)),
                ('became', models.CharField(choices=[('strong', 'Strong'), ('warm', 'Warm'), ('some', 'Some'), ('none', 'None')], max_length=6)),
                ('lift', models.FloatField(help_text="Of the new score, over the mean of the client's contacts.")),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='band_changes', to='ingestion.contact')),
                ('run', models.ForeignKey(db_constraint=False, db_index=False, help_text='In which run, or since which, the new score came.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.scorerun')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ClientRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('mean', models.FloatField(help_text='Of the probabilities, or of the points.')),
                ('worths', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), help_text='Some probabilities or points, rising.', size=None)),
                ('ranks', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), help_text='The rank of each of them.', size=None)),
                ('currency', models.BigIntegerField(help_text='In which most outcomes are, as frames number it.', null=True)),
                ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.client')),
                ('run', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='scoring.scorerun')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AlterModelOptions(
            name='score',
            options={'base_manager_name': 'objects', 'default_manager_name': 'objects', 'ordering': ['client', 'sort_key', 'contact']},
        ),
        migrations.RemoveConstraint(
            model_name='score',
            name='score_has_its_own_position',
        ),
        migrations.RemoveField(
            model_name='score',
            name='position',
        ),
        migrations.AddField(
            model_name='score',
            name='as_of',
            field=models.DateTimeField(help_text="The moment that it speaks of, where that is later than its run's.", null=True),
        ),
        migrations.AddField(
            model_name='score',
            name='sort_key',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Coalesce('probability', 'points'), '*', models.Value(-1)), help_text='By which contacts stand in order: who means it most has the least.', output_field=models.FloatField()),
        ),
        migrations.AddField(
            model_name='scorerun',
            name='caught_up_at',
            field=models.DateTimeField(help_text='What had come in by then is in its scores; empty: nothing came since it was made.', null=True),
        ),
        migrations.AlterField(
            model_name='score',
            name='rank',
            field=models.FloatField(help_text="0 to 100: the share of the client's contacts that stood below when all were scored, with half of the equals."),
        ),
        migrations.AddIndex(
            model_name='score',
            index=models.Index(fields=['tenant', 'run', 'client', 'sort_key', 'contact'], name='score_in_order'),
        ),
        migrations.AddConstraint(
            model_name='bandchange',
            constraint=models.UniqueConstraint(fields=('tenant', 'contact', 'at'), name='band_changes_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='bandchange',
            constraint=models.CheckConstraint(condition=models.Q(('became__in', ['strong', 'warm', 'some', 'none']), ('was__in', ['strong', 'warm', 'some', 'none']), models.Q(('was', models.F('became')), _negated=True)), name='band_change_is_one'),
        ),
        migrations.AddConstraint(
            model_name='clientrun',
            constraint=models.UniqueConstraint(fields=('tenant', 'run', 'client'), name='client_run_is_one_a_run'),
        ),
        Wall("BandChange"),
        Wall("ClientRun"),
    ]
