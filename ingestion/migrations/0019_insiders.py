"""Handles of staff, partners and family, behind their wall."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0018_automations'),
        ('tenants', '0010_scope_for_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Insider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='ins')),
                ('platform', models.CharField(choices=[('bluesky', 'Bluesky'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('linkedin', 'LinkedIn'), ('mastodon', 'Mastodon'), ('threads', 'Threads'), ('tiktok', 'TikTok'), ('x', 'X'), ('youtube', 'YouTube'), ('offline', 'Offline (events, calls, letters)'), ('other', 'Other')], help_text='Where the handle holds.', max_length=20)),
                ('handle', models.CharField(help_text='As the platform shows it, with or without the @.', max_length=200)),
                ('key', models.BinaryField(max_length=16)),
                ('why', models.CharField(choices=[('staff', 'Works for the client or the agency'), ('partner', 'Partner, supplier or hired creator'), ('family', 'Family or friend of one of them')], max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='insiders', to='tenants.client')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'handle to leave out',
                'verbose_name_plural': 'handles to leave out',
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='insider_public_id_is_unique'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tenant', 'client', 'key'), name='insider_is_left_out_once_in_a_client'), models.CheckConstraint(condition=models.Q(('why__in', ['staff', 'partner', 'family'])), name='insider_says_why')],
            },
        ),
        Wall("Insider"),
    ]
