"""Rows set aside know by how much their sender's clock was, so that a later try moves their moments, too."""

import datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0008_hooks'),
    ]

    operations = [
        migrations.AddField(
            model_name='rejection',
            name='late',
            field=models.DurationField(db_default=datetime.timedelta(0), default=datetime.timedelta(0), editable=False, help_text="By how much its sender's clock was."),
        ),
        migrations.AlterField(
            model_name='source',
            name='keeps_texts',
            field=models.BooleanField(db_default=False, default=False, help_text='Off, a text is read once for its words, questions, language and likeness to others, and let go. On, it is kept with its row, which is never deleted by itself yet.', verbose_name='keeps texts'),
        ),
        migrations.AlterField(
            model_name='source',
            name='may_match',
            field=models.BooleanField(default=False, help_text='Whether an e-mail address or customer number in a row may link a person to their account elsewhere. Switched off, what it linked counts apart from the next run on, and what comes meanwhile stays apart.', verbose_name='may be matched'),
        ),
    ]
