"""What a source means by its own words for acts, behind its wall; rows set aside know which job tries them again."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import AddOwnedReference, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0005_identity_links'),
        ('tenants', '0008_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='rejection',
            name='retry',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tenants.job'),
        ),
        migrations.CreateModel(
            name='KindMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('word', models.CharField(help_text='As its rows have it, such as product_added; capitals make no difference.', max_length=40, verbose_name='its word')),
                ('kind', models.CharField(blank=True, help_text='The same thing under another name, …', max_length=40, verbose_name='is a')),
                ('rung', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'glance'), (1, 'nod'), (2, 'pass-on'), (3, 'word'), (4, 'message'), (5, 'meeting'), (6, 'call'), (7, 'letter')], help_text='… or something of its own, and how much it says: from a glance to a handwritten letter.', null=True, verbose_name='or stands on')),
                ('source', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='kinds', to='ingestion.source')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'word for an act',
                'verbose_name_plural': 'words for acts',
                'ordering': ['source', 'word'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(models.F('tenant'), models.F('source'), django.db.models.functions.text.Lower('word'), name='kind_mapping_gives_a_word_one_meaning', violation_error_message='This word has a meaning already.'), models.CheckConstraint(condition=models.Q(models.Q(('rung__isnull', True), models.Q(('kind', ''), _negated=True)), models.Q(('kind', ''), ('rung__in', [0, 1, 2, 3, 4, 5, 6, 7]), ('rung__isnull', False)), _connector='OR'), name='kind_mapping_is_a_kind_or_a_rung', violation_error_message='Choose what it is, or on which rung it stands; not both.')],
            },
        ),
        Wall("KindMapping"),
        AddOwnedReference("Rejection", "retry"),
    ]
