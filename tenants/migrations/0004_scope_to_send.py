"""Keys may be given the right to send."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0003_jobs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read: clients, sources, batches, scores, warnings, models, jobs'), ('ingest', 'Send: engagements, outcomes, audience counts')], max_length=20), default=list, size=None),
        ),
    ]
