"""Agencies, people, clients and keys; background work and the one role that sees all jobs: behind their walls.

Folded from all that came before the first release, but for 0002_admin_log: the admin's own tables need this one first.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import re
import tenants.models.owned
import tenants.models.schedule
import tenants.models.tenant
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import USER, Wall, security

# What opens before a tenant is known. The wall lint knows exactly these and reports any other.
#
# A user sees their own memberships and the names of those agencies, to choose one.
DOOR_FOR_USERS = f"""
CREATE POLICY own_memberships ON tenants_member FOR SELECT USING (user_id = {USER});
CREATE POLICY own_agencies ON tenants_tenant FOR SELECT
    USING (id IN (SELECT tenant_id FROM tenants_member WHERE user_id = {USER}));
"""
# A key names its tenant. The function runs with its owner's rights, and the owner too is bound by row-level security,
# so it gets a policy of its own; what it gives away is one number for a prefix somebody knew already.
DOOR_FOR_KEYS = """
CREATE POLICY key_lookup ON tenants_apikey FOR SELECT TO earnest_owner USING (true);
CREATE FUNCTION key_tenant(wanted text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public
    AS $$ SELECT tenant_id FROM public.tenants_apikey WHERE prefix = wanted LIMIT 1 $$;
REVOKE EXECUTE ON FUNCTION key_tenant(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION key_tenant(text) TO earnest_app, earnest_worker;
"""
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

    replaces = [
        ('tenants', '0001_initial'),
        ('tenants', '0003_jobs'),
        ('tenants', '0004_scope_to_send'),
        ('tenants', '0005_nightly_scoring'),
        ('tenants', '0006_nightly_watch'),
        ('tenants', '0007_channel_handle_in_any_case'),
        ('tenants', '0008_answers'),
        ('tenants', '0009_nightly_tidy'),
        ('tenants', '0010_scope_for_people'),
        ('tenants', '0011_remove_twice_a_day'),
        ('tenants', '0012_role_of_prospects'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', tenants.models.owned.PublicIdField(prefix='ten')),
                ('name', models.CharField(max_length=200)),
                ('zone', models.CharField(default='Europe/London', help_text="Where the agency's day begins: schedules and windows of days follow it. For example Europe/London.", max_length=64, validators=[tenants.models.tenant.known_zone], verbose_name='time zone')),
                ('locale', models.CharField(choices=[('en-gb', 'English (United Kingdom)'), ('en-us', 'English (United States)')], default='en-gb', help_text='How the admin writes dates and numbers; sentences about evidence write “3 May 2026” for everybody.', max_length=10)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'agency',
                'verbose_name_plural': 'agencies',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(error_messages={'unique': 'A user with this e-mail address exists already.'}, max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(blank=True, max_length=150)),
                ('is_active', models.BooleanField(default=True, help_text='Switch off instead of deleting: the person can no longer sign in, their acts stay.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_normalised'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='cli')),
                ('name', models.CharField(max_length=200)),
                ('audience_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3, validators=[django.core.validators.RegexValidator(re.compile('^[a-z]{2,3}$'), 'Use two- or three-letter language codes in lower case, such as en or de.')]), blank=True, default=list, help_text='Languages of the people this brand is for, separated by commas: en, de', size=None)),
                ('audience_regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2, validators=[django.core.validators.RegexValidator(re.compile('^[A-Z]{2}$'), 'Use two-letter country codes in capitals (ISO 3166), such as GB or DE.')]), blank=True, default=list, help_text='Countries of the people this brand is for, separated by commas: GB, IE', size=None)),
                ('audience_interests', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='What these people care about, separated by commas: pottery, slow food', size=None)),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['name'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'public_id'), name='client_public_id_is_unique'),
                    models.UniqueConstraint(fields=('tenant', 'name'), name='client_name_is_unique', violation_error_message='A client of this name exists already.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='cha')),
                ('platform', models.CharField(choices=[('bluesky', 'Bluesky'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('linkedin', 'LinkedIn'), ('mastodon', 'Mastodon'), ('threads', 'Threads'), ('tiktok', 'TikTok'), ('x', 'X'), ('youtube', 'YouTube'), ('offline', 'Offline (events, calls, letters)'), ('other', 'Other')], max_length=20)),
                ('handle', models.CharField(help_text='As the platform shows it, without the @.', max_length=200)),
                ('role', models.CharField(choices=[('owned', 'Owned'), ('prospect', 'Prospect')], default='owned', help_text='Owned: the brand runs it. Prospect: a creator being vetted before hiring; its numbers are checked, and what people do on its posts is no sign that they mean the brand: it is in no score. Changed, it holds from the next run on, past acts included.', max_length=10)),
                ('client', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='tenants.client')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['client__name', 'platform', 'handle'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'public_id'), name='channel_public_id_is_unique'),
                    models.UniqueConstraint(models.F('tenant'), models.F('client'), models.F('platform'), django.db.models.functions.text.Lower('handle'), name='channel_is_once_in_a_client', violation_error_message='This client has this channel already.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='key')),
                ('name', models.CharField(help_text='What uses this key, so that you know what stops when it ends.', max_length=100)),
                ('prefix', models.CharField(editable=False, max_length=12)),
                ('digest', models.BinaryField(max_length=32)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read: clients, sources, batches, scores, warnings, models, jobs'), ('ingest', 'Send: engagements, outcomes, counts and all other rows'), ('people', "People's requests: find, export, object, erase")], max_length=20), default=list, size=None)),
                ('expires_at', models.DateTimeField(help_text='From this moment on the key is refused.', verbose_name='expires')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('last_used_at', models.DateTimeField(editable=False, help_text='To the hour.', null=True, verbose_name='last used')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'API key',
                'ordering': ['-created_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [
                    models.Index(fields=['prefix'], name='api_key_by_prefix'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'public_id'), name='api_key_public_id_is_unique'),
                    models.UniqueConstraint(fields=('tenant', 'prefix'), name='api_key_prefix_is_unique'),
                    models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='api_key_expires_after_its_creation'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('manager', 'Manager'), ('analyst', 'Analyst'), ('viewer', 'Viewer')], default='analyst', help_text='Owners also manage members and the agency; managers also clients and keys; analysts work with scores and warnings; viewers look.', max_length=10)),
                ('joined_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='joined')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['user__email'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'user'), name='member_is_once_in_an_agency'),
                    models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'manager', 'analyst', 'viewer'])), name='member_role_is_known'),
                ],
            },
        ),
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
                'indexes': [
                    models.Index(fields=['tenant', 'created_at', 'public_id'], name='job_by_creation'),
                    models.Index(condition=models.Q(('parent__isnull', False)), fields=['tenant', 'parent'], name='job_by_parent'),
                    models.Index(condition=models.Q(('state', 'queued')), fields=['tenant', 'run_after', 'id'], name='job_waiting'),
                    models.Index(condition=models.Q(('rung_at__isnull', False), ('state', 'queued')), fields=['rung_at'], name='job_rung'),
                    models.Index(condition=models.Q(('state', 'running')), fields=['lease_until'], name='job_leased'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'public_id'), name='job_public_id_is_unique'),
                    models.UniqueConstraint(fields=('tenant', 'kind', 'dedupe_key'), name='job_is_enqueued_once'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'quarantined', 'cancelled'])), name='job_state_is_known'),
                    models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='job_progress_is_per_cent'),
                    models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='job_has_a_lease_while_it_runs'),
                    models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ('queued', 'running'))), models.Q(models.Q(('state__in', ('queued', 'running')), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='job_has_an_end_once_it_ended'),
                ],
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
                'indexes': [
                    models.Index(condition=models.Q(('enabled', True)), fields=['next_at'], name='schedule_due'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'public_id'), name='schedule_public_id_is_unique'),
                    models.CheckConstraint(condition=models.Q(('hour__lte', 23), ('minute__lte', 59)), name='schedule_has_a_time_of_day'),
                    models.CheckConstraint(condition=models.Q(('weekdays__len__gte', 1), ('weekdays__contained_by', [1, 2, 3, 4, 5, 6, 7])), name='schedule_has_weekdays'),
                ],
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
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'schedule', 'due_at'), name='slot_is_due_once'),
                ],
            },
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
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'route', 'key'), name='answer_is_one_to_a_key_on_a_route'),
                ],
            },
        ),
        migrations.RunSQL(security("tenants_tenant", column="id")),
        Wall("Client"),
        Wall("Channel"),
        Wall("ApiKey"),
        Wall("Member"),
        Wall("Job"),
        Wall("Schedule"),
        Wall("Slot"),
        Wall("Answer"),
        migrations.RunSQL([DOOR_FOR_USERS, DOOR_FOR_KEYS, DOOR_FOR_THE_DISPATCHER, DOOR_FOR_THE_TICK]),
    ]
