"""Patterns of a client as a whole, other windows, and decisions on warnings."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import AddOwnedReference

class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0010_next_steps'),
        ('tenants', '0004_scope_of_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='finding',
            options={'base_manager_name': 'objects', 'default_manager_name': 'objects', 'ordering': ['-end', 'client', 'channel', 'check_code']},
        ),
        migrations.RemoveConstraint(
            model_name='ethicswarning',
            name='warning_state_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='ethicswarning',
            name='warning_window_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='finding',
            name='finding_window_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='review',
            name='review_answers_and_explains_in_a_sentence',
        ),
        migrations.AddField(
            model_name='ethicswarning',
            name='client',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='tenants.client'),
        ),
        migrations.AddField(
            model_name='finding',
            name='client',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='tenants.client'),
        ),
        migrations.AlterField(
            model_name='ethicswarning',
            name='channel',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='tenants.channel'),
        ),
        migrations.AlterField(
            model_name='ethicswarning',
            name='place',
            field=models.IntegerField(help_text='Which of them it is, by the calendar.'),
        ),
        migrations.AlterField(
            model_name='ethicswarning',
            name='state',
            field=models.CharField(choices=[('open', 'Open'), ('acknowledged', 'Acknowledged'), ('explained', 'Explained'), ('disputed', 'Disputed'), ('confirmed', 'Confirmed'), ('resolved', 'Resolved'), ('dismissed', 'Dismissed')], default='open', max_length=12),
        ),
        migrations.AlterField(
            model_name='ethicswarning',
            name='window',
            field=models.CharField(choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter')], max_length=7),
        ),
        migrations.AlterField(
            model_name='finding',
            name='channel',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='tenants.channel'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='place',
            field=models.IntegerField(help_text='Which of them it is, by the calendar.'),
        ),
        migrations.AlterField(
            model_name='finding',
            name='window',
            field=models.CharField(choices=[('day', 'Day'), ('week', 'Week'), ('month', 'Month'), ('quarter', 'Quarter')], max_length=7),
        ),
        migrations.AlterField(
            model_name='review',
            name='answer',
            field=models.CharField(choices=[('open', 'Open'), ('acknowledged', 'Acknowledged'), ('explained', 'Explained'), ('disputed', 'Disputed'), ('confirmed', 'Confirmed'), ('resolved', 'Resolved'), ('dismissed', 'Dismissed')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['tenant', '-end'], name='finding_by_end'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.UniqueConstraint(condition=models.Q(('client__isnull', False)), fields=('tenant', 'client', 'practice', 'version', 'window', 'place'), name='warning_is_one_of_a_clients_window'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.CheckConstraint(condition=models.Q(('channel__isnull', True), ('client__isnull', True), _connector='XOR'), name='warning_is_of_one'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'acknowledged', 'explained', 'disputed', 'confirmed', 'resolved', 'dismissed'])), name='warning_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ethicswarning',
            constraint=models.CheckConstraint(condition=models.Q(('window__in', ['day', 'week', 'month', 'quarter'])), name='warning_window_is_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(condition=models.Q(('client__isnull', False)), fields=('tenant', 'client', 'check_code', 'version', 'window', 'place'), name='finding_is_one_answer_on_a_clients_window'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('channel__isnull', True), ('client__isnull', True), _connector='XOR'), name='finding_is_of_one'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('window__in', ['day', 'week', 'month', 'quarter'])), name='finding_window_is_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['open', 'acknowledged', 'explained', 'disputed', 'confirmed', 'resolved', 'dismissed']), models.Q(('answer', 'acknowledged'), models.Q(('sentence', ''), _negated=True), _connector='OR')), name='review_answers_and_gives_reasons'),
        ),
        AddOwnedReference("Finding", "client"),
        AddOwnedReference("EthicsWarning", "client"),
    ]
