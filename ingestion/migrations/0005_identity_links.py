"""Links say which source made them and whether it takes matching to hold them; rows of a shape of their own bring them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import AddOwnedReference

# The id and the handle of one account: no matching. The tables' owner sees no rows under FORCE.
SAME_ACCOUNT = """
ALTER TABLE ingestion_identitylink NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ingestion_contact NO FORCE ROW LEVEL SECURITY;
UPDATE ingestion_identitylink link SET matches = false FROM ingestion_contact c
WHERE c.tenant_id = link.tenant_id AND c.id = link.contact_id
AND link.kind IN ('external_id', 'handle') AND c.kind IN ('external_id', 'handle');
ALTER TABLE ingestion_contact FORCE ROW LEVEL SECURITY;
ALTER TABLE ingestion_identitylink FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0004_more_shapes'),
        ('tenants', '0008_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_shape_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='fileimport',
            name='import_shape_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='identitylink',
            name='identity_link_says_how',
        ),
        migrations.AddField(
            model_name='identitylink',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identitylink',
            name='matches',
            field=models.BooleanField(db_default=True),
        ),
        migrations.AddField(
            model_name='identitylink',
            name='source',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='ingestion.source'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors'), (10, 'identity-links')], verbose_name='rows are'),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors'), (10, 'identity-links')], verbose_name='rows are'),
        ),
        migrations.AlterField(
            model_name='identitylink',
            name='how',
            field=models.CharField(choices=[('same_row', 'One row named both'), ('form', 'They said so in a form'), ('import', 'Imported from a CRM'), ('by_hand', 'By hand')], max_length=10),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='shape',
            field=models.PositiveSmallIntegerField(choices=[(1, 'engagements'), (2, 'outcomes'), (3, 'audience-counts'), (4, 'profile-samples'), (5, 'posts'), (6, 'post-counts'), (7, 'contact-facts'), (8, 'campaigns'), (9, 'vendors'), (10, 'identity-links')]),
        ),
        migrations.AlterField(
            model_name='source',
            name='may_match',
            field=models.BooleanField(default=False, help_text='Whether an e-mail address or customer number in a row may link a person to their account elsewhere. Switched off, what it linked counts apart from the next run on; switched on again, together.', verbose_name='may be matched'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])), name='delivery_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('shape__in', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])), name='import_shape_is_known'),
        ),
        migrations.AddConstraint(
            model_name='identitylink',
            constraint=models.CheckConstraint(condition=models.Q(('how__in', ['same_row', 'form', 'import', 'by_hand'])), name='identity_link_says_how'),
        ),
        AddOwnedReference("IdentityLink", "source"),
        migrations.RunSQL(SAME_ACCOUNT, migrations.RunSQL.noop),
    ]
