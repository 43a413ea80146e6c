"""Scores are found by their contact, when contacts go of whom nothing is left."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0015_removals'),
        ('scoring', '0005_saw_erased'),
        ('tenants', '0011_remove_twice_a_day'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='score',
            index=models.Index(fields=['tenant', 'contact'], name='score_by_contact'),
        ),
    ]
