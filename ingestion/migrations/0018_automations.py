"""The register of automation, behind its wall."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0017_logged_by_hand'),
        ('tenants', '0010_scope_for_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Automation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='aut')),
                ('what', models.CharField(help_text="In a sentence, with the software's name: “New followers get a welcome message, by Sendwell”.", max_length=300, verbose_name='what is automated')),
                ('disclosed', models.BooleanField(default=False, help_text='Whether those who meet it can know that no person is behind it.', verbose_name='people are told')),
                ('disclosed_where', models.CharField(blank=True, help_text='Such as “in the message itself” or “in the bio”.', max_length=300, verbose_name='where they are told')),
                ('accountable', models.CharField(help_text='A person by name, at your agency or with the client.', max_length=200, verbose_name='who answers for it')),
                ('starts_at', models.DateTimeField(verbose_name='since')),
                ('ends_at', models.DateTimeField(blank=True, help_text='This moment not included. Empty: it goes on.', null=True, verbose_name='until')),
                ('channel', models.ForeignKey(blank=True, db_constraint=False, help_text='Where it does so. Empty: on all channels of the client.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='automations', to='tenants.channel')),
                ('client', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='automations', to='tenants.client')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['client__name', '-starts_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='automation_public_id_is_unique'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='automation_ends_after_it_starts', violation_error_message='It ends after it starts.'), models.CheckConstraint(condition=models.Q(models.Q(('disclosed', True), models.Q(('disclosed_where', ''), _negated=True)), models.Q(('disclosed', False), ('disclosed_where', '')), _connector='OR'), name='automation_that_is_disclosed_says_where', violation_error_message='Say where people are told; or, where they are not, leave that empty.')],
            },
        ),
        Wall("Automation"),
    ]
