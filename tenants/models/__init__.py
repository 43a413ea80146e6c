from tenants.models.api_key import ApiKey, ApiScope
from tenants.models.channel import Channel, ChannelRole, Platform
from tenants.models.client import Client
from tenants.models.member import Member, Role
from tenants.models.owned import PublicIdField, TenantOwned
from tenants.models.tenant import Tenant
from tenants.models.user import User, normalised_email

__all__ = [
    "ApiKey",
    "ApiScope",
    "Channel",
    "ChannelRole",
    "Client",
    "Member",
    "Platform",
    "PublicIdField",
    "Role",
    "Tenant",
    "TenantOwned",
    "User",
    "normalised_email",
]
