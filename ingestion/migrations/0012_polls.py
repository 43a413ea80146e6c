"""Accounts whose notifications are asked for, behind their wall."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0011_hooks_of_hubspot'),
        ('tenants', '0009_nightly_tidy'),
    ]

    operations = [
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='pol')),
                ('platform', models.CharField(choices=[('mastodon', 'Mastodon'), ('bluesky', 'Bluesky')], max_length=10)),
                ('server', models.CharField(help_text='The server that the account is on, such as mastodon.social; of Bluesky mostly bsky.social.', max_length=253, validators=[django.core.validators.RegexValidator('^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$', "Enter the server's name alone, such as mastodon.social.")])),
                ('handle', models.CharField(blank=True, help_text="Of Bluesky: the account's handle, such as fernleaf.bsky.social.", max_length=253)),
                ('account', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('secrets', models.BinaryField()),
                ('place', models.JSONField(default=dict, editable=False)),
                ('enabled', models.BooleanField(default=True, help_text='Off, it is not asked; on again, it goes on where it was.')),
                ('landed', models.PositiveIntegerField(default=0, editable=False, verbose_name='notifications')),
                ('left_out', models.PositiveIntegerField(default=0, editable=False, verbose_name='left out')),
                ('has_more', models.BooleanField(default=False, editable=False, verbose_name='more is to come')),
                ('asked_at', models.DateTimeField(editable=False, null=True, verbose_name='last asked')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='last answer')),
                ('error_code', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('error', models.TextField(blank=True, default='', editable=False, verbose_name='what is wrong')),
                ('job', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenants.job')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='polls', to='ingestion.source')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'account to ask',
                'verbose_name_plural': 'accounts to ask',
                'ordering': ['source', 'platform', 'server'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='poll_public_id_is_unique'), models.CheckConstraint(condition=models.Q(('platform__in', ['mastodon', 'bluesky'])), name='poll_platform_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('platform', 'bluesky'), _negated=True), models.Q(('handle', ''), _negated=True), _connector='OR'), name='poll_of_bluesky_has_a_handle')],
            },
        ),
        Wall("Poll"),
    ]
