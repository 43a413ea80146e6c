"""Background work: jobs, schedules and their slots, behind their walls; and the one role that sees all jobs."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.models.schedule
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


# The dispatcher rings jobs of all tenants, so it looks over the wall, with a role of its own that may see when a job is
# due and whose it is, and nothing of what it says: no kind, no arguments.
DOOR_FOR_THE_DISPATCHER = """
CREATE POLICY dispatcher_looks ON tenants_job FOR SELECT TO earnest_dispatcher USING (true);
CREATE POLICY dispatcher_rings ON tenants_job FOR UPDATE TO earnest_dispatcher USING (true);
GRANT SELECT (id, tenant_id, state, attempt, run_after, rung_at, lease_until),
      UPDATE (rung_at, state, lease_until, finished_at, error_code, error)
    ON tenants_job TO earnest_dispatcher;
"""
# The tick needs to know which agencies have something due; it then enters one after the other.
DOOR_FOR_THE_TICK = """
CREATE POLICY due_lookup ON tenants_schedule FOR SELECT TO earnest_owner USING (true);
CREATE FUNCTION due_tenants() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public
    AS $$ SELECT DISTINCT tenant_id FROM public.tenants_schedule WHERE enabled AND next_at <= now() $$;
REVOKE EXECUTE ON FUNCTION due_tenants() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_tenants() TO earnest_worker;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0002_admin_log'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='job')),
                ('kind', models.CharField(max_length=60)),
                ('args', models.JSONField(default=dict)),
                ('dedupe_key', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('quarantined', 'Set aside'), ('cancelled', 'Cancelled')], default='queued', max_length=12)),
                ('attempt', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('run_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='not before')),
                ('lease_until', models.DateTimeField(null=True)),
                ('rung_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='started')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('progress', models.PositiveSmallIntegerField(default=0, help_text='Per cent.')),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('error', models.TextField(blank=True)),
                ('parent', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='tenants.job')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='sch')),
                ('kind', models.CharField(max_length=60)),
                ('args', models.JSONField(default=dict)),
                ('hour', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(23)])),
                ('minute', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(59)])),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)]), default=tenants.models.schedule.every_day, help_text='1 is Monday, 7 is Sunday.', size=None)),
                ('enabled', models.BooleanField(default=True)),
                ('next_at', models.DateTimeField()),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['kind', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('coalesced', models.BooleanField(default=False)),
                ('job', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='tenants.job')),
                ('schedule', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='tenants.schedule')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-due_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='job_by_creation'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['tenant', 'parent'], name='job_by_parent'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['tenant', 'run_after', 'id'], name='job_waiting'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('rung_at__isnull', False), ('state', 'queued')), fields=['rung_at'], name='job_rung'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['lease_until'], name='job_leased'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='job_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(fields=('tenant', 'kind', 'dedupe_key'), name='job_is_enqueued_once'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'quarantined', 'cancelled'])), name='job_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='job_progress_is_per_cent'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='job_has_a_lease_while_it_runs'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ('queued', 'running'))), models.Q(models.Q(('state__in', ('queued', 'running')), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='job_has_an_end_once_it_ended'),
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(condition=models.Q(('enabled', True)), fields=['next_at'], name='schedule_due'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='schedule_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('hour__lte', 23), ('minute__lte', 59)), name='schedule_has_a_time_of_day'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__len__gte', 1), ('weekdays__contained_by', [1, 2, 3, 4, 5, 6, 7])), name='schedule_has_weekdays'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('tenant', 'schedule', 'due_at'), name='slot_is_due_once'),
        ),
        Wall("Job"),
        Wall("Schedule"),
        Wall("Slot"),
        migrations.RunSQL([DOOR_FOR_THE_DISPATCHER, DOOR_FOR_THE_TICK]),
    ]
