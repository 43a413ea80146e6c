import tenants.models.held  # noqa: F401 (declares what its columns hold of people)
from tenants.models.answer import Answer
from tenants.models.api_key import ApiKey, ApiScope
from tenants.models.channel import Channel, ChannelRole, Platform
from tenants.models.client import Client
from tenants.models.job import Job, JobState
from tenants.models.member import Member, Role
from tenants.models.owned import PartitionedOwned, PublicIdField, TenantOwned
from tenants.models.schedule import Schedule, Slot
from tenants.models.tenant import Tenant
from tenants.models.user import User, normalised_email

__all__ = [
    "Answer",
    "ApiKey",
    "ApiScope",
    "Channel",
    "ChannelRole",
    "Client",
    "Job",
    "JobState",
    "Member",
    "PartitionedOwned",
    "Platform",
    "PublicIdField",
    "Role",
    "Schedule",
    "Slot",
    "Tenant",
    "TenantOwned",
    "User",
    "normalised_email",
]
