"""The third wall: a stranger at every door.

Generated from what there is: every operation of the OpenAPI schema (test_stranger.py) and every URL of the admin
(test_stranger_in_admin.py) is tried by an owner of one agency with the ids of another. The answer must be the one a
made-up id gets, nothing of the other agency may show, and nothing of it may change. A door that these files do not know
how to try fails the test.
"""

from typing import Any

from django.apps import apps
from django.db import connection, transaction

from ingestion.models import (
    Automation,
    Campaign,
    Contact,
    Erasure,
    Export,
    Hook,
    IdentityLink,
    Insider,
    LoggedAct,
    Outcome,
    Poll,
    Rejection,
    Removal,
    Vendor,
)
from scoring.models import Aim, EthicsWarning, Finding, ModelVersion
from tenants import scope
from tenants.models import ApiKey, Member, TenantOwned
from tests.conftest import Agency

CANARY = "stranger"
TABLES = sorted({model._meta.db_table for model in apps.get_models() if issubclass(model, TenantOwned)})


def everything_of(agency: Agency) -> list[Any]:
    """Return a fingerprint of every row the agency has."""
    found = []
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
        for table in [*TABLES, "tenants_tenant", "django_admin_log"]:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found.append((table, *cursor.fetchone()))
    return found


def row_ids(agency: Agency) -> dict[str, int]:
    """Return one row of each model in the admin, by the model's name."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return {
            "tenant": agency.tenant.id,
            "client": agency.client.id,
            "channel": agency.channel.id,
            "member": Member.objects.get(user=agency.owner).id,
            "apikey": ApiKey.objects.get().id,
            "job": agency.job.id,
            "source": agency.source.id,
            "fileimport": agency.file.id,
            "delivery": agency.batch.id,
            "rejection": Rejection.objects.get().id,
            "contact": Contact.objects.get().id,
            "hook": Hook.objects.get().id,
            "poll": Poll.objects.get().id,
            "campaign": Campaign.objects.get().id,
            "vendor": Vendor.objects.get().id,
            "outcome": Outcome.objects.get().id,
            "identitylink": IdentityLink.objects.earliest("id").id,
            "loggedact": LoggedAct.objects.get().id,
            "removal": Removal.objects.get().id,
            "automation": Automation.objects.get().id,
            "insider": Insider.objects.get().id,
            "erasure": Erasure.objects.get().id,
            "export": Export.objects.get().id,
            **dict.fromkeys(
                ("score", "nextstep", "genuinemoment"), Contact.objects.get().id
            ),  # a score's page is its contact's
            "ethicswarning": EthicsWarning.objects.get().id,
            "finding": Finding.objects.earliest("id").id,
            "prospect": agency.channel.id,
            "conduct": agency.client.id,
            "modelversion": ModelVersion.objects.get().id,
            "aim": Aim.objects.get().id,
        }


def text_of(answer: Any) -> str:
    location = answer.headers.get("Location", "")
    return f"{answer.status_code} {location} {answer.content.decode()}"


def assert_unseen(answer: Any) -> None:
    """Nothing the stranger wrote shows; the bare word may, where the question itself comes back."""
    shown = text_of(answer)
    for written in (
        "Stranger brand",
        "Stranger interest",
        "Stranger.handle",
        "Stranger agency",
        "Stranger key",
        "Stranger kind",
        "Stranger source",
        "Stranger person",
        "Stranger act",
        "Stranger bad row",
        "Stranger text",
        "Stranger fact",
        "Stranger file",
        "Stranger sentence",
        "Stranger post",
        "Stranger campaign",
        "Stranger secret",
        "Stranger account",
        "Stranger body",
        "Stranger vendor",
        "Stranger asked",
        "Stranger password",
        "Stranger did",
        "Stranger wrong",
        "Stranger answer",
        "Stranger welcome",
        "Stranger bio",
        "Stranger accountable",
        "Stranger colleague",
        "Stranger archive",
    ):
        assert written not in shown
    assert "owner-stranger" not in shown
