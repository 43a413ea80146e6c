"""Findings, warnings and answers to them, behind their walls. An answer is never changed, nor taken away."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import Wall

NEVER_CHANGED = "REVOKE UPDATE, DELETE ON scoring_review FROM earnest_app, earnest_worker"


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0001_scores'),
        ('tenants', '0006_nightly_watch'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EthicsWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='wrn')),
                ('practice', models.CharField(max_length=30)),
                ('version', models.PositiveSmallIntegerField(verbose_name='version of the rules')),
                ('window', models.CharField(choices=[('week', 'Week'), ('month', 'Month')], max_length=5)),
                ('place', models.IntegerField(help_text='Which week or month it is, by the calendar.')),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('acknowledged', 'Acknowledged'), ('explained', 'Explained')], default='open', max_length=12)),
                ('families', models.JSONField(verbose_name='agreeing')),
                ('channel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='tenants.channel')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'ethics warning',
                'ordering': ['-end', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('practice', models.CharField(max_length=30)),
                ('version', models.PositiveSmallIntegerField()),
                ('check_code', models.CharField(max_length=30, verbose_name='check')),
                ('window', models.CharField(choices=[('week', 'Week'), ('month', 'Month')], max_length=5)),
                ('place', models.IntegerField(help_text='Which week or month it is, by the calendar.')),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('answer', models.CharField(choices=[('found', 'Found'), ('not_found', 'Not found'), ('not_applicable', 'Not applicable')], max_length=14)),
                ('why', models.CharField(blank=True, max_length=30, verbose_name='lacking')),
                ('n', models.PositiveIntegerField(help_text='Windows or people that it rests on.')),
                ('effect', models.FloatField(null=True)),
                ('low', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('p', models.FloatField(null=True)),
                ('q', models.FloatField(null=True)),
                ('seen', models.JSONField(help_text='The numbers that its sentence is made of.')),
                ('channel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='tenants.channel')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['channel', '-end', 'check_code'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('answer', models.CharField(choices=[('open', 'Open'), ('acknowledged', 'Acknowledged'), ('explained', 'Explained')], max_length=12)),
                ('sentence', models.TextField(blank=True, help_text='What happened, in your words.')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ('warning', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='scoring.ethicswarning')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='ethicswarning',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='warning_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='warning_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.UniqueConstraint(fields=('tenant', 'channel', 'practice', 'version', 'window', 'place'), name='warning_is_one_of_a_window'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'acknowledged', 'explained'])), name='warning_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.CheckConstraint(condition=models.Q(('window__in', ['week', 'month'])), name='warning_window_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='warning_window_begins_before_it_ends'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('p__isnull', False)), fields=['tenant', 'end'], name='finding_tests_of_a_month'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('answer', 'found')), fields=['tenant', 'channel'], name='finding_that_found'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(fields=('tenant', 'channel', 'check_code', 'version', 'window', 'place'), name='finding_is_one_answer_on_a_window'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['found', 'not_found', 'not_applicable'])), name='finding_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('window__in', ['week', 'month'])), name='finding_window_is_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='finding_window_begins_before_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', 'not_applicable'), models.Q(('why', ''), _negated=True), ('p__isnull', True)), models.Q(models.Q(('answer', 'not_applicable'), _negated=True), ('effect__isnull', False), ('high__isnull', False), ('low__isnull', False), ('why', '')), _connector='OR'), name='finding_has_an_effect_or_says_what_is_lacking'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('p__isnull', True), ('q__isnull', True)), models.Q(('p__gte', 0), ('p__isnull', False), ('p__lte', 1)), _connector='OR'), name='finding_p_is_a_probability'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['tenant', 'warning'], name='review_by_warning'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('answer', 'acknowledged'), models.Q(('answer', 'explained'), models.Q(('sentence', ''), _negated=True)), _connector='OR'), name='review_answers_and_explains_in_a_sentence'),
        ),
        Wall("Finding"),
        Wall("EthicsWarning"),
        Wall("Review"),
        migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop),
    ]
