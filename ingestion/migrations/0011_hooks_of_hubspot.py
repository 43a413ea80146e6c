"""HubSpot may post, too. Its webhooks have a token to ask it with, and say what is wrong where it does not answer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0010_layouts'),
        ('tenants', '0009_nightly_tidy'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='hook',
            name='hook_sender_is_known',
        ),
        migrations.AddField(
            model_name='hook',
            name='token_to_ask',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='hook',
            name='error',
            field=models.TextField(blank=True, db_default='', default='', editable=False, verbose_name='what is wrong'),
        ),
        migrations.AddField(
            model_name='hook',
            name='error_code',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name='hook',
            name='sender',
            field=models.CharField(choices=[('meta', 'Meta (Instagram, Facebook)'), ('x', 'X (Account Activity)'), ('hubspot', 'HubSpot (deals)'), ('declared', 'Any other program, signed by Standard Webhooks')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='hook',
            constraint=models.CheckConstraint(condition=models.Q(('sender__in', ['meta', 'x', 'hubspot', 'declared'])), name='hook_sender_is_known'),
        ),
    ]
