"""Posts and their counts, campaigns, vendors; facts of contacts now say which row they came in.

Nobody could send a fact before, so the old table is empty, and made anew.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0003_api_of_x'),
        ('tenants', '0007_channel_handle_in_any_case'),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='cmp')),
                ('ext_id', models.CharField(blank=True, editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('giveaway', 'Giveaway'), ('paid', 'Shown for money'), ('cause', 'Good cause')], max_length=10)),
                ('name', models.CharField(help_text='As your agency calls it.', max_length=100)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('known_at', models.DateTimeField(editable=False)),
                ('posts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('entry_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('donation', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ('promotion', models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
            ],
            options={
                'ordering': ['-starts_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ext_id', models.CharField(max_length=200)),
                ('published_at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('permalink', models.CharField(blank=True, max_length=500)),
                ('paid', models.BooleanField(null=True)),
                ('automated', models.BooleanField(default=False)),
                ('campaign', models.CharField(blank=True, max_length=200)),
                ('promotion', models.BooleanField(null=True)),
                ('price', models.BooleanField(null=True)),
                ('link', models.BooleanField(null=True)),
                ('question', models.BooleanField(null=True)),
                ('prize', models.BooleanField(null=True)),
                ('bait', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('like', 'Like it'), ('comment', 'Comment on it'), ('tag', 'Tag others'), ('share', 'Share it'), ('follow', 'Follow the channel'), ('save', 'Save it'), ('vote', 'Vote')], max_length=10), null=True, size=None)),
            ],
            options={
                'ordering': ['-published_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PostCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ext_id', models.CharField(max_length=230)),
                ('post', models.CharField(help_text="The source's id of the post.", max_length=200)),
                ('at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('views', models.BigIntegerField(null=True)),
                ('reach', models.BigIntegerField(null=True)),
                ('likes', models.BigIntegerField(null=True)),
                ('comments', models.BigIntegerField(null=True)),
                ('shares', models.BigIntegerField(null=True)),
                ('saves', models.BigIntegerField(null=True)),
            ],
            options={
                'ordering': ['post', 'at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Vendor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='vnd')),
                ('ext_id', models.CharField(blank=True, editable=False, max_length=200)),
                ('name', models.CharField(help_text='Who sells.', max_length=100)),
                ('promise', models.CharField(help_text='What they promise, in their words.', max_length=500)),
                ('units', models.PositiveBigIntegerField(blank=True, help_text='How many of it, such as followers.', null=True)),
                ('price', models.DecimalField(blank=True, decimal_places=4, help_text='In all.', max_digits=16, null=True)),
                ('currency', models.CharField(blank=True, help_text='ISO 4217, such as GBP.', max_length=3)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('known_at', models.DateTimeField(editable=False)),
            ],
            options={
                'ordering': ['-starts_at'],
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
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors')], verbose_name='rows are'),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors')], verbose_name='rows are'),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors')]),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4, 5, 6, 7, 8, 9])), name='delivery_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4, 5, 6, 7, 8, 9])), name='import_shape_is_known'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='client',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='tenants.client'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='ingestion.delivery'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='post',
            name='channel',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='tenants.channel'),
        ),
        migrations.AddField(
            model_name='post',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='ingestion.delivery'),
        ),
        migrations.AddField(
            model_name='post',
            name='source',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='ingestion.source'),
        ),
        migrations.AddField(
            model_name='post',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='postcount',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='post_counts', to='ingestion.delivery'),
        ),
        migrations.AddField(
            model_name='postcount',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='vendor',
            name='client',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='vendors', to='tenants.client'),
        ),
        migrations.AddField(
            model_name='vendor',
            name='delivery',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='vendors', to='ingestion.delivery'),
        ),
        migrations.AddField(
            model_name='vendor',
            name='tenant',
            field=tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant'),
        ),
        migrations.DeleteModel(
            name='ContactFact',
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='campaign_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['giveaway', 'paid', 'cause'])), name='campaign_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='campaign_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('donation__isnull', True), ('promotion__isnull', True)), models.Q(('currency', ''), _negated=True), _connector='OR'), name='campaign_amounts_have_a_currency'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('donation__isnull', True), ('donation__gte', 0), _connector='OR'), name='campaign_donation_is_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('promotion__isnull', True), ('promotion__gte', 0), _connector='OR'), name='campaign_promotion_is_an_amount'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['tenant', 'channel', 'published_at'], name='post_by_channel'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('tenant', 'source', 'ext_id'), name='post_is_once_in_a_source'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('published_at'))), name='post_is_known_once_published'),
        ),
        migrations.AddIndex(
            model_name='postcount',
            index=models.Index(fields=['tenant', 'post', 'at'], name='post_count_by_post'),
        ),
        migrations.AddConstraint(
            model_name='postcount',
            constraint=models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('at'))), name='post_count_is_known_once_counted'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='vendor_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='vendor_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='vendor',
            constraint=models.CheckConstraint(condition=models.Q(('price__isnull', True), models.Q(('price__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='vendor_price_has_a_currency'),
        ),
        migrations.CreateModel(
            name='ContactFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ext_id', models.CharField(max_length=230)),
                ('name', models.CharField(max_length=100)),
                ('value', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='ingestion.contact')),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contact_facts', to='ingestion.delivery')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['contact', 'name', 'at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'contact', 'name', 'at'], name='contact_fact_by_contact')],
                'constraints': [models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('at'))), name='contact_fact_is_known_once_it_is_so')],
            },
        ),
        Wall("Campaign"),
        Wall("Vendor"),
        Wall("Post"),
        Wall("PostCount"),
        Wall("ContactFact"),
    ]
