"""What is read of texts, and whether a source keeps them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0006_words_and_retries'),
    ]

    operations = [
        migrations.AddField(
            model_name='engagement',
            name='asks_availability',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='engagement',
            name='asks_how_to_buy',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='engagement',
            name='asks_price',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='engagement',
            name='language',
            field=models.CharField(blank=True, db_default='', max_length=3),
        ),
        migrations.AddField(
            model_name='engagement',
            name='likeness',
            field=models.BinaryField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='engagement',
            name='text',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='post',
            name='entry',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='keeps_texts',
            field=models.BooleanField(db_default=False, default=False, help_text='Off, a text is read once for its words, questions, language and likeness to others, and let go. On, it is kept with its row, as long as that is.', verbose_name='keeps texts'),
        ),
    ]
