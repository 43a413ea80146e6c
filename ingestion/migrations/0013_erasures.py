"""People are erased: what was done, hashes by which later rows are dropped, and how many were. Behind their walls."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import AddOwnedReference, Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0012_polls'),
        ('tenants', '0009_nightly_tidy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='ers')),
                ('contacts', models.PositiveIntegerField(default=0, help_text='Contacts that the person was here.')),
                ('removed', models.JSONField(default=dict, help_text='Table → rows that were deleted or emptied.')),
                ('learnt_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), default=list, help_text='Models that had learnt from the person.', size=None)),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('key', models.BinaryField(max_length=16)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_gives_every_row_one_verdict',
        ),
        migrations.RemoveConstraint(
            model_name='fileimport',
            name='import_gives_every_row_one_verdict',
        ),
        migrations.AddField(
            model_name='contact',
            name='objected_at',
            field=models.DateTimeField(help_text='Since then nothing is learnt from them, and they have no score.', null=True, verbose_name='objected to profiling'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='erased',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Dropped, not kept.', verbose_name='of erased people'),
        ),
        migrations.AddField(
            model_name='fileimport',
            name='erased',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Dropped, not kept.', verbose_name='of erased people'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('received', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('accepted'), '+', models.F('duplicate')), '+', models.F('quarantined')), '+', models.F('erased')))), name='delivery_gives_every_row_one_verdict'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('received', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('accepted'), '+', models.F('duplicate')), '+', models.F('quarantined')), '+', models.F('erased')))), name='import_gives_every_row_one_verdict'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='asked_by',
            field=models.ForeignKey(help_text='Empty: a program.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='erasure',
            name='client',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='tenants.client'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='job',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.job'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='contact',
            name='erasure',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, help_text='That they are being erased by.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='whose', to='ingestion.erasure'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(condition=models.Q(('erasure__isnull', False)), fields=['tenant', 'erasure'], name='contact_being_erased'),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='client',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.client'),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='erasure',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='tombstones', to='ingestion.erasure'),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddIndex(
            model_name='erasure',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='erasure_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='erasure_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.UniqueConstraint(fields=('tenant', 'client', 'key'), name='tombstone_is_once_in_a_client'),
        ),
        Wall("Erasure"),
        Wall("Tombstone"),
        AddOwnedReference("Contact", "erasure"),
    ]
