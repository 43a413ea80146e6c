"""The demo's agencies: who signs in, for whom they work, a key and a source for the first calls. All is simulated."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ingestion.models import Source, SourceKind
from tenants import scope
from tenants.models import ApiScope, Channel, Client, Platform, Role, User
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
    tenant_id = members.memberships(User.objects.get(email=VIEWER))[0].tenant_id
    with scope.of_tenant(tenant_id), transaction.atomic():
        _row, text = keys.issue(name="First calls of the README", scopes=[ApiScope.READ, ApiScope.INGEST])
        source, _ = Source.objects.get_or_create(
            name="Inbox and shop (simulated)",
            defaults={
                "client": Client.objects.order_by("id")[0],
                "kind": SourceKind.OWN_SYSTEM,
                "platform": Platform.INSTAGRAM,
                "may_train": True,
                "legal_basis": "Nobody in it exists.",
                "may_match": True,
            },
        )
    return text, source.public_id


def _keep(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _make_agency() -> None:
    tenant = create_tenant(name="Harbour & Hill (simulated)", owner_email=OWNER)
    with scope.of_tenant(tenant.id), transaction.atomic():
        members.invite(email=VIEWER, role=Role.VIEWER)
        pottery = Client.objects.create(
            name="Fernleaf Pottery",
            audience_languages=["en"],
            audience_regions=["GB", "IE"],
            audience_interests=["pottery", "slow living"],
        )
        Channel.objects.create(client=pottery, platform="instagram", handle="fernleaf.pottery")
        trainers = Client.objects.create(name="Volt Trainers", audience_languages=["en"], audience_regions=["GB"])
        Channel.objects.create(client=trainers, platform="instagram", handle="volt.trainers")
        Channel.objects.create(client=trainers, platform="tiktok", handle="volttrainers")
        snacks = Client.objects.create(name="Sunny Snacks")
        Channel.objects.create(client=snacks, platform="facebook", handle="sunnysnacks")


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
