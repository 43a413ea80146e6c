"""What members log by hand, and the source that it lands on, behind its wall."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0016_accounts_once'),
        ('tenants', '0010_scope_for_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LoggedAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='log')),
                ('what', models.CharField(choices=[('call', 'Call: we spoke'), ('call_unanswered', 'Call: we rang, nobody answered'), ('meeting', 'Meeting: we met'), ('event', 'Event: they were there'), ('letter_from_them', 'Letter or card from them'), ('letter_from_us', 'Letter or card from us')], max_length=20)),
                ('occurred_at', models.DateTimeField(verbose_name='when')),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'call, letter or meeting',
                'verbose_name_plural': 'logged by hand',
                'ordering': ['-occurred_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AlterField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('own_system', "The client's own system (shop, CRM, website)"), ('export', 'A file exported by hand'), ('platform_api', "A platform's API"), ('x_api', 'The API of X'), ('by_hand', 'Logged by hand in the admin')], help_text="Who hands the rows over. What the terms allow depends on it: X's API may not be learnt from.", max_length=20),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'by_hand')), fields=('tenant', 'client'), name='source_by_hand_is_one_a_client', violation_error_message="What is logged by hand has a source of this client's already."),
        ),
        migrations.AddField(
            model_name='loggedact',
            name='client',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.client'),
        ),
        migrations.AddField(
            model_name='loggedact',
            name='contact',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='logged_acts', to='ingestion.contact', verbose_name='with whom'),
        ),
        migrations.AddField(
            model_name='loggedact',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ingestion.delivery', verbose_name='batch'),
        ),
        migrations.AddField(
            model_name='loggedact',
            name='logged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='loggedact',
            name='taken_back_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='loggedact',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddConstraint(
            model_name='loggedact',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='logged_act_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='loggedact',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('tenant', 'contact', 'what', 'occurred_at'), name='logged_act_is_logged_once'),
        ),
        migrations.AddConstraint(
            model_name='loggedact',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['call', 'call_unanswered', 'meeting', 'event', 'letter_from_them', 'letter_from_us'])), name='logged_act_is_of_a_known_kind'),
        ),
        Wall("LoggedAct"),
    ]
