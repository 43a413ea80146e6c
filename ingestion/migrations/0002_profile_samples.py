"""Samples of followers' profiles, behind their wall; batches and files may hold them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0001_facts'),
        ('tenants', '0005_nightly_scoring'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProfileSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ext_id', models.CharField(max_length=230)),
                ('cohort_from', models.DateTimeField()),
                ('cohort_to', models.DateTimeField()),
                ('sampled_at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
                ('cohort_size', models.PositiveBigIntegerField(null=True)),
                ('method', models.CharField(blank=True, max_length=100)),
                ('followers', models.PositiveBigIntegerField(null=True)),
                ('following', models.PositiveBigIntegerField(null=True)),
                ('posts', models.PositiveBigIntegerField(null=True)),
                ('bio_length', models.PositiveIntegerField(null=True)),
                ('has_avatar', models.BooleanField(null=True)),
                ('is_private', models.BooleanField(null=True)),
                ('digit_share', models.FloatField(null=True)),
                ('created_on', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['channel', 'cohort_from', 'number'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_shape_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='fileimport',
            name='import_shape_is_known',
        ),
        migrations.AlterField(
            model_name='delivery',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples')], verbose_name='rows are'),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples')], verbose_name='rows are'),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples')]),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4])), name='delivery_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4])), name='import_shape_is_known'),
        ),
        migrations.AddField(
            model_name='profilesample',
            name='channel',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='profile_samples', to='tenants.channel'),
        ),
        migrations.AddField(
            model_name='profilesample',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='profile_samples', to='ingestion.delivery'),
        ),
        migrations.AddField(
            model_name='profilesample',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddIndex(
            model_name='profilesample',
            index=models.Index(fields=['tenant', 'channel', 'cohort_from'], name='profile_sample_by_channel'),
        ),
        migrations.AddConstraint(
            model_name='profilesample',
            constraint=models.CheckConstraint(condition=models.Q(('cohort_from__lt', models.F('cohort_to')), ('cohort_to__lte', models.F('sampled_at'))), name='profile_sample_is_of_a_cohort_that_has_ended'),
        ),
        migrations.AddConstraint(
            model_name='profilesample',
            constraint=models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('sampled_at'))), name='profile_sample_is_known_once_it_was_looked_at'),
        ),
        migrations.AddConstraint(
            model_name='profilesample',
            constraint=models.CheckConstraint(condition=models.Q(('digit_share__isnull', True), models.Q(('digit_share__gte', 0), ('digit_share__lte', 1)), _connector='OR'), name='profile_sample_digits_are_a_share'),
        ),
        Wall("ProfileSample"),
    ]
