"""Webhooks in and what was posted to them, behind their walls."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0007_texts_read'),
        ('tenants', '0009_nightly_tidy'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='hok')),
                ('sender', models.CharField(choices=[('meta', 'Meta (Instagram, Facebook)'), ('x', 'X (Account Activity)'), ('declared', 'Any other program, signed by Standard Webhooks')], max_length=10)),
                ('account', models.CharField(blank=True, help_text="The brand's own id at the sender. Fill it in where one app sends several brands' events: each then lands in the source of its account. Empty: all that comes is this source's.", max_length=200, verbose_name="the brand's account")),
                ('token', models.CharField(editable=False, max_length=300)),
                ('secrets', models.BinaryField()),
                ('mapping', models.JSONField(blank=True, null=True)),
                ('enabled', models.BooleanField(default=True, help_text='Off, whatever is posted is refused.')),
                ('bodies', models.PositiveIntegerField(default=0, editable=False, verbose_name='posts digested')),
                ('left_out', models.PositiveIntegerField(default=0, editable=False, verbose_name='events left out')),
                ('last_at', models.DateTimeField(editable=False, null=True, verbose_name='last post')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='hooks', to='ingestion.source')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'webhook',
                'ordering': ['source', 'sender'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='HookBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('body', models.BinaryField()),
                ('hook', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='ingestion.hook')),
                ('job', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenants.job')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='hook_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.UniqueConstraint(condition=models.Q(('account', ''), _negated=True), fields=('tenant', 'sender', 'account'), name='hook_account_has_one_source', violation_error_message="Another webhook takes what this account's events are."),
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.CheckConstraint(condition=models.Q(('sender__in', ['meta', 'x', 'declared'])), name='hook_sender_is_known'),
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sender', 'declared'), _negated=True), ('mapping__isnull', False), _connector='OR'), name='hook_of_a_program_has_a_mapping'),
        ),
        Wall("Hook"),
        Wall("HookBody"),
    ]
