"""A user's role in an agency."""

from typing import Any

from django.conf import settings
from django.db import models

from tenants import scope
from tenants.models.owned import TenantOwned


class Role(models.TextChoices):
    """What somebody may do in an agency, from most to least. `tenants.services.roles` has the table."""

    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    ANALYST = "analyst", "Analyst"
    VIEWER = "viewer", "Viewer"


class UserInForce(models.Expression):
    """The id of the user whose door is open (`scope.of_user`), or NULL, which equals nothing."""

    output_field = models.BigIntegerField()

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (scope.current().user_id,)


class OwnMemberships(models.Manager["Member"]):
    """The memberships of the user whose door is open, across agencies, to be read and not written."""

    def get_queryset(self) -> models.QuerySet["Member"]:
        return super().get_queryset().filter(user_id=UserInForce())


class Member(TenantOwned):
    """One row is one user in one agency. It counts from `joined_at` on: nobody is put into an agency unasked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(
        max_length=10,
        choices=Role,
        default=Role.ANALYST,
        help_text="Owners also manage members and the agency; managers also clients and keys; analysts work with "
        "scores and warnings; viewers look.",
    )
    joined_at = models.DateTimeField("joined", null=True, blank=True, editable=False)

    own = OwnMemberships()

    class Meta(TenantOwned.Meta):
        ordering = ["user__email"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="member_is_once_in_an_agency"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.user.email
