"""Answers that are remembered, so that a request sent twice is done once."""

from django.db import models

from tenants.models.owned import TenantOwned

LONGEST_KEY = 255


class Answer(TenantOwned):
    """One row is what was answered to one request that came with an Idempotency-Key, kept for 90 days.

    Written in the transaction of what the request did: either both are there or neither. `digest` is a SHA-256 over
    all that was sent, so that the key with anything else is refused.
    """

    route = models.CharField(max_length=100)
    key = models.CharField(max_length=LONGEST_KEY)
    digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.TextField(help_text="JSON; may quote rows that were set aside.")

    class Meta(TenantOwned.Meta):
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "route", "key"], name="answer_is_one_to_a_key_on_a_route")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
