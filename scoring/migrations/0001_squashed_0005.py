"""Models, runs and scores; findings, warnings and answers to them, which are never changed, nor taken away.

Folded from all that came before the first release, but for 0006_score_by_contact: it asks for old ones by their names, so
that Django stops where only some of them are applied (docs/decisions/0012-folded-migrations.md).
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import CreateTogether, Wall

NEVER_CHANGED = "REVOKE UPDATE, DELETE ON scoring_review FROM earnest_app, earnest_worker"


class Migration(migrations.Migration):

    replaces = [
        ('scoring', '0001_scores'),
        ('scoring', '0002_warnings'),
        ('scoring', '0003_reopened'),
        ('scoring', '0004_not_put_in_use'),
        ('scoring', '0005_saw_erased'),
    ]

    initial = True

    dependencies = [
        ('ingestion', '0001_squashed_0020'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTogether([
            migrations.CreateModel(
                name='Artefact',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('digest', models.BinaryField(max_length=32)),
                    ('signature', models.BinaryField(max_length=32)),
                    ('content', models.BinaryField()),
                    ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ],
                options={
                    'abstract': False,
                    'base_manager_name': 'objects',
                    'default_manager_name': 'objects',
                    'constraints': [
                        models.UniqueConstraint(fields=('tenant', 'digest'), name='artefact_is_stored_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ModelVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('public_id', tenants.models.owned.PublicIdField(prefix='mod')),
                    ('state', models.CharField(choices=[('promoted', 'In use'), ('retired', 'Retired'), ('candidate', 'Not put in use'), ('failed_gate', 'Nothing that holds was learnt'), ('below_floor', 'Too little to learn from yet')], max_length=12)),
                    ('sentence', models.TextField(verbose_name='verdict')),
                    ('missing', models.PositiveIntegerField(default=0, verbose_name='buyers missing')),
                    ('as_of', models.DateTimeField(help_text='Nothing that was known later went into it.', verbose_name='learnt at')),
                    ('target', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), help_text='The kinds of outcome that it predicts.', size=None)),
                    ('horizon_days', models.PositiveSmallIntegerField(help_text='Days within which they are to come.', verbose_name='horizon')),
                    ('recipe', models.CharField(blank=True, max_length=20)),
                    ('provisional', models.BooleanField(default=True, help_text='Judged by fewer than 100 buyers: take the figures with their intervals.')),
                    ('quality', models.JSONField(default=dict, help_text='Figures of the newest window: value, low, high (90 %).')),
                    ('baseline', models.JSONField(default=dict, help_text='The same figures of recency alone.')),
                    ('data', models.JSONField(default=dict, help_text='Windows, rows and buyers of each part, and rows left out by the policy of their source.')),
                    ('circumstances', models.JSONField(default=dict, help_text='What it depends on besides data: catalogue, code, seed, versions of libraries.')),
                    ('outcomes', models.PositiveIntegerField(default=0, help_text='Outcomes there were to learn from; retraining is due when they have grown.')),
                    ('promoted_at', models.DateTimeField(null=True)),
                    ('retired_at', models.DateTimeField(null=True)),
                    ('artefact', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='scoring.artefact')),
                    ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                    ('saw_erased_at', models.DateTimeField(help_text='Since when it is known that it learnt from somebody who was erased.', null=True, verbose_name='marked')),
                ],
                options={
                    'verbose_name': 'model',
                    'ordering': ['-created_at', '-id'],
                    'abstract': False,
                    'base_manager_name': 'objects',
                    'default_manager_name': 'objects',
                    'indexes': [
                        models.Index(fields=['tenant', 'created_at', 'public_id'], name='model_by_creation'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('tenant', 'public_id'), name='model_public_id_is_unique'),
                        models.UniqueConstraint(condition=models.Q(('state', 'promoted')), fields=('tenant',), name='model_in_use_is_one'),
                        models.CheckConstraint(condition=models.Q(('state__in', ['promoted', 'retired', 'candidate', 'failed_gate', 'below_floor'])), name='model_state_is_known'),
                        models.CheckConstraint(condition=models.Q(models.Q(('retired_at__isnull', False), ('state', 'retired')), models.Q(models.Q(('state', 'retired'), _negated=True), ('retired_at__isnull', True)), _connector='OR'), name='model_has_an_end_once_it_is_retired'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['promoted', 'retired']), _negated=True), models.Q(('artefact__isnull', False), ('promoted_at__isnull', False)), models.Q(('promoted_at__isnull', False), ('saw_erased_at__isnull', False), ('state', 'retired')), _connector='OR'), name='model_in_use_is_stored'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ScoreRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('public_id', tenants.models.owned.PublicIdField(prefix='run')),
                    ('state', models.CharField(choices=[('open', 'Being made'), ('current', 'Current'), ('past', 'Replaced'), ('overtaken', 'Overtaken by a newer one')], default='open', max_length=10)),
                    ('as_of', models.DateTimeField(help_text='The moment that its scores speak of.')),
                    ('expires_at', models.DateTimeField(help_text='From then on its scores are out of date.')),
                    ('prior_version', models.PositiveSmallIntegerField(null=True)),
                    ('clients', models.PositiveIntegerField(default=0, help_text='Clients to be scored.')),
                    ('clients_done', models.PositiveIntegerField(default=0)),
                    ('contacts', models.PositiveIntegerField(default=0, help_text='Contacts that have a score so far.')),
                    ('completed_at', models.DateTimeField(null=True)),
                    ('job', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.job')),
                    ('model', models.ForeignKey(db_constraint=False, db_index=False, help_text='Empty: ordered by the prior.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='scoring.modelversion')),
                    ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ],
                options={
                    'ordering': ['-as_of', '-id'],
                    'abstract': False,
                    'base_manager_name': 'objects',
                    'default_manager_name': 'objects',
                    'indexes': [
                        models.Index(fields=['tenant', 'created_at', 'public_id'], name='score_run_by_creation'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('tenant', 'public_id'), name='score_run_public_id_is_unique'),
                        models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('tenant',), name='score_run_that_is_current_is_one'),
                        models.CheckConstraint(condition=models.Q(('state__in', ['open', 'current', 'past', 'overtaken'])), name='score_run_state_is_known'),
                        models.CheckConstraint(condition=models.Q(models.Q(('model__isnull', True), ('prior_version__isnull', False)), models.Q(('model__isnull', False), ('prior_version__isnull', True)), _connector='OR'), name='score_run_has_one_basis'),
                        models.CheckConstraint(condition=models.Q(('clients_done__lte', models.F('clients'))), name='score_run_does_no_client_twice'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['current', 'past']), _negated=True), ('clients_done', models.F('clients')), _connector='OR'), name='score_run_is_shown_once_it_is_whole'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Score',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('probability', models.FloatField(null=True)),
                    ('low', models.FloatField(null=True)),
                    ('high', models.FloatField(null=True)),
                    ('points', models.FloatField(null=True)),
                    ('lift', models.FloatField(null=True)),
                    ('band', models.CharField(blank=True, choices=[('strong', 'Strong'), ('warm', 'Warm'), ('some', 'Some'), ('none', 'None')], max_length=6)),
                    ('rank', models.FloatField(help_text="0 to 100: the share of the client's contacts that stand below, with half of the equals.")),
                    ('position', models.PositiveIntegerField(help_text='1 for the first of the client.')),
                    ('stage', models.CharField(choices=[('stranger', 'Stranger'), ('passer-by', 'Passer-by'), ('acquaintance', 'Acquaintance'), ('engaged', 'Engaged'), ('advocate', 'Advocate')], max_length=12)),
                    ('trend', models.CharField(choices=[('improving', 'Improving'), ('steady', 'Steady'), ('declining', 'Declining'), ('not_enough_info', 'Not enough to say')], max_length=15)),
                    ('reasons', models.JSONField()),
                    ('discounts', models.JSONField()),
                    ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='tenants.client')),
                    ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='ingestion.contact')),
                    ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                    ('run', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='scoring.scorerun')),
                ],
                options={
                    'ordering': ['client', 'position'],
                    'abstract': False,
                    'base_manager_name': 'objects',
                    'default_manager_name': 'objects',
                    'indexes': [
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('tenant', 'run', 'contact'), name='score_is_one_a_run'),
                        models.UniqueConstraint(fields=('tenant', 'run', 'client', 'position'), name='score_has_its_own_position'),
                        models.CheckConstraint(condition=models.Q(models.Q(('band__in', ['strong', 'warm', 'some', 'none']), ('high__isnull', False), ('high__lte', 1), ('lift__gte', 0), ('lift__isnull', False), ('lift__lt', 1000000000.0), ('low__gte', 0), ('low__isnull', False), ('points__isnull', True), ('probability__gte', models.F('low')), ('probability__isnull', False), ('probability__lte', models.F('high'))), models.Q(('band', ''), ('high__isnull', True), ('lift__isnull', True), ('low__isnull', True), ('points__gte', 0), ('points__isnull', False), ('points__lt', 1000000000.0), ('probability__isnull', True)), _connector='OR'), name='score_has_a_probability_with_its_interval_or_points'),
                        models.CheckConstraint(condition=models.Q(('rank__gte', 0), ('rank__lte', 100)), name='score_rank_is_per_cent'),
                        models.CheckConstraint(condition=models.Q(('stage__in', ['stranger', 'passer-by', 'acquaintance', 'engaged', 'advocate'])), name='score_stage_is_known'),
                        models.CheckConstraint(condition=models.Q(('trend__in', ['improving', 'steady', 'declining', 'not_enough_info'])), name='score_trend_is_known'),
                        models.CheckConstraint(condition=models.Q(('reasons', []), _negated=True), name='score_has_a_reason'),
                    ],
                },
            ),
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
                    'indexes': [
                        models.Index(fields=['tenant', 'created_at', 'public_id'], name='warning_by_creation'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('tenant', 'public_id'), name='warning_public_id_is_unique'),
                        models.UniqueConstraint(fields=('tenant', 'channel', 'practice', 'version', 'window', 'place'), name='warning_is_one_of_a_window'),
                        models.CheckConstraint(condition=models.Q(('state__in', ['open', 'acknowledged', 'explained'])), name='warning_state_is_known'),
                        models.CheckConstraint(condition=models.Q(('window__in', ['week', 'month'])), name='warning_window_is_known'),
                        models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='warning_window_begins_before_it_ends'),
                    ],
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
                    'indexes': [
                        models.Index(condition=models.Q(('p__isnull', False)), fields=['tenant', 'end'], name='finding_tests_of_a_month'),
                        models.Index(condition=models.Q(('answer', 'found')), fields=['tenant', 'channel'], name='finding_that_found'),
                    ],
                    'constraints': [
                        models.UniqueConstraint(fields=('tenant', 'channel', 'check_code', 'version', 'window', 'place'), name='finding_is_one_answer_on_a_window'),
                        models.CheckConstraint(condition=models.Q(('answer__in', ['found', 'not_found', 'not_applicable'])), name='finding_answer_is_known'),
                        models.CheckConstraint(condition=models.Q(('window__in', ['week', 'month'])), name='finding_window_is_known'),
                        models.CheckConstraint(condition=models.Q(('start__lt', models.F('end'))), name='finding_window_begins_before_it_ends'),
                        models.CheckConstraint(condition=models.Q(models.Q(('answer', 'not_applicable'), models.Q(('why', ''), _negated=True), ('p__isnull', True)), models.Q(models.Q(('answer', 'not_applicable'), _negated=True), ('effect__isnull', False), ('high__isnull', False), ('low__isnull', False), ('why', '')), _connector='OR'), name='finding_has_an_effect_or_says_what_is_lacking'),
                        models.CheckConstraint(condition=models.Q(models.Q(('p__isnull', True), ('q__isnull', True)), models.Q(('p__gte', 0), ('p__isnull', False), ('p__lte', 1)), _connector='OR'), name='finding_p_is_a_probability'),
                    ],
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
                    'indexes': [
                        models.Index(fields=['tenant', 'warning'], name='review_by_warning'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('answer', 'acknowledged'), models.Q(('answer__in', ['explained', 'open']), models.Q(('sentence', ''), _negated=True)), _connector='OR'), name='review_answers_and_explains_in_a_sentence'),
                    ],
                },
            ),
        ]),
        Wall("Artefact"),
        Wall("ModelVersion"),
        Wall("ScoreRun"),
        Wall("Score"),
        Wall("EthicsWarning"),
        Wall("Finding"),
        Wall("Review"),
        migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop),
    ]
