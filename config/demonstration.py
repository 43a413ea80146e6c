"""The demo's agencies: who signs in, for whom they work, and a key for the first calls. All of it is simulated."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

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


def ensure() -> Credentials:
    """Return the demo's credentials, after making its agencies where they are not there yet."""
    kept = settings.VAR / "demo.json"
    if User.objects.filter(email=OWNER).exists() and kept.exists():
        return Credentials(**json.loads(kept.read_text()))
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        api_key = _make_agency(password)
        _make_other_agency(password)
    made = Credentials(password=password, api_key=api_key)
    _keep(kept, json.dumps(asdict(made)))
    _keep(settings.VAR / "demo_key", api_key)
    return made


def _keep(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _make_agency(password: str) -> str:
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
        _key, api_key = keys.issue(name="First calls of the README", scopes=[ApiScope.READ])
    for email in (OWNER, VIEWER):
        _let_in(email, password)
    return api_key


def _make_other_agency(password: str) -> None:
    """Another agency, so that a second person can see that they see nothing of the first."""
    tenant = create_tenant(name="Northbank (simulated)", owner_email=STRANGER, zone="Europe/Berlin")
    with scope.of_tenant(tenant.id), transaction.atomic():
        Client.objects.create(name="Kiosk am Kanal", audience_languages=["de"], audience_regions=["DE"])
        members.invite(email=OWNER, role=Role.ANALYST)
    _let_in(STRANGER, password)


def _let_in(email: str, password: str) -> None:
    user = User.objects.get(email=email)
    user.set_password(password)
    user.save(update_fields=["password"])
    members.enter(user, members.memberships(user)[0].public_id)
