"""What was removed because it may not be kept, behind its wall; and indexes by which it is found."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0014_exports'),
        ('tenants', '0011_remove_twice_a_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('why', models.CharField(choices=[('kept', 'Kept as long as the source allows'), ('deleted', 'Deleted on its platform')], max_length=10, verbose_name='because')),
                ('removed', models.JSONField(default=dict, help_text='Table → rows that are gone.')),
                ('due_at', models.DateTimeField(help_text='By when the oldest of it had to be gone.', verbose_name='due')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='removed_at',
            field=models.DateTimeField(editable=False, help_text='When its rows had been kept for as long as they may be.', null=True, verbose_name='rows removed'),
        ),
        migrations.AlterField(
            model_name='source',
            name='keeps_texts',
            field=models.BooleanField(db_default=False, default=False, help_text='Off, a text is read once for its words, questions, language and likeness to others, and let go. On, it is kept with its row, for as long as the row is.', verbose_name='keeps texts'),
        ),
        migrations.AlterField(
            model_name='source',
            name='retention_days',
            field=models.PositiveIntegerField(blank=True, help_text='How long its rows may be kept, counted from when they came. They are removed within a day after that, and so is everybody of whom nothing is left. Empty: as long as the client is looked after.', null=True),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['tenant', 'source', 'created_at'], name='delivery_to_remove'),
        ),
        migrations.AddIndex(
            model_name='engagement',
            index=models.Index(condition=models.Q(('target__isnull', False)), fields=['tenant', 'target'], name='engagement_by_target'),
        ),
        migrations.AddField(
            model_name='removal',
            name='job',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.job'),
        ),
        migrations.AddField(
            model_name='removal',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='removals', to='ingestion.source'),
        ),
        migrations.AddField(
            model_name='removal',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddConstraint(
            model_name='removal',
            constraint=models.UniqueConstraint(fields=('tenant', 'job', 'source', 'why'), name='removal_is_one_of_a_job'),
        ),
        migrations.AddConstraint(
            model_name='removal',
            constraint=models.CheckConstraint(condition=models.Q(('why__in', ['kept', 'deleted'])), name='removal_says_why'),
        ),
        Wall("Removal"),
    ]
