"""What can go wrong with agencies, people and keys, each with a code that stays."""


class EarnestError(Exception):
    """An expected failure: `code` for programs, the message for people. `status` is what HTTP makes of it.

    `retry_after`: in how many seconds it is worth another try.
    """

    code = "error"
    status = 400
    retry_after: int | None = None


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


class IdempotencyKeyReused(EarnestError):
    """An Idempotency-Key that came before, on the same route, with another request."""

    code = "idempotency_key_reused"
    status = 422

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came before with another request. Nothing was changed; use a new key.")


class RequestRunning(EarnestError):
    """Another request with the same Idempotency-Key has not come to its end."""

    code = "request_running"
    status = 409
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is being done. Send it again in a moment.")


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


class NoMember(EarnestError):
    """Something was to be done to a member whom somebody else has taken out of the agency meanwhile."""

    code = "no_member"
    status = 404

    def __init__(self) -> None:
        super().__init__("This person does not belong to the agency any more.")


class NotInvited(EarnestError):
    """A user asked to work for an agency that has not invited them (or does not exist; the answer is the same)."""

    code = "not_invited"
    status = 404

    def __init__(self) -> None:
        super().__init__("You have no access to this agency.")


class Overtaken(EarnestError):
    """A worker no longer holds its job: its lease ran out and another took over, or somebody cancelled it."""

    code = "overtaken"
    status = 409

    def __init__(self) -> None:
        super().__init__("This job was taken over or cancelled meanwhile; nothing of this attempt is kept.")


class UnknownKind(EarnestError):
    """A job of a kind that this version of Earnest does not know: enqueued by another version, perhaps."""

    code = "unknown_kind"
    status = 500

    def __init__(self, kind: str) -> None:
        super().__init__(f"No handler is known for jobs of the kind “{kind}”.")


class BellSilent(EarnestError):
    """The queue takes no messages: Valkey is away, frozen or full. Jobs wait in the ledger until it does."""

    code = "queue_unavailable"
    status = 503

    def __init__(self, why: Exception) -> None:
        super().__init__(f"Valkey takes no messages ({why}).")


class WrongState(EarnestError):
    """Something was asked of a job that its state does not allow."""

    code = "job_state"
    status = 409
