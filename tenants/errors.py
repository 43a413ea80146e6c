"""What can go wrong with agencies, people and keys, each with a code that stays."""


class EarnestError(Exception):
    """An expected failure: `code` for programs, the message for people. `status` is what HTTP makes of it."""

    code = "error"
    status = 400


class TenantRequired(EarnestError):
    """Tenant-owned rows were asked for with no tenant in force: a mistake in our code, never a user's."""

    code = "tenant_required"
    status = 500

    def __init__(self) -> None:
        super().__init__("No tenant is in force. Enter one with tenants.scope.of_tenant(...).")


class TransactionRequired(EarnestError):
    """Tenant-owned rows were asked for outside a transaction, where row-level security knows no tenant."""

    code = "transaction_required"
    status = 500

    def __init__(self) -> None:
        super().__init__("Tenant-owned rows are read and written inside transaction.atomic() only.")


class ForeignTenant(EarnestError):
    """A row of another tenant was about to be written."""

    code = "foreign_tenant"
    status = 500

    def __init__(self) -> None:
        super().__init__("This row belongs to another tenant than the one in force.")


class KeyRefused(EarnestError):
    """An API key that is unknown, expired or revoked. One message for all: a guess learns nothing."""

    code = "invalid_api_key"
    status = 401

    def __init__(self) -> None:
        super().__init__("The API key is unknown, expired or revoked. Owners and managers issue keys in the admin.")


class LastOwner(EarnestError):
    """An agency always keeps an owner who can sign in."""

    code = "last_owner"
    status = 409

    def __init__(self) -> None:
        super().__init__("This is the agency's last owner. Make somebody else an owner first.")


class AlreadyMember(EarnestError):
    """Somebody was invited who has been already."""

    code = "already_member"
    status = 409

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} belongs to this agency already, or has an open invitation.")


class NotInvited(EarnestError):
    """A user asked to work for an agency that has not invited them (or does not exist; the answer is the same)."""

    code = "not_invited"
    status = 404

    def __init__(self) -> None:
        super().__init__("You have no access to this agency.")
