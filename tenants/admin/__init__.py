"""The agency's own admin. Importing registers every page of this app."""

from tenants.admin import agency, clients, keys, people
from tenants.admin.site import site

__all__ = ["agency", "clients", "keys", "people", "site"]
