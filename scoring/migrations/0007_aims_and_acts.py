"""What is to be told beforehand; what is told of models; and which changes of them there were, never changed."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import scoring.models.aim
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import Wall

NEVER_CHANGED = "REVOKE UPDATE, DELETE ON scoring_modelact FROM earnest_app, earnest_worker"


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0006_score_by_contact'),
        ('tenants', '0004_scope_of_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Aim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('lead', 'Lead'), ('meeting', 'Meeting'), ('purchase', 'Purchase'), ('custom', 'An outcome of your own')], max_length=10), default=scoring.models.aim.purchase, help_text='Any of these counts. A purchase that is refunded within the time does not.', size=None, validators=[scoring.models.aim.each_once])),
                ('days', models.PositiveSmallIntegerField(choices=[(30, '30 days'), (60, '60 days'), (90, '90 days')], default=60, help_text='A model needs four times as long a past: to look back on, to learn from, to calibrate and to judge.', verbose_name='within')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'aim',
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ModelAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('act', models.CharField(choices=[('promoted', 'Put in use'), ('retired', 'Taken out of use'), ('rolled_back', 'Rolled back to'), ('held', 'Held'), ('released', 'Released')], max_length=11)),
                ('sentence', models.TextField(blank=True, help_text='Why, in a sentence.')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.apikey')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='scoring.modelversion')),
            ],
            options={
                'verbose_name': 'act on a model',
                'verbose_name_plural': 'acts on models',
                'ordering': ['created_at', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='modelversion',
            name='held_at',
            field=models.DateTimeField(help_text='Since when no other model takes its place by itself: somebody wants it to stay.', null=True, verbose_name='held'),
        ),
        migrations.AddField(
            model_name='modelversion',
            name='report',
            field=models.JSONField(db_default={}, default=dict, help_text='Tables of the newest window: calibration, lift, clients, what a like is worth; and windows before.'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(('held_at__isnull', True), ('state', 'promoted'), _connector='OR'), name='model_that_is_held_is_in_use'),
        ),
        migrations.AddConstraint(
            model_name='aim',
            constraint=models.UniqueConstraint(fields=('tenant',), name='aim_is_one'),
        ),
        migrations.AddConstraint(
            model_name='aim',
            constraint=models.CheckConstraint(condition=models.Q(('kinds__contained_by', ['lead', 'meeting', 'purchase', 'custom']), models.Q(('kinds', []), _negated=True)), name='aim_kinds_are_known'),
        ),
        migrations.AddConstraint(
            model_name='aim',
            constraint=models.CheckConstraint(condition=models.Q(('days__in', [30, 60, 90])), name='aim_horizon_is_known'),
        ),
        migrations.AddIndex(
            model_name='modelact',
            index=models.Index(fields=['tenant', 'version'], name='model_act_by_version'),
        ),
        migrations.AddConstraint(
            model_name='modelact',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['promoted', 'retired', 'rolled_back', 'held', 'released'])), name='model_act_is_known'),
        ),
        migrations.AddConstraint(
            model_name='modelact',
            constraint=models.CheckConstraint(condition=models.Q(('by__isnull', True), ('key__isnull', True), _connector='OR'), name='model_act_is_of_a_member_or_of_a_program'),
        ),
        Wall("Aim"),
        Wall("ModelAct"),
        migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop),
    ]
