"""The agency's own admin. Importing registers every page of this app."""

from tenants.admin import agency, clients, jobs, keys, people
from tenants.admin.site import site

__all__ = ["agency", "clients", "jobs", "keys", "people", "site"]
