"""Sources, what they delivered, and the facts that came of it, each behind its wall."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import CreatePartitionedModel, PartitionedWall, Wall


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0004_scope_to_send'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='con')),
                ('key', models.BinaryField(max_length=16)),
                ('kind', models.CharField(choices=[('external_id', 'Id on a platform'), ('handle', 'Handle'), ('customer', 'Customer number'), ('email', 'E-mail address')], max_length=12, verbose_name='known by')),
                ('platform', models.CharField(choices=[('bluesky', 'Bluesky'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('linkedin', 'LinkedIn'), ('mastodon', 'Mastodon'), ('threads', 'Threads'), ('tiktok', 'TikTok'), ('x', 'X'), ('youtube', 'YouTube'), ('offline', 'Offline (events, calls, letters)'), ('other', 'Other')], max_length=20)),
                ('handle', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='tenants.client')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ContactFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('name', models.CharField(max_length=100)),
                ('value', models.CharField(max_length=300)),
                ('known_at', models.DateTimeField()),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='ingestion.contact')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['contact', 'name', 'known_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('received', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('duplicate', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0, verbose_name='set aside')),
                ('public_id', tenants.models.owned.PublicIdField(prefix='bat')),
                ('shape', models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts')], verbose_name='rows are')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'batch',
                'verbose_name_plural': 'batches',
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AudienceCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ext_id', models.CharField(max_length=230)),
                ('at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('followers', models.PositiveBigIntegerField(null=True)),
                ('following', models.PositiveBigIntegerField(null=True)),
                ('gained', models.PositiveBigIntegerField(null=True)),
                ('lost', models.PositiveBigIntegerField(null=True)),
                ('window', models.CharField(blank=True, choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month')], max_length=5)),
                ('channel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='audience_counts', to='tenants.channel')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='audience_counts', to='ingestion.delivery')),
            ],
            options={
                'ordering': ['channel', 'at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        CreatePartitionedModel(
            name='Engagement',
            by='RANGE (received_at)',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'received_at', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('received_at', models.DateTimeField()),
                ('id', models.BigIntegerField()),
                ('ext_id', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=40)),
                ('rung', models.PositiveSmallIntegerField(choices=[(0, 'glance'), (1, 'nod'), (2, 'pass-on'), (3, 'word'), (4, 'message'), (5, 'meeting'), (6, 'call'), (7, 'letter')])),
                ('nature', models.SmallIntegerField(choices=[(1, 'act'), (-1, 'takes an act back'), (0, 'block, report or complaint')])),
                ('direction', models.CharField(choices=[('inbound', 'From the person to the brand'), ('outbound', 'From the brand to the person'), ('two-sided', 'Both took part'), ('peer', 'Between two people')], max_length=10)),
                ('occurred_at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('words', models.PositiveSmallIntegerField(null=True)),
                ('asks', models.BooleanField(null=True)),
                ('automated', models.BooleanField(default=False)),
                ('post', models.CharField(blank=True, max_length=200)),
                ('thread', models.CharField(blank=True, max_length=200)),
                ('in_reply_to', models.CharField(blank=True, max_length=200)),
                ('provenance', models.CharField(blank=True, max_length=200)),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='engagements', to='ingestion.contact')),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='engagements', to='ingestion.delivery')),
                ('target', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ingestion.contact')),
                ('tenant', tenants.walls.guard.TenantKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-occurred_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FileImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('received', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('duplicate', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0, verbose_name='set aside')),
                ('public_id', tenants.models.owned.PublicIdField(prefix='imp')),
                ('shape', models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts')], verbose_name='rows are')),
                ('name', models.CharField(max_length=255, verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, help_text='Bytes.')),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None)),
                ('rows', models.PositiveIntegerField(null=True)),
                ('job', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.job')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'import',
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='FileBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('start', models.PositiveBigIntegerField()),
                ('end', models.PositiveBigIntegerField()),
                ('content', models.BinaryField()),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
                ('file', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='ingestion.fileimport')),
            ],
            options={
                'ordering': ['file', 'start'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='file',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='ingestion.fileimport'),
        ),
        migrations.CreateModel(
            name='IdentityLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='lnk')),
                ('key', models.BinaryField(max_length=16)),
                ('kind', models.CharField(choices=[('external_id', 'Id on a platform'), ('handle', 'Handle'), ('customer', 'Customer number'), ('email', 'E-mail address')], max_length=12)),
                ('how', models.CharField(choices=[('same_row', 'One row named both'), ('email', 'The same e-mail address'), ('form', 'They said so in a form'), ('import', 'Imported from a CRM'), ('by_hand', 'By hand')], max_length=10)),
                ('known_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.client')),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='ingestion.contact')),
                ('linked_by', models.ForeignKey(help_text='Empty: a program.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-known_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ext_id', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('lead', 'Lead'), ('meeting', 'Meeting'), ('purchase', 'Purchase'), ('refund', 'Refund'), ('custom', 'Other')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=100)),
                ('occurred_at', models.DateTimeField()),
                ('known_at', models.DateTimeField()),
                ('value', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('refund_of', models.CharField(blank=True, max_length=200)),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='ingestion.contact')),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='ingestion.delivery')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-occurred_at'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        CreatePartitionedModel(
            name='Receipt',
            by='HASH (ext_id)',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'source_id', 'shape', 'ext_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source_id', models.BigIntegerField()),
                ('shape', models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts')])),
                ('ext_id', models.CharField(max_length=230)),
                ('digest', models.BinaryField(max_length=16)),
                ('delivery', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ingestion.delivery')),
                ('tenant', tenants.walls.guard.TenantKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Rejection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='rej')),
                ('index', models.PositiveIntegerField(help_text="The row's place in the batch or file, from 0.")),
                ('code', models.CharField(max_length=30)),
                ('pointer', models.CharField(help_text='JSON pointer into the row; empty for the whole.', max_length=500, verbose_name='place')),
                ('detail', models.TextField(verbose_name='what is wrong')),
                ('row', models.TextField(help_text="As it was sent; a file's as JSON.")),
                ('delivery', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='rejections', to='ingestion.delivery', verbose_name='batch')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name': 'row set aside',
                'verbose_name_plural': 'rows set aside',
                'ordering': ['-created_at', 'index'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='src')),
                ('name', models.CharField(help_text="As your agency calls it, such as “Fernleaf's shop”.", max_length=100)),
                ('kind', models.CharField(choices=[('own_system', "The client's own system (shop, CRM, website)"), ('export', 'A file exported by hand'), ('platform_api', "A platform's API"), ('x_api', 'The API of X')], max_length=20)),
                ('platform', models.CharField(choices=[('bluesky', 'Bluesky'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('linkedin', 'LinkedIn'), ('mastodon', 'Mastodon'), ('threads', 'Threads'), ('tiktok', 'TikTok'), ('x', 'X'), ('youtube', 'YouTube'), ('offline', 'Offline (events, calls, letters)'), ('other', 'Other')], help_text='Where its people are known; a row may name another platform.', max_length=20)),
                ('may_train', models.BooleanField(default=False, help_text='Only with a legal basis recorded below. Rows of others are left out of training, and counted.', verbose_name='may be learnt from')),
                ('legal_basis', models.CharField(blank=True, help_text="On what ground people's acts may be learnt from, such as “Contract with the client, clause 4; legitimate interest assessed on 3 May 2026”.", max_length=300)),
                ('may_match', models.BooleanField(default=False, help_text='Whether an e-mail address or customer number in a row may link a person to their account elsewhere.', verbose_name='may be matched')),
                ('known_at_basis', models.CharField(choices=[('received', 'When it arrives here'), ('stated', 'As each row states (known_at)'), ('lagged', 'Some days after it happened')], default='received', help_text='For history that is imported at once choose one of the others, or a model has no past to learn.', max_length=10, verbose_name='rows are known')),
                ('known_after_days', models.PositiveSmallIntegerField(default=0, help_text='For the last choice: how many days after a row happened it was known.', verbose_name='known after days')),
                ('retention_days', models.PositiveIntegerField(blank=True, help_text='How long its rows may be kept. Empty: as long as the client is looked after.', null=True)),
                ('terms_url', models.URLField(blank=True, help_text="Where the source's terms of use stand.", verbose_name='terms')),
                ('checked_at', models.DateTimeField(blank=True, help_text='When somebody last read them for this.', null=True, verbose_name='terms checked')),
                ('client', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='tenants.client')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['client__name', 'name'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='fileimport',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='ingestion.source'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='ingestion.source'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='contact_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='contact_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'client', 'key'), name='contact_is_once_in_a_client'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['external_id', 'handle', 'customer', 'email'])), name='contact_is_known_by_something'),
        ),
        migrations.AddConstraint(
            model_name='contactfact',
            constraint=models.UniqueConstraint(fields=('tenant', 'contact', 'name', 'known_at'), name='contact_fact_has_one_value_at_a_moment'),
        ),
        migrations.AddIndex(
            model_name='audiencecount',
            index=models.Index(fields=['tenant', 'channel', 'at'], name='audience_count_by_channel'),
        ),
        migrations.AddConstraint(
            model_name='audiencecount',
            constraint=models.CheckConstraint(condition=models.Q(('followers__isnull', False), ('following__isnull', False), ('gained__isnull', False), ('lost__isnull', False), _connector='OR'), name='audience_count_counts_something'),
        ),
        migrations.AddConstraint(
            model_name='audiencecount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gained__isnull', True), ('lost__isnull', True)), ('window__in', ['day', 'week', 'month']), _connector='OR'), name='audience_count_says_its_window'),
        ),
        migrations.AddConstraint(
            model_name='audiencecount',
            constraint=models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('at'))), name='audience_count_is_known_once_counted'),
        ),
        migrations.AddIndex(
            model_name='engagement',
            index=models.Index(fields=['tenant', 'contact', 'occurred_at'], name='engagement_by_contact'),
        ),
        migrations.AddConstraint(
            model_name='engagement',
            constraint=models.CheckConstraint(condition=models.Q(('rung__in', [0, 1, 2, 3, 4, 5, 6, 7])), name='engagement_stands_on_a_rung'),
        ),
        migrations.AddConstraint(
            model_name='engagement',
            constraint=models.CheckConstraint(condition=models.Q(('nature__in', [1, -1, 0])), name='engagement_nature_is_known'),
        ),
        migrations.AddConstraint(
            model_name='engagement',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['inbound', 'outbound', 'two-sided', 'peer'])), name='engagement_direction_is_known'),
        ),
        migrations.AddConstraint(
            model_name='engagement',
            constraint=models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('occurred_at'))), name='engagement_is_known_once_it_happened'),
        ),
        migrations.AddConstraint(
            model_name='fileblock',
            constraint=models.UniqueConstraint(fields=('tenant', 'file', 'start'), name='file_block_is_once_in_a_file'),
        ),
        migrations.AddConstraint(
            model_name='fileblock',
            constraint=models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='file_block_holds_something'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='identity_link_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('tenant', 'client', 'key'), name='identity_link_leads_to_one_contact'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['external_id', 'handle', 'customer', 'email'])), name='identity_link_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.CheckConstraint(condition=models.Q(('how__in', ['same_row', 'email', 'form', 'import', 'by_hand'])), name='identity_link_says_how'),
        ),
        migrations.AddIndex(
            model_name='outcome',
            index=models.Index(fields=['tenant', 'contact', 'occurred_at'], name='outcome_by_contact'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['lead', 'meeting', 'purchase', 'refund', 'custom'])), name='outcome_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('value__isnull', True), models.Q(('value__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='outcome_value_has_a_currency'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('known_at__gte', models.F('occurred_at'))), name='outcome_is_known_once_it_happened'),
        ),
        migrations.AddIndex(
            model_name='rejection',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='rejection_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='rejection',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='rejection_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='rejection',
            constraint=models.UniqueConstraint(fields=('tenant', 'delivery', 'index'), name='rejection_is_one_verdict_on_a_row'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='source_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='source_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('tenant', 'client', 'name'), name='source_name_is_unique_in_a_client', violation_error_message='This client has a source of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('may_train', False), models.Q(('legal_basis', ''), _negated=True), _connector='OR'), name='source_is_learnt_from_on_a_legal_basis'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'x_api'), _negated=True), models.Q(('may_match', False), ('may_train', False)), _connector='OR'), name='source_x_api_is_neither_learnt_from_nor_matched'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('known_at_basis', 'lagged'), ('known_after_days', 0), _connector='OR'), name='source_has_a_lag_where_rows_are_lagged'),
        ),
        migrations.AddIndex(
            model_name='fileimport',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='import_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='import_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3])), name='import_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('received', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('accepted'), '+', models.F('duplicate')), '+', models.F('quarantined')))), name='import_gives_every_row_one_verdict'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('rows__isnull', True), ('received__lte', models.F('rows')), _connector='OR'), name='import_lands_no_row_twice'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['tenant', 'created_at', 'public_id'], name='delivery_by_creation'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='delivery_public_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3])), name='delivery_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('received', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('accepted'), '+', models.F('duplicate')), '+', models.F('quarantined')))), name='delivery_gives_every_row_one_verdict'),
        ),
        Wall("Source"),
        Wall("FileImport"),
        Wall("FileBlock"),
        Wall("Delivery"),
        Wall("Rejection"),
        Wall("Contact"),
        Wall("IdentityLink"),
        Wall("ContactFact"),
        Wall("Outcome"),
        Wall("AudienceCount"),
        migrations.RunSQL("ALTER TABLE ingestion_engagement ALTER id ADD GENERATED BY DEFAULT AS IDENTITY"),
        # The months are made after every migration, ahead of time (services.partitions).
        PartitionedWall("Engagement", {"default": "DEFAULT"}),
        PartitionedWall(
            "Receipt", {str(number): f"FOR VALUES WITH (MODULUS 8, REMAINDER {number})" for number in range(8)}
        ),
    ]
