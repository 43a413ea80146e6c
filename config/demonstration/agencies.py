"""The demo's agencies: who signs in, for whom they work, keys and sources. All is simulated."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ingestion.models import KnownAt, Source, SourceKind
from scoring.simulation.brands import SCRIPTS
from tenants import scope
from tenants.models import ApiScope, Channel, Client, Role, User
from tenants.services import keys, members
from tenants.services.tenants import create_tenant

OWNER = "owner@demo.example"
VIEWER = "viewer@demo.example"
STRANGER = "stranger@demo.example"


@dataclass(frozen=True)
class Credentials:
    """How to get into the demo; made anew for every installation and kept in its `var/`."""

    password: str
    api_key: str


def agency_id() -> int:
    """Return the row number of the demo's agency."""
    return members.memberships(User.objects.get(email=VIEWER))[0].tenant_id


def ensure() -> Credentials:
    """Return the demo's credentials, after making its agencies where they are not there yet.

    Credentials that were lost (a file removed, a crash before it was written) are made anew for the agencies there are.
    """
    kept, kept_source = settings.VAR / "demo.json", settings.VAR / "demo_source"
    if not User.objects.filter(email=OWNER).exists():
        with transaction.atomic():
            _make_agency()
            _make_other_agency()
    elif kept.exists() and kept_source.exists():
        return Credentials(**json.loads(kept.read_text()))
    api_key, source = _for_first_calls()
    made = Credentials(password=secrets.token_urlsafe(9), api_key=api_key)
    for email in (OWNER, VIEWER, STRANGER):
        _let_in(email, made.password)
    _keep(settings.VAR / "demo_key", made.api_key)
    _keep(kept_source, source)
    _keep(kept, json.dumps(asdict(made)))
    return made


def _for_first_calls() -> tuple[str, str]:
    """Return a key and the id of a source to send to."""
    with scope.of_tenant(agency_id()), transaction.atomic():
        _row, text = keys.issue(name="First calls of the README", scopes=[ApiScope.READ, ApiScope.INGEST])
        source = source_of(Channel.objects.order_by("id")[0])
    return text, source.public_id


def source_of(channel: Channel) -> Source:
    """Return the source of a channel's rows, which were known when they happened."""
    source, _ = Source.objects.get_or_create(
        client=channel.client,
        name=f"{channel.platform}/{channel.handle} (simulated)",
        defaults={
            "kind": SourceKind.OWN_SYSTEM,
            "platform": channel.platform,
            "known_at_basis": KnownAt.LAGGED,
            "may_train": True,
            "legal_basis": "Nobody in it exists.",
            "may_match": True,
        },
    )
    return source


def _keep(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _make_agency() -> None:
    tenant = create_tenant(name="Harbour & Hill (simulated)", owner_email=OWNER)
    with scope.of_tenant(tenant.id), transaction.atomic():
        members.invite(email=VIEWER, role=Role.VIEWER)
        for brand in SCRIPTS:
            declared = {f"audience_{name}": list(words) for name, words in brand.audience.items()}
            client = Client.objects.create(name=brand.name, **declared)
            for it in brand.settings:
                Channel.objects.create(client=client, platform=it.platform, handle=it.handle)


def _make_other_agency() -> None:
    """Another agency, so that a second person can see that they see nothing of the first."""
    tenant = create_tenant(name="Northbank (simulated)", owner_email=STRANGER, zone="Europe/Berlin")
    with scope.of_tenant(tenant.id), transaction.atomic():
        Client.objects.create(name="Kiosk am Kanal", audience_languages=["de"], audience_regions=["DE"])
        members.invite(email=OWNER, role=Role.ANALYST)


def _let_in(email: str, password: str) -> None:
    user = User.objects.get(email=email)
    user.set_password(password)
    user.save(update_fields=["password"])
    # In the order of their names: the owner of the first stays invited to the second, which shows how joining works.
    members.enter(user, members.memberships(user)[0].public_id)
