"""What is looked at that is neither a contact nor a warning, as pages have it."""

from tenants.models import Channel, Client


class Prospect(Channel):
    """One row is one channel of a creator who is being vetted before hiring."""

    class Meta:
        proxy = True
        verbose_name = "prospect"
        ordering = ["client__name", "platform", "handle"]


class Conduct(Client):
    """One row is one client, seen as how the brand treats people."""

    class Meta:
        proxy = True
        verbose_name, verbose_name_plural = "client's conduct", "conduct"
        ordering = ["name"]
