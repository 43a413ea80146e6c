"""Keys may be given the right to act on people's requests."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0009_nightly_tidy'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read: clients, sources, batches, scores, warnings, models, jobs'), ('ingest', 'Send: engagements, outcomes, counts and all other rows'), ('people', "People's requests: find, export, object, erase")], max_length=20), default=list, size=None),
        ),
    ]
