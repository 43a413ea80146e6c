"""What is worth a human act, what there is to be glad of, and what people say of it."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import Wall

# What was said stays as it was said; erasure deletes it.
NEVER_CHANGED = "REVOKE UPDATE ON scoring_feedback FROM earnest_app, earnest_worker"


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0022_facts_by_receipt'),
        ('scoring', '0009_hindsight'),
        ('tenants', '0004_scope_of_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('not_a_lead', models.BooleanField(help_text='No: what was said before is taken back.')),
                ('why', models.CharField(blank=True, choices=[('no_interest', 'Does not want to buy, or is none that we sell to'), ('competitor', 'Works for a competitor'), ('staff', 'Works for the client or the agency'), ('other', 'Something else')], max_length=11)),
                ('sentence', models.TextField(blank=True, verbose_name='in your words')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='ingestion.contact')),
                ('key', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.apikey')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name_plural': 'feedback',
                'ordering': ['created_at', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='GenuineMoment',
            fields=[
            ],
            options={
                'verbose_name': 'moment',
                'ordering': ['client', 'moment', 'sort_key', 'contact'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('scoring.score',),
        ),
        migrations.CreateModel(
            name='NextStep',
            fields=[
            ],
            options={
                'verbose_name': 'next step',
                'ordering': ['client', 'step', 'sort_key', 'contact'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('scoring.score',),
        ),
        migrations.AddField(
            model_name='score',
            name='customer',
            field=models.BooleanField(db_default=False, help_text='Bought within a year, and was not given it back.'),
        ),
        migrations.AddField(
            model_name='score',
            name='moment',
            field=models.PositiveSmallIntegerField(choices=[(1, 'A letter'), (2, 'A call'), (3, 'A meeting'), (4, 'Engaged now'), (5, 'Back after a long time'), (6, 'Helped somebody'), (7, 'A conversation'), (8, 'First words')], null=True),
        ),
        migrations.AddField(
            model_name='score',
            name='moment_at',
            field=models.DateTimeField(null=True, verbose_name='when'),
        ),
        migrations.AddField(
            model_name='score',
            name='moment_values',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='score',
            name='step',
            field=models.PositiveSmallIntegerField(choices=[(1, 'Unanswered question'), (2, 'Reply owed'), (3, 'Regular gone quiet'), (4, 'Somebody to thank'), (5, 'One rung up')], null=True, verbose_name='next step'),
        ),
        migrations.AddField(
            model_name='score',
            name='step_due_at',
            field=models.DateTimeField(help_text='Before it, the step is not shown: a reply may take a while.', null=True),
        ),
        migrations.AddField(
            model_name='score',
            name='step_since',
            field=models.DateTimeField(null=True, verbose_name='since'),
        ),
        migrations.AddField(
            model_name='score',
            name='step_values',
            field=models.JSONField(help_text='The numbers that its words are made of.', null=True),
        ),
        migrations.AddIndex(
            model_name='score',
            index=models.Index(condition=models.Q(('step__isnull', False)), fields=['tenant', 'run', 'client', 'step', 'sort_key', 'contact'], name='score_by_next_step'),
        ),
        migrations.AddIndex(
            model_name='score',
            index=models.Index(condition=models.Q(('moment__isnull', False)), fields=['tenant', 'run', 'client', 'moment', 'sort_key', 'contact'], name='score_by_moment'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('step__in', [1, 2, 3, 4, 5]), ('step__isnull', False), ('step_due_at__isnull', False), ('step_since__isnull', False), ('step_values__isnull', False)), models.Q(('step__isnull', True), ('step_due_at__isnull', True), ('step_since__isnull', True), ('step_values__isnull', True)), _connector='OR'), name='score_has_a_whole_next_step_or_none'),
        ),
        migrations.AddConstraint(
            model_name='score',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('moment__in', [1, 2, 3, 4, 5, 6, 7, 8]), ('moment__isnull', False), ('moment_at__isnull', False), ('moment_values__isnull', False)), models.Q(('moment__isnull', True), ('moment_at__isnull', True), ('moment_values__isnull', True)), _connector='OR'), name='score_has_a_whole_moment_or_none'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['tenant', 'contact', 'created_at'], name='feedback_by_contact'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['tenant', 'created_at'], name='feedback_by_moment'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('not_a_lead', True), ('why__in', ['no_interest', 'competitor', 'staff', 'other'])), models.Q(('not_a_lead', False), ('why', '')), _connector='OR'), name='feedback_says_why_somebody_is_not_a_lead'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(('by__isnull', True), ('key__isnull', True), _connector='OR'), name='feedback_is_of_a_member_or_of_a_program'),
        ),
        Wall("Feedback"),
        migrations.RunSQL(NEVER_CHANGED, migrations.RunSQL.noop),
    ]
