"""Models know when somebody they learnt from was erased, and may lose their artefact then."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0004_not_put_in_use'),
        ('tenants', '0009_nightly_tidy'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='modelversion',
            name='model_in_use_is_stored',
        ),
        migrations.AddField(
            model_name='modelversion',
            name='saw_erased_at',
            field=models.DateTimeField(help_text='Since when it is known that it learnt from somebody who was erased.', null=True, verbose_name='marked'),
        ),
        migrations.AddConstraint(
            model_name='modelversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['promoted', 'retired']), _negated=True), models.Q(('artefact__isnull', False), ('promoted_at__isnull', False)), models.Q(('promoted_at__isnull', False), ('saw_erased_at__isnull', False), ('state', 'retired')), _connector='OR'), name='model_in_use_is_stored'),
        ),
    ]
