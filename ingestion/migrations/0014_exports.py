"""Archives of all that is kept of somebody, behind their wall."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.owned
import tenants.walls.guard
from django.conf import settings
from django.db import migrations, models

from tenants.walls.operations import Wall


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0013_erasures'),
        ('tenants', '0010_scope_for_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('public_id', tenants.models.owned.PublicIdField(prefix='exp')),
                ('content', models.BinaryField(null=True)),
                ('finished_at', models.DateTimeField(null=True, verbose_name='made')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='deleted from')),
                ('asked_by', models.ForeignKey(help_text='Empty: a program.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='ingestion.contact')),
                ('job', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.job')),
                ('tenant', tenants.walls.guard.TenantKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenants.tenant')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [models.Index(fields=['tenant', 'created_at', 'public_id'], name='export_by_creation')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'public_id'), name='export_public_id_is_unique'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', True), ('expires_at__isnull', True), ('finished_at__isnull', True)), models.Q(('content__isnull', False), ('expires_at__isnull', False), ('finished_at__isnull', False)), _connector='OR'), name='export_has_an_end_once_it_is_made')],
            },
        ),
        Wall("Export"),
    ]
