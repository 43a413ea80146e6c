"""Each account is asked once for a source."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0015_removals'),
        ('tenants', '0010_scope_for_people'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=models.Q(('account', ''), _negated=True), fields=('tenant', 'source', 'platform', 'server', 'account'), name='poll_account_is_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=models.Q(('platform', 'bluesky')), fields=('tenant', 'source', 'platform', 'server', 'handle'), name='poll_handle_is_asked_once', violation_error_message='This account is asked for this source already.'),
        ),
    ]
