"""Cards of models: what is stored with one, in words."""

from typing import Any

from scoring.learning import card
from scoring.models import ModelAct, ModelVersion
from tenants.models import Client


def card_of(version: Any, *, names: bool) -> list[card.Section]:
    """Return the sections of a model's card. version: as `selectors.models_told` has it.

    names: for people of the agency, who know clients and members by name; else clients are told by their public ids,
    and of a member that it was one.
    """
    done = [card.Done(it.created_at, it.get_act_display(), _who(it, names), it.sentence) for it in version.acts.all()]
    told = {field.attname: getattr(version, field.attname) for field in ModelVersion._meta.concrete_fields}
    told |= {"hindsight": version.hindsight, "drift": version.drift}
    if names and "clients" in version.report:
        called = dict(Client.objects.values_list("public_id", "name"))
        of_clients = {called.get(client, client): figures for client, figures in version.report["clients"].items()}
        told["report"] = {**version.report, "clients": of_clients}
    return card.card(told, done)


def _who(act: ModelAct, names: bool) -> str:
    if act.by is not None:
        return str(act.by) if names else "a member"
    return f"the key {act.key.name}" if act.key is not None else "itself"
