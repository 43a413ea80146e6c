"""The admin's history, per agency: Django's own table, behind the same wall."""

from django.db import migrations

from tenants.walls.operations import SETTING, security


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [
        migrations.RunSQL(
            [
                # Django does not know the column; the database fills it from the transaction's tenant, and refuses an
                # entry made outside any.
                f"ALTER TABLE django_admin_log ADD COLUMN tenant_id bigint NOT NULL DEFAULT {SETTING} "
                "REFERENCES tenants_tenant (id)",
                "CREATE INDEX admin_log_by_tenant ON django_admin_log (tenant_id, action_time)",
                *security("django_admin_log"),
            ]
        )
    ]
