"""Role → permission: the only place that says who may do what."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import models

from tenants.models import Role

# Everything not named here may be viewed by every member. Permissions are Django's: app.action_model.
ANALYSTS = {
    "scoring.add_scorerun",
    "scoring.add_modelversion",
    "scoring.add_finding",
    "scoring.change_ethicswarning",
    "scoring.add_feedback",
    "ingestion.add_campaign",
    "ingestion.change_campaign",
    "ingestion.delete_campaign",
    "ingestion.add_vendor",
    "ingestion.change_vendor",
    "ingestion.delete_vendor",
    "ingestion.add_contact",
    "ingestion.add_loggedact",
    "ingestion.change_loggedact",
}
MANAGERS = ANALYSTS | {
    "tenants.add_client",
    "tenants.change_client",
    "tenants.add_channel",
    "tenants.change_channel",
    "tenants.delete_channel",
    "tenants.view_apikey",
    "tenants.add_apikey",
    "tenants.change_apikey",
    "tenants.change_job",
    "scoring.change_modelversion",
    "scoring.add_aim",
    "scoring.change_aim",
    "scoring.delete_aim",
    "ingestion.add_source",
    "ingestion.change_source",
    "ingestion.add_fileimport",
    "ingestion.add_hook",
    "ingestion.change_hook",
    "ingestion.add_poll",
    "ingestion.change_poll",
    "ingestion.delete_poll",
    "ingestion.add_kindmapping",
    "ingestion.change_kindmapping",
    "ingestion.delete_kindmapping",
    "ingestion.change_rejection",
    "ingestion.add_insider",
    "ingestion.change_insider",
    "ingestion.add_automation",
    "ingestion.change_automation",
    "ingestion.delete_automation",
    "ingestion.change_contact",
    "ingestion.add_identitylink",
    "ingestion.change_identitylink",
}
OWNERS = MANAGERS | {
    "tenants.change_tenant",
    "tenants.add_member",
    "tenants.change_member",
    "tenants.delete_member",
}
GRANTED: dict[str, set[str]] = {
    Role.OWNER: OWNERS,
    Role.MANAGER: MANAGERS,
    Role.ANALYST: ANALYSTS,
    Role.VIEWER: set(),
}
# What is not for every member's eyes.
GUARDED_VIEWS = {"tenants.view_apikey"}


def may(role: str, permission: str) -> bool:
    """Whether the role holds the permission.

    >>> may("viewer", "tenants.view_client"), may("viewer", "tenants.change_client")
    (True, False)
    """
    is_view = permission.partition(".")[2].startswith("view_")
    return permission in GRANTED[role] or (is_view and permission not in GUARDED_VIEWS)


class RoleBackend(ModelBackend):
    """Signs in by e-mail and password, and answers permission questions from the role in the agency in force."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        return bool(user_obj.is_active and user_obj.member is not None and may(user_obj.member.role, perm))
