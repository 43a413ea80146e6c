"""Agencies, people, clients and keys, behind their walls."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import re
import tenants.models.owned
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


class Migration(migrations.Migration):

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
                ('zone', models.CharField(default='Europe/London', help_text="Where the agency's day begins: schedules and reports follow it. For example Europe/London.", max_length=64, validators=[tenants.models.tenant.known_zone], verbose_name='time zone')),
                ('locale', models.CharField(choices=[('en-gb', 'English (United Kingdom)'), ('en-us', 'English (United States)')], default='en-gb', help_text='How dates and numbers are written.', max_length=10)),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_normalised')],
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
                ('role', models.CharField(choices=[('owned', 'Owned'), ('prospect', 'Prospect')], default='owned', help_text='Owned: the brand runs it. Prospect: a creator being vetted before hiring.', max_length=10)),
                ('client', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='tenants.client')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['client__name', 'platform', 'handle'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
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
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read: clients, scores, warnings, models, jobs')], max_length=20), default=list, size=None)),
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
                'constraints': [models.UniqueConstraint(fields=('tenant', 'user'), name='member_is_once_in_an_agency'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'manager', 'analyst', 'viewer'])), name='member_role_is_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='client_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='client_name_is_unique', violation_error_message='A client of this name exists already.'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='channel_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(fields=('tenant', 'client', 'platform', 'handle'), name='channel_is_once_in_a_client', violation_error_message='This client has this channel already.'),
        ),
        migrations.AddIndex(
            model_name='apikey',
            index=models.Index(fields=['prefix'], name='api_key_by_prefix'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='api_key_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.UniqueConstraint(fields=('tenant', 'prefix'), name='api_key_prefix_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='api_key_expires_after_its_creation'),
        ),
        migrations.RunSQL(security("tenants_tenant", column="id")),
        Wall("Client"),
        Wall("Channel"),
        Wall("ApiKey"),
        Wall("Member"),
        migrations.RunSQL([DOOR_FOR_USERS, DOOR_FOR_KEYS]),
    ]
