"""Who belongs to an agency, and in which role."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from tenants import scope
from tenants.errors import AlreadyMember, LastOwner, NoMember, NotInvited
from tenants.models import Member, Role, Tenant, User, normalised_email
from tenants.outbound import send_mail
from tenants.services import jobs


@dataclass(frozen=True)
class Membership:
    """One agency as its member sees it before entering: its name, the role there, and whether they joined yet."""

    tenant_id: int
    public_id: str
    agency: str
    role: str
    joined: bool


def memberships(user: User) -> list[Membership]:
    """Return the agencies a user belongs to or is invited to, by name."""
    with scope.of_user(user.id), transaction.atomic():
        rows = Member.own.select_related("tenant").order_by("tenant__name", "tenant_id")
        return [
            Membership(
                tenant_id=row.tenant_id,
                public_id=row.tenant.public_id,
                agency=row.tenant.name,
                role=row.get_role_display(),
                joined=row.joined_at is not None,
            )
            for row in rows
        ]


def member_in_force(user: User) -> Member | None:
    """Return the user's membership in the tenant in force, if they joined it and still belong."""
    return Member.objects.select_related("tenant").filter(user_id=user.id, joined_at__isnull=False).first()


def enter(user: User, public_id: str) -> int:
    """Return the tenant's id for a user who chose to work for it; a first entry accepts the invitation.

    Raises NotInvited, the same for an agency of others and for one that does not exist.
    """
    chosen = next((it for it in memberships(user) if it.public_id == public_id), None)
    if chosen is None:
        raise NotInvited
    with scope.of_tenant(chosen.tenant_id), transaction.atomic():
        Member.objects.filter(user_id=user.id, joined_at__isnull=True).update(joined_at=Now())
    return chosen.tenant_id


def invite(*, email: str, role: str, sign_in_at: str | None = None) -> Member:
    """Invite somebody into the tenant in force; they belong to it once they have entered it themselves.

    A person unknown so far gets a user without a password and sets one by “Forgotten your password?”.
    sign_in_at: the address of the sign-in page, for the mail that tells them; without it no mail is sent.
    Raises AlreadyMember; ValidationError for an address that is none.
    """
    address = normalised_email(email)
    user = _user_of(address)
    try:
        with transaction.atomic():
            member = Member.objects.create(user=user, role=role)
    except IntegrityError as taken:
        raise AlreadyMember(address) from taken
    if sign_in_at is not None:
        jobs.enqueue("invitation_mail", {"member_id": member.id, "sign_in_at": sign_in_at})
    return member


def mail_invitation(work: jobs.Work) -> None:
    """Tell somebody that they are invited, unless they have joined or are uninvited meanwhile."""
    with work.reading():
        invited = Member.objects.select_related("user", "tenant")
        member = invited.filter(pk=work.args["member_id"], joined_at__isnull=True).first()
    if member is not None:
        send_mail(
            to=member.user.email,
            subject=f"{member.tenant.name} invites you to Earnest",
            template="mail/invitation.txt",
            context={
                "agency": member.tenant.name,
                "role": member.get_role_display().lower(),
                "sign_in_at": work.args["sign_in_at"],
            },
            stable_id=work.job.public_id,
        )


def _user_of(address: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(address)
    except IntegrityError:  # there is one already, or two invitations met
        return User.objects.get(email=address)


def belongs(email: str) -> bool:
    """Whether a person of this address belongs to the tenant in force or is invited to it."""
    return Member.objects.filter(user__email=normalised_email(email)).exists()


def change_role(member: Member, role: str) -> None:
    """Give a member another role. Raises LastOwner when nobody would be left to own the agency, NoMember."""
    with transaction.atomic():
        _lock(member)
        if role != Role.OWNER and is_last_owner(member):
            raise LastOwner
        member.role = role
        member.save(update_fields=["role"])


def remove(member: Member) -> None:
    """Take somebody out of the agency; their next request there is refused. Raises LastOwner, NoMember."""
    with transaction.atomic():
        _lock(member)
        if is_last_owner(member):
            raise LastOwner
        member.delete()


def is_last_owner(member: Member) -> bool:
    joined_owners = Member.objects.filter(role=Role.OWNER, joined_at__isnull=False)
    return member.role == Role.OWNER and not joined_owners.exclude(pk=member.pk).exists()


def _lock(member: Member) -> None:
    # The lock on the agency's row makes two owners who demote each other at once take turns.
    Tenant.objects.select_for_update().get(pk=member.tenant_id)
    try:
        member.refresh_from_db(fields=["role"])
    except Member.DoesNotExist as gone:
        raise NoMember from gone
