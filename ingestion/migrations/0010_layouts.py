"""Files of any kind wait until somebody has said how they are read, and that is saved for the next of their source."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall

# Files that came before are read by the names of their columns. The tables' owner sees no rows under FORCE.
BY_THEIR_NAMES = """
ALTER TABLE ingestion_fileimport NO FORCE ROW LEVEL SECURITY;
UPDATE ingestion_fileimport SET layout = jsonb_build_object(
    'type', 'mapping',
    'format', CASE shape
        WHEN 1 THEN 'engagements' WHEN 2 THEN 'outcomes' WHEN 3 THEN 'audience-counts' WHEN 4 THEN 'profile-samples'
        ELSE 'identity-links' END,
    'fields', (SELECT jsonb_object_agg(name, jsonb_build_object('column', name)) FROM unnest(columns) name)
);
ALTER TABLE ingestion_fileimport FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0009_late'),
        ('tenants', '0009_nightly_tidy'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedLayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('shape', models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors'), (10, 'identity-links')], verbose_name='rows are')),
                ('layout', models.JSONField()),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['source', '-saved_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='fileblock',
            name='file_block_is_once_in_a_file',
        ),
        migrations.RemoveConstraint(
            model_name='fileimport',
            name='import_shape_is_known',
        ),
        migrations.AddField(
            model_name='fileblock',
            name='ready',
            field=models.BooleanField(db_default=True),
        ),
        migrations.AddField(
            model_name='fileimport',
            name='kind',
            field=models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Workbook (XLSX)'), ('ndjson', 'JSON, one row a line (NDJSON)')], db_default='csv', default='csv', max_length=10),
        ),
        migrations.AddField(
            model_name='fileimport',
            name='layout',
            field=models.JSONField(help_text='How a line becomes a row: by a mapping, or as a known export.', null=True),
        ),
        migrations.AddField(
            model_name='fileimport',
            name='sheet',
            field=models.CharField(blank=True, db_default='', help_text='Of a workbook; empty: the first.', max_length=100),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='columns',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors'), (10, 'identity-links')], null=True, verbose_name='rows are'),
        ),
        migrations.AddConstraint(
            model_name='fileblock',
            constraint=models.UniqueConstraint(fields=('tenant', 'file', 'ready', 'start'), name='file_block_is_once_in_a_file'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('shape__isnull', True), ('shape__in', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), _connector='OR'), name='import_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['csv', 'xlsx', 'ndjson'])), name='import_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('job__isnull', True), ('shape__isnull', False), _connector='OR'), name='import_begins_when_its_rows_are_known'),
        ),
        migrations.AddField(
            model_name='savedlayout',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='layouts', to='ingestion.source'),
        ),
        migrations.AddField(
            model_name='savedlayout',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddConstraint(
            model_name='savedlayout',
            constraint=models.UniqueConstraint(fields=('tenant', 'source', 'shape'), name='layout_is_saved_once_for_a_shape'),
        ),
        migrations.AddConstraint(
            model_name='savedlayout',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])), name='saved_layout_shape_is_known'),
        ),
        migrations.RunSQL(BY_THEIR_NAMES, migrations.RunSQL.noop),
        Wall("SavedLayout"),
    ]
