"""What members write down themselves: calls, letters, meetings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from ingestion.models.contact import Contact
from ingestion.models.delivery import Delivery
from tenants.models import Client, PublicIdField, TenantOwned


class What(models.TextChoices):
    """What happened, and who took part. `services.logged` says what each is on the ladder."""

    CALL = "call", "Call: we spoke"
    CALL_UNANSWERED = "call_unanswered", "Call: we rang, nobody answered"
    MEETING = "meeting", "Meeting: we met"
    EVENT = "event", "Event: they were there"
    LETTER_FROM_THEM = "letter_from_them", "Letter or card from them"
    LETTER_FROM_US = "letter_from_us", "Letter or card from us"


class LoggedAct(TenantOwned):
    """One row is one call, letter or meeting that a member logged by hand. It landed as an act, with a batch.

    Its public id is the act's id in its source. Once it is taken back (`taken_back_at`) the act is gone, and the row
    says that it was; put back, it lands again, with a batch of its own (`delivery` is the newest).
    """

    public_id = PublicIdField(prefix="log")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    contact = models.ForeignKey(
        Contact, verbose_name="with whom", on_delete=models.PROTECT, related_name="logged_acts", db_constraint=False
    )
    delivery = models.ForeignKey(
        Delivery, verbose_name="batch", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    what = models.CharField(max_length=20, choices=What)
    occurred_at = models.DateTimeField("when")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantOwned.Meta):
        verbose_name = "call, letter or meeting"
        verbose_name_plural = "logged by hand"
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="logged_act_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "contact", "what", "occurred_at"],
                condition=Q(taken_back_at__isnull=True),
                name="logged_act_is_logged_once",
            ),
            models.CheckConstraint(condition=Q(what__in=What.values), name="logged_act_is_of_a_known_kind"),
        ]

    def __str__(self) -> str:
        """Without a name: the admin's log keeps it, also once somebody is erased."""
        return f"{self.get_what_display()}, {date_format(timezone.localtime(self.occurred_at), 'DATETIME_FORMAT')}"
