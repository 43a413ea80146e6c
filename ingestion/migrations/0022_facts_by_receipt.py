"""What came in lately can be looked up."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0021_verdicts_and_channels'),
        ('tenants', '0004_scope_of_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='contactfact',
            index=models.Index(fields=['tenant', 'created_at'], name='contact_fact_by_receipt'),
        ),
        migrations.AddIndex(
            model_name='identitylink',
            index=models.Index(fields=['tenant', 'created_at'], name='identity_link_by_receipt'),
        ),
        migrations.AddIndex(
            model_name='outcome',
            index=models.Index(fields=['tenant', 'created_at'], name='outcome_by_receipt'),
        ),
    ]
